"""Templates over HTTP: as documented, for managers to write and members to use, and safe with anything in them."""

from pathlib import Path
from typing import Any

import pytest

from taskhub.contracts.bots.ids import public
from taskhub.contracts.testing import Caller, example
from tasks.domain.tests.test_placeholders import HOSTILE
from tasks.models import Task, TaskTemplate

HERE = Path(__file__).parents[1]
TEMPLATES, FROM = "/api/v1/templates", "/api/v1/tasks/from-template"
pytestmark = pytest.mark.django_db


@pytest.fixture
def complaint(cleo_calls: Caller) -> dict[str, Any]:
    """The documented template, made by a manager."""
    response = cleo_calls.post(TEMPLATES, example(HERE, "template_request"))
    assert response.status_code == 201
    made: dict[str, Any] = response.json()
    return made


def test_the_documented_template_is_made_and_read_back(cleo_calls: Caller, complaint: dict[str, Any]) -> None:
    documented = example(HERE, "template_request")
    assert {name: complaint[name] for name in documented} == documented
    assert complaint["template_id"].startswith("tpl_")
    assert (complaint["variables"], complaint["version"], complaint["created_by"]) == (["issue_id"], 1, "cleo")
    assert cleo_calls.get(f"{TEMPLATES}/{complaint['template_id']}").json() == complaint


def test_the_documented_task_is_made_from_it(ana_calls: Caller, complaint: dict[str, Any]) -> None:
    body = example(HERE, "from_template_request", tpl_123=complaint["template_id"], user456="bo")
    body["due_date"] = "2036-01-20T17:00:00Z"
    response = ana_calls.post(FROM, body)
    made = response.json()
    assert response.status_code == 201
    assert made.keys() == {"task_id", "title", "status", "created_at", "created_by"}
    assert (made["title"], made["status"], made["created_by"]) == ("Customer Complaint", "pending", "ana")
    task = Task.objects.get()
    assert (task.description, task.tags, task.source) == ("Investigate issue: #1234", ["support"], "bots")
    assert [share.user.username for share in task.assignments.all() if share.user] == ["bo"]
    assert list(task.checklist.values_list("text", flat=True)) == example(HERE, "template_request")["checklist"]
    shown = ana_calls.get(f"/api/v1/tasks/{made['task_id']}").json()
    assert (shown["priority"], shown["due_date"]) == ("high", "2036-01-20T17:00:00Z")


def test_a_due_date_that_is_past_is_refused_as_documented(ana_calls: Caller, complaint: dict[str, Any]) -> None:
    body = example(HERE, "from_template_request", tpl_123=complaint["template_id"], user456="bo")
    response = ana_calls.post(FROM, body)
    assert response.status_code == 400
    assert response.json() == example(HERE, "error_invalid_due_date")


def test_missing_variables_are_named(ana_calls: Caller, complaint: dict[str, Any]) -> None:
    without: list[dict[str, Any]] = [{}, {"variables": {}}, {"variables": {"other": 1, "issue_ids": 2}}]
    for given in without:
        response = ana_calls.post(FROM, {"template_id": complaint["template_id"], **given})
        assert response.status_code == 400
        assert response.json() == {"error": "invalid_variables", "message": "Missing variables: issue_id."}
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"template_id": None}, 400, "invalid_template_id"),
        ({"template_id": 7}, 400, "invalid_template_id"),
        ({"template_id": "tpl_123"}, 404, "template_not_found"),
        ({"template_id": "tsk_0000000000000000000000000o"}, 404, "template_not_found"),
        ({"variables": ["#1"]}, 400, "invalid_variables"),
        ({"variables": "x"}, 400, "invalid_variables"),
        ({"assignee": "nobody"}, 400, "invalid_assignee"),
        ({"assignee": "dan"}, 400, "invalid_assignee"),
        ({"team": "nobody"}, 400, "invalid_team"),
        ({"team": "sales", "assignee": "bo"}, 400, "invalid_team"),
        ({"due_date": "tomorrow"}, 400, "invalid_due_date"),
        ({"priority": "urgent"}, 400, "invalid_priority"),
        ({"tags": ["x" * 101]}, 400, "invalid_tags"),
        ({"project": "elsewhere"}, 400, "invalid_project"),
    ],
)
def test_what_cannot_be_made_is_said(
    ana_calls: Caller, complaint: dict[str, Any], said: dict[str, Any], status: int, code: str
) -> None:
    body = {"template_id": complaint["template_id"], "variables": {"issue_id": "#1"}}
    response = ana_calls.post(FROM, {**body, **said})
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert not Task.objects.exists()


