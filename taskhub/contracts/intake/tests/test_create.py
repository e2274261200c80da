"""Posting tasks: defaults, what is ignored, what is refused and how."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Project, User
from taskhub.contracts.testing import Caller
from tasks.models import Assignment, Event, Reference, Task


def faults(response: Any) -> list[tuple[str, list[Any], str]]:
    assert response.status_code == 422, response.content
    return [(fault["type"], fault["loc"], fault["msg"]) for fault in response.json()["detail"]]


def test_what_is_left_out_has_defaults(ana_calls: Caller, body: dict[str, Any]) -> None:
    made = ana_calls.post("/v1/tasks", body).json()
    assert (made["status"], made["priority"], made["tags"], made["type"], made["version"]) == (
        "pending",
        "medium",
        [],
        None,
        1,
    )
    for name in ("call_id", "fax_id", "assistant_id", "session_id", "patient_id"):
        assert made[name] is None


def test_unknown_fields_are_ignored(ana_calls: Caller, body: dict[str, Any]) -> None:
    extra = {"company_id": "x", "version": 7, "id": "y", "n8n": {"run": 1}, "weight": "heavy", "status_code": None}
    made = ana_calls.post("/v1/tasks", body | extra)
    assert (made.status_code, made.json()["version"]) == (201, 1)


def test_the_task_is_made_in_the_named_persons_name_by_the_key(
    cleo_calls: Caller, body: dict[str, Any], ana: User, bo: User, cleo: User, project: Project
) -> None:
    made = cleo_calls.post("/v1/tasks", body).json()
    task = Task.objects.get(uuid=made["id"])
    assert (task.created_by, task.project, task.source) == (ana, project, "intake")
    assert Event.objects.get(task=task).actor == cleo
    assert [share.user for share in Assignment.objects.filter(task=task)] == [bo]


def test_what_it_is_about_is_kept_as_references(ana_calls: Caller, body: dict[str, Any]) -> None:
    about = {"call_id": "c-1", "fax_id": "f-1", "assistant_id": "a-1", "session_id": "s-1", "patient_id": "p-1"}
    made = ana_calls.post("/v1/tasks", body | about).json()
    assert {name: made[name] for name in about} == about
    kept = Reference.objects.filter(task__uuid=made["id"]).values_list("kind", "key")
    assert dict(kept) == {"call": "c-1", "fax": "f-1", "assistant": "a-1", "session": "s-1", "patient": "p-1"}


@pytest.mark.parametrize("status", ["pending", "in_progress", "completed"])
@pytest.mark.parametrize("priority", ["low", "medium", "high", "urgent"])
def test_status_and_priority_in_all_words(ana_calls: Caller, body: dict[str, Any], status: str, priority: str) -> None:
    made = ana_calls.post("/v1/tasks", body | {"status": status, "priority": priority}).json()
    assert (made["status"], made["priority"]) == (status, priority)
    assert ana_calls.get(f"/v1/tasks/{made['id']}").json() == made


def test_empty_options_are_no_options(ana_calls: Caller, body: dict[str, Any]) -> None:
    made = ana_calls.post("/v1/tasks", body | {"tags": None, "type": None, "call_id": "", "fax_id": None}).json()
    assert (made["tags"], made["type"], made["call_id"], made["fax_id"]) == ([], None, None, None)


def test_all_that_is_missing_is_named(ana_calls: Caller) -> None:
    assert faults(ana_calls.post("/v1/tasks", {})) == [
        ("missing", ["body", name], "Field required")
        for name in ("title", "description", "assigned_user_ids", "created_by_id", "deadline")
    ]


BAD: list[tuple[dict[str, Any], str, list[Any]]] = [
    ({"title": ""}, "string_too_short", ["title"]),
    ({"title": 5}, "string_type", ["title"]),
    ({"title": None}, "string_type", ["title"]),
    ({"description": ""}, "string_too_short", ["description"]),
    ({"title": "x" * 501}, "too_long", ["title"]),
    ({"assigned_user_ids": []}, "too_short", ["assigned_user_ids"]),
    ({"assigned_user_ids": "x"}, "list_type", ["assigned_user_ids"]),
    ({"assigned_user_ids": [7]}, "string_type", ["assigned_user_ids", 0]),
    ({"assigned_user_ids": ["nobody"]}, "value_error", ["assigned_user_ids", 0]),
    ({"assigned_user_ids": ["0f8fad5b-d9cb-469f-a165-70867728950e"]}, "value_error", ["assigned_user_ids"]),
    ({"created_by_id": "nobody"}, "value_error", ["created_by_id"]),
    ({"created_by_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}, "value_error", ["created_by_id"]),
    ({"deadline": "tomorrow"}, "datetime_parsing", ["deadline"]),
    ({"deadline": 5}, "datetime_parsing", ["deadline"]),
    ({"deadline": None}, "datetime_parsing", ["deadline"]),
    ({"deadline": "2033-11-07"}, "datetime_parsing", ["deadline"]),
    ({"deadline": "2033-11-07T05:31:60Z"}, "datetime_parsing", ["deadline"]),
    ({"deadline": "0001-01-01T00:00:00+14:00"}, "datetime_parsing", ["deadline"]),
    ({"deadline": "9999-12-31T23:59:59-12:00"}, "datetime_parsing", ["deadline"]),
    ({"tags": "x"}, "list_type", ["tags"]),
    ({"tags": [1]}, "string_type", ["tags", 0]),
    ({"status": "done"}, "enum", ["status"]),
    ({"priority": "critical"}, "enum", ["priority"]),
    ({"priority": {}}, "enum", ["priority"]),
    ({"type": "x" * 64}, "too_long", ["type"]),
    ({"call_id": 7}, "string_type", ["call_id"]),
    ({"call_id": "x" * 256}, "too_long", ["call_id"]),
]


@pytest.mark.parametrize(("change", "kind", "place"), BAD, ids=lambda value: str(value)[:40])
def test_bad_fields_are_named_as_its_clients_know_it(
    ana_calls: Caller, body: dict[str, Any], change: dict[str, Any], kind: str, place: list[Any]
) -> None:
    [fault] = faults(ana_calls.post("/v1/tasks", body | change))
    assert fault[:2] == (kind, ["body", *place])
    assert not Task.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"[1", b"null", b"[]", b'"text"'])
def test_a_body_that_is_no_object_is_refused_alike(ana_calls: Caller, raw: bytes) -> None:
    assert all(place[0] == "body" for _, place, _ in faults(ana_calls.post("/v1/tasks", raw)))


def test_people_of_other_organizations_are_not_known(ana_calls: Caller, body: dict[str, Any], dan: User) -> None:
    for name, value in (("assigned_user_ids", [str(dan.uuid)]), ("created_by_id", str(dan.uuid))):
        [fault] = faults(ana_calls.post("/v1/tasks", body | {name: value}))
        assert fault[1][:2] == ["body", name]


def test_without_a_key_or_a_right_the_detail_is_a_text(
    ana_calls: Caller, as_caller: Any, body: dict[str, Any], ana: User
) -> None:
    for response, status in (
        (Client().post("/v1/tasks", body, content_type="application/json"), 401),
        (as_caller(ana, scopes=("task.read",)).post("/v1/tasks", body), 403),
        (ana_calls.get("/v1/tasks/nothing"), 404),
        (ana_calls.get("/v1/tasks/a/b"), 404),
        (ana_calls.delete("/v1/tasks"), 405),
    ):
        assert response.status_code == status
        assert list(response.json()) == ["detail"]
        assert isinstance(response.json()["detail"], str)


def test_a_viewer_may_read_and_not_post(ana_calls: Caller, body: dict[str, Any], ana: User) -> None:
    Membership.objects.filter(user=ana).update(role=1)
    assert ana_calls.post("/v1/tasks", body).status_code == 403
    assert ana_calls.get("/v1/tasks").status_code == 200
