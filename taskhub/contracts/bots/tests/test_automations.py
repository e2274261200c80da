"""Automation rules over HTTP: as documented, for managers, refused with the field that is wrong."""

from pathlib import Path
from typing import Any

import pytest

from conftest import Cast
from taskhub.contracts.testing import Caller, example
from tasks.models import Task
from workflows.automation import planning, running
from workflows.models import AutomationRule, TriggerEvent

HERE = Path(__file__).parents[1]
AUTOMATIONS, TRIGGERS = "/api/v1/automations", "/api/v1/triggers"
TASK = {"type": "create_task", "title": "Call back"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def template(cleo_calls: Caller) -> str:
    body = {"name": "Urgent", "title_template": "Call {{customer}}", "team": "sales"}
    return str(cleo_calls.post("/api/v1/templates", body).json()["template_id"])


@pytest.fixture
def documented(template: str) -> dict[str, Any]:
    body: dict[str, Any] = example(HERE, "automation_request", tpl_urgent=template)
    return body


def work() -> None:
    planning.plan_triggers()
    running.run_owed()


def test_the_documented_rule_is_made_and_read_back(cleo_calls: Caller, documented: dict[str, Any]) -> None:
    response = cleo_calls.post(AUTOMATIONS, documented)
    assert response.status_code == 201
    made = response.json()
    assert {name: made[name] for name in documented} == documented
    assert made["automation_id"].startswith("aut_")
    assert response.headers["Location"] == f"{AUTOMATIONS}/{made['automation_id']}"
    assert cleo_calls.get(response.headers["Location"]).json() == made
    assert cleo_calls.get(AUTOMATIONS).json() == {"automations": [made], "total": 1, "page": 1, "limit": 20}


def test_the_documented_rule_makes_a_task_for_who_has_least_to_do(
    cast: Cast, cleo_calls: Caller, ana_calls: Caller, documented: dict[str, Any], new_task: Any
) -> None:
    cleo_calls.post(AUTOMATIONS, documented)
    new_task(cast.ana)
    fired = ana_calls.post(TRIGGERS, {"type": "conversation_tag", "value": "urgent", "context": {"customer": "Ms Ito"}})
    assert fired.status_code == 202
    assert fired.json()["accepted"] is True
    work()
    task = Task.objects.get(source="rule")
    assert (task.title, task.priority) == ("Call Ms Ito", 4)
    assert [share.user for share in task.assignments.all()] == [cast.bo]


def test_a_trigger_sent_twice_with_a_key_sets_rules_off_once(cleo_calls: Caller) -> None:
    cleo_calls.post(AUTOMATIONS, {"name": "x", "trigger": {"type": "rang"}, "action": TASK})
    answers = [cleo_calls.post(TRIGGERS, {"type": "rang"}, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    work()
    assert (TriggerEvent.objects.count(), Task.objects.count()) == (1, 1)


def test_a_rule_is_changed_turned_off_and_deleted(cleo_calls: Caller, documented: dict[str, Any]) -> None:
    address = cleo_calls.post(AUTOMATIONS, documented).headers["Location"]
    changed = cleo_calls.patch(address, {"name": "Other", "enabled": False, "condition": "", "version": 1}).json()
    assert (changed["updated"], changed["updated_fields"]) == (True, ["name", "enabled"])
    assert cleo_calls.patch(address, {"version": 1, "name": "x"}).status_code == 409
    found = cleo_calls.get(address).json()
    assert (found["name"], found["enabled"], found["version"]) == ("Other", False, 2)
    gone = cleo_calls.delete(address)
    assert gone.json() == {"deleted": True, "automation_id": found["automation_id"]}
    missing = cleo_calls.get(address)
    assert missing.status_code == 404
    assert missing.json() == {
        "error": "automation_not_found",
        "message": f"Automation {found['automation_id']} not found",
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": ""}, "invalid_name"),
        ({"name": 5}, "invalid_name"),
        ({"trigger": {"type": "task.exploded"}}, "invalid_trigger"),
        ({"trigger": {"value": "x"}}, "invalid_trigger"),
        ({"trigger": {"type": "schedule", "value": "9**9**9"}}, "invalid_trigger"),
        ({"condition": "().__class__.__bases__"}, "invalid_condition"),
        ({"condition": "(" * 1_500}, "invalid_condition"),
        ({"action": {"type": "explode"}}, "invalid_action"),
        ({"action": {"type": "create_task", "template": "tpl_123"}}, "invalid_action"),
        ({"action": {"type": "escalate"}}, "invalid_action"),
        ({"action": []}, "invalid_action"),
        ({"action": None}, "invalid_action"),
        ({"actions": []}, "invalid_actions"),
        ({"project": "nowhere"}, "invalid_project"),
        ({"enabled": "yes"}, "invalid_enabled"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(
    cleo_calls: Caller, documented: dict[str, Any], changed: dict[str, Any], code: str
) -> None:
    response = cleo_calls.post(AUTOMATIONS, documented | changed)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert not AutomationRule.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_type"),
        ({"type": "task.created"}, "invalid_type"),
        ({"type": "rang", "value": 5}, "invalid_value"),
        ({"type": "rang", "context": []}, "invalid_context"),
        ({"type": "rang", "context": {"a": "x" * 70_000}}, "invalid_context"),
    ],
)
def test_a_trigger_that_says_nothing_is_refused(ana_calls: Caller, body: dict[str, Any], code: str) -> None:
    response = ana_calls.post(TRIGGERS, body)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert not TriggerEvent.objects.exists()


def test_rules_are_for_managers_and_for_their_own_organization(
    cleo_calls: Caller, ana_calls: Caller, dan_calls: Caller, documented: dict[str, Any]
) -> None:
    address = cleo_calls.post(AUTOMATIONS, documented).headers["Location"]
    assert ana_calls.post(AUTOMATIONS, documented).status_code == 403
    assert [ana_calls.get(AUTOMATIONS).status_code, ana_calls.get(address).status_code] == [403, 403]
    assert ana_calls.patch(address, {"enabled": False}).json()["error"] == "permission_denied"
    assert [dan_calls.get(address).status_code, dan_calls.delete(address).status_code] == [404, 404]
    assert dan_calls.get(AUTOMATIONS).json()["automations"] == []
    dan_calls.post(TRIGGERS, {"type": "conversation_tag", "value": "urgent"})
    work()
    assert not Task.objects.exists()


def test_a_list_asks_as_often_for_many_rules_as_for_one(cleo_calls: Caller) -> None:
    cleo_calls.post(AUTOMATIONS, {"name": "a", "trigger": {"type": "rang"}, "action": TASK})
    cleo_calls.get(AUTOMATIONS)
    one = cleo_calls.cost("GET", AUTOMATIONS)
    for name in "bcdefg":
        cleo_calls.post(AUTOMATIONS, {"name": name, "trigger": {"type": "rang"}, "action": TASK})
    cleo_calls.get(AUTOMATIONS)
    assert cleo_calls.cost("GET", AUTOMATIONS) == one