def test_a_task_goes_to_the_named_project_and_team(
    ana_calls: Caller, cleo_calls: Caller, complaint: dict[str, Any]
) -> None:
    body = {"template_id": complaint["template_id"], "variables": {"issue_id": 1}, "project": "vault", "team": "sales"}
    assert ana_calls.post(FROM, body).status_code == 400
    assert cleo_calls.post(FROM, {**body, "tags": ["vip"], "priority": "critical"}).status_code == 201
    task = Task.objects.get()
    assert (task.project.slug, task.tags, task.get_priority_display()) == ("vault", ["support", "vip"], "Urgent")
    assert [share.team.slug for share in task.assignments.all() if share.team] == ["sales"]


def test_managers_change_what_a_template_says(cleo_calls: Caller, complaint: dict[str, Any]) -> None:
    address = f"{TEMPLATES}/{complaint['template_id']}"
    change = {"name": "Complaint", "default_due_in": "PT48H", "assignee": "ana", "default_tags": ["support"]}
    answer = cleo_calls.patch(address, {**change, "version": 1}).json()
    assert (answer["updated"], answer["updated_fields"]) == (True, ["name", "default_due_in", "assignee"])
    shown = cleo_calls.get(address).json()
    assert {name: shown[name] for name in change} == {**change, "default_due_in": "P2D"}
    assert (shown["version"], shown["updated_at"]) == (2, answer["updated_at"])
    again = cleo_calls.patch(address, change).json()
    assert (again["updated"], again["updated_fields"]) == (False, [])
    assert cleo_calls.patch(address, {"name": "x", "version": 1}).json()["error"] == "conflict"
    assert cleo_calls.patch(address, {"team": "sales"}).json()["updated_fields"] == ["team"]
    assert cleo_calls.patch(address, {"team": None}).status_code == 200
    shown = cleo_calls.get(address).json()
    assert (shown["assignee"], shown["team"]) == (None, None)


def test_a_deleted_template_is_gone_and_its_name_is_free(cleo_calls: Caller, complaint: dict[str, Any]) -> None:
    address = f"{TEMPLATES}/{complaint['template_id']}"
    taken = cleo_calls.post(TEMPLATES, {"name": "Customer Complaint"})
    assert (taken.status_code, taken.json()["error"]) == (409, "conflict")
    assert cleo_calls.delete(address).json() == {"deleted": True, "template_id": complaint["template_id"]}
    missing = {"error": "template_not_found", "message": f"Template {complaint['template_id']} not found"}
    for response in (
        cleo_calls.get(address),
        cleo_calls.delete(address),
        cleo_calls.patch(address, {"name": "x"}),
        cleo_calls.post(FROM, {"template_id": complaint["template_id"]}),
    ):
        assert (response.status_code, response.json()) == (404, missing)
    assert cleo_calls.post(TEMPLATES, {"name": "Customer Complaint"}).status_code == 201


def test_members_use_templates_and_do_not_write_them(ana_calls: Caller, complaint: dict[str, Any]) -> None:
    address = f"{TEMPLATES}/{complaint['template_id']}"
    assert ana_calls.get(address).json() == complaint
    for response in (
        ana_calls.post(TEMPLATES, {"name": "Mine"}),
        ana_calls.patch(address, {"name": "Mine"}),
        ana_calls.delete(address),
    ):
        assert (response.status_code, response.json()["error"]) == (403, "permission_denied")
    assert TaskTemplate.objects.get().version == 1


