"""Changing tasks by PATCH: fields, assignees, status as a verb, and versions."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.credential_cache import forget
from accounts.models import Membership, User
from taskhub.contracts.testing import Caller
from tasks.models import Event, Task

Posted = Callable[..., str]


@pytest.fixture
def posted(ana_calls: Caller, body: dict[str, Any]) -> Posted:
    """`posted(status="pending")`: the address of a new task for bo, posted by ana's key."""

    def post(**fields: Any) -> str:
        response = ana_calls.post("/v1/tasks", body | fields)
        assert response.status_code == 201, response.content
        return f"/v1/tasks/{response.json()['id']}"

    return post


def test_fields_change_and_the_version_rises(ana_calls: Caller, posted: Posted) -> None:
    values = {
        "title": "New",
        "description": "Other",
        "deadline": "2034-01-02T03:04:05Z",
        "tags": ["a", "b"],
        "priority": "urgent",
        "type": "vob",
    }
    changed = ana_calls.patch(posted(), values | {"version": 1}).json()
    assert {name: changed[name] for name in values} == values
    assert changed["version"] == 2
    assert changed["updated_at"] > changed["created_at"]


def test_a_stale_version_is_refused_and_nothing_changes(ana_calls: Caller, posted: Posted) -> None:
    url = posted()
    ana_calls.patch(url, {"title": "First", "version": 1})
    for change in ({"title": "Second"}, {"status": "in_progress"}, {}):
        response = ana_calls.patch(url, {**change, "version": 1})
        assert (response.status_code, list(response.json())) == (409, ["detail"])
    assert ana_calls.get(url).json()["title"] == "First"


def test_a_patch_is_all_or_nothing(ana_calls: Caller, posted: Posted) -> None:
    url = posted()
    refused = ana_calls.patch(url, {"title": "Changed", "assigned_user_ids": ["01a20115-0000-7000-8000-000000000000"]})
    assert refused.status_code == 422
    assert ana_calls.get(url).json()["title"] == "Call back"


def test_other_assignees_replace_the_open_shares(ana_calls: Caller, posted: Posted, ana: User, cleo: User) -> None:
    url = posted()
    ana_calls.patch(url, {"assigned_user_ids": [str(ana.uuid), str(cleo.uuid)]})
    shares = Task.objects.get().assignments.filter(state="pending")
    assert {share.user for share in shares} == {ana, cleo}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("pending", "in_progress", "task.started"),
        ("pending", "completed", "task.completed"),
        ("in_progress", "completed", "task.completed"),
        ("completed", "pending", "task.reopened"),
    ],
)
def test_a_status_is_a_verb(ana_calls: Caller, posted: Posted, before: str, after: str, expected: str) -> None:
    changed = ana_calls.patch(posted(status=before), {"status": after})
    assert (changed.status_code, changed.json()["status"]) == (200, after)
    latest = Event.objects.latest("seq")
    assert latest.type == expected


@pytest.mark.parametrize("status", ["pending", "in_progress"])
def test_the_status_it_has_is_no_change(ana_calls: Caller, posted: Posted, status: str) -> None:
    assert ana_calls.patch(posted(status=status), {"status": status}).json()["version"] == 1


def test_a_completed_task_takes_no_change_but_to_be_opened_again(ana_calls: Caller, posted: Posted) -> None:
    url = posted(status="completed")
    for change in ({"title": "Late"}, {"status": "completed"}, {}):
        assert ana_calls.patch(url, change).status_code == 409
    assert ana_calls.patch(url, {"status": "pending"}).json()["status"] == "pending"


@pytest.mark.parametrize(("before", "after"), [("in_progress", "pending"), ("completed", "in_progress")])
def test_a_way_that_no_verb_goes_is_a_conflict(ana_calls: Caller, posted: Posted, before: str, after: str) -> None:
    assert ana_calls.patch(posted(status=before), {"status": after}).status_code == 409


def test_the_assignee_completes_by_status(bo_calls: Caller, posted: Posted) -> None:
    assert bo_calls.patch(posted(), {"status": "completed"}).json()["status"] == "completed"
    assert list(Event.objects.filter(type="share.performed").values_list("actor__username", flat=True)) == ["bo"]


def test_the_key_that_posted_a_task_in_anothers_name_may_change_it(
    ana_calls: Caller, body: dict[str, Any], bo: User
) -> None:
    url = f"/v1/tasks/{ana_calls.post('/v1/tasks', body | {'created_by_id': str(bo.uuid)}).json()['id']}"
    changed = ana_calls.patch(url, {"title": "By the key", "version": 1})
    assert changed.json()["title"] == "By the key"
    assert Event.objects.get(type="task.updated").actor == bo


def test_a_key_has_no_more_rights_than_its_person_when_it_acts_for_another(
    ana_calls: Caller, posted: Posted, body: dict[str, Any], ana: User, cleo: User
) -> None:
    url = f"/v1/tasks/{ana_calls.post('/v1/tasks', body | {'created_by_id': str(cleo.uuid)}).json()['id']}"
    Membership.objects.filter(user=ana).update(role=1)
    forget()
    assert ana_calls.patch(url, {"title": "No"}).status_code == 403


def test_somebody_elses_task_is_not_mine_to_change(bo_calls: Caller, posted: Posted) -> None:
    response = bo_calls.patch(posted(), {"title": "Mine"})
    assert (response.status_code, list(response.json())) == (403, ["detail"])


def test_a_bad_version_is_named(ana_calls: Caller, posted: Posted) -> None:
    url = posted()
    for version in ("1", 1.5, True, None):
        [fault] = ana_calls.patch(url, {"version": version}).json()["detail"]
        assert (fault["type"], fault["loc"]) == ("int_type", ["body", "version"])


def test_unknown_tasks_cannot_be_changed(ana_calls: Caller, dan_calls: Caller, posted: Posted) -> None:
    assert dan_calls.patch(posted(), {"title": "Ours"}).status_code == 404
    assert ana_calls.patch("/v1/tasks/nothing", {"title": "x"}).status_code == 404