def test_another_organization_finds_nothing(dan_calls: Caller, complaint: dict[str, Any]) -> None:
    address = f"{TEMPLATES}/{complaint['template_id']}"
    for response in (
        dan_calls.get(address),
        dan_calls.patch(address, {"name": "x"}),
        dan_calls.delete(address),
        dan_calls.post(FROM, {"template_id": complaint["template_id"], "variables": {"issue_id": 1}}),
    ):
        assert (response.status_code, response.json()["error"]) == (404, "template_not_found")
    assert dan_calls.get(TEMPLATES).json() == {"templates": [], "total": 0, "page": 1, "limit": 20}


def test_a_key_without_the_scope_reads_only(as_caller: Any, cleo: Any, complaint: dict[str, Any]) -> None:
    reader = as_caller(cleo, scopes=("task.read",))
    assert reader.get(TEMPLATES).json()["total"] == 1
    assert reader.post(TEMPLATES, {"name": "x"}).status_code == 403
    assert reader.post(FROM, {"template_id": complaint["template_id"]}).status_code == 403


def test_lists_are_paged_by_name_and_cost_the_same(cleo_calls: Caller) -> None:
    for name in ("Beta", "alpha", "Gamma"):
        cleo_calls.post(TEMPLATES, {"name": name, "assignee": "ana"})
    cost = cleo_calls.cost("GET", f"{TEMPLATES}?limit=1")
    first = cleo_calls.get(f"{TEMPLATES}?limit=2").json()
    second = cleo_calls.get(f"{TEMPLATES}?limit=2&page=2").json()
    names = [row["name"] for row in [*first["templates"], *second["templates"]]]
    assert sorted(names) == ["Beta", "Gamma", "alpha"]
    assert (first["total"], second["page"], len(second["templates"])) == (3, 2, 1)
    assert cleo_calls.cost("GET", TEMPLATES) == cost
    assert cleo_calls.get(f"{TEMPLATES}?limit=101").json()["error"] == "invalid_limit"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "invalid_name"),
        ({"name": ""}, "invalid_name"),
        ({"name": 5}, "invalid_name"),
        ({"name": "x" * 201}, "invalid_name"),
        ({"description_template": "x" * 50_001}, "invalid_description_template"),
        ({"default_priority": "urgent"}, "invalid_default_priority"),
        ({"default_tags": "support"}, "invalid_default_tags"),
        ({"default_tags": [" "]}, "invalid_default_tags"),
        ({"checklist": ["x"] * 101}, "invalid_checklist"),
        ({"checklist": [1]}, "invalid_checklist"),
        ({"checklist": [" "]}, "invalid_checklist"),
        ({"default_due_in": "2 days"}, "invalid_default_due_in"),
        ({"default_due_in": "P99999999D"}, "invalid_default_due_in"),
        ({"default_due_in": 48}, "invalid_default_due_in"),
        ({"assignee": "nobody"}, "invalid_assignee"),
        ({"team": "nobody"}, "invalid_team"),
    ],
)
def test_what_cannot_be_written_is_said(cleo_calls: Caller, said: dict[str, Any], code: str) -> None:
    response = cleo_calls.post(TEMPLATES, {"name": "Good", **said} if said else {})
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert not TaskTemplate.objects.exists()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_hostile_texts_come_back_as_they_were_written(cleo_calls: Caller, text: str) -> None:
    made = cleo_calls.post(TEMPLATES, {"name": "T", "description_template": text[:50_000], "checklist": [text[:500]]})
    assert made.status_code == 201
    variables = made.json()["variables"]
    given = {name.split(".")[0]: "{{who}}" for name in variables if "." not in name}
    response = cleo_calls.post(FROM, {"template_id": made.json()["template_id"], "variables": {"who": 1, **given}})
    if any("." in name for name in variables):
        assert (response.status_code, response.json()["error"]) == (400, "invalid_variables")
    else:
        assert response.status_code == 201
        assert Task.objects.get().description == text[:50_000].replace("{{who2}}", "{{who}}")


def test_ids_have_one_spelling(cleo_calls: Caller, complaint: dict[str, Any]) -> None:
    row = TaskTemplate.objects.get()
    assert complaint["template_id"] == public("tpl", row.uuid)
    for wrong in (str(row.uuid), complaint["template_id"].upper(), f"tpl_{row.pk}", "tpl_", "%00"):
        assert cleo_calls.get(f"{TEMPLATES}/{wrong}").status_code == 404
