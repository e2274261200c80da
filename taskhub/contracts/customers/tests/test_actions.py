"""Performing, declining, canceling, reassigning, deleting: what the task becomes and what its history tells."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from taskhub.contracts.testing import Caller
from tasks import commands
from tasks.models import Event

Make = Callable[..., dict[str, Any]]


def statuses(task: dict[str, Any]) -> list[str]:
    return [share["status"] for share in task["assignees"]]


def test_each_share_counts_and_the_last_one_completes(
    ana_calls: Caller, bo_calls: Caller, base: str, make_task: Make, ana: User, bo: User
) -> None:
    url = f"{base}/{make_task([ana, bo])['id']}/perform"

    first = ana_calls.patch(url).json()
    assert (first["status"], first["performed_weight"], statuses(first)) == (
        "in_progress",
        0.5,
        ["completed", "pending"],
    )
    second = bo_calls.patch(url, {"metadata": {"note": "seen"}}).json()
    assert (second["status"], second["performed_weight"], statuses(second)) == ("completed", 1.0, ["completed"] * 2)
    assert [share["task_completed"] for share in second["assignees"]] == [True, True]


def test_the_history_is_told_in_order(
    ana_calls: Caller, bo_calls: Caller, base: str, make_task: Make, ana: User, bo: User
) -> None:
    url = f"{base}/{make_task([ana, bo])['id']}"
    ana_calls.patch(f"{url}/perform")
    bo_calls.patch(f"{url}/perform", {"metadata": {"note": "seen"}})

    history = ana_calls.get(url).json()["metadata"]
    assert [(entry["action"], entry["user_id"], entry["weight"]) for entry in history["logs"]] == [
        ("performed", str(ana.uuid), 0.5),
        ("performed", str(bo.uuid), 0.5),
    ]
    assert history["logs"][1]["metadata"] == {"note": "seen"}
    assert history["actions"] == {"performed": history["logs"][1]}


@pytest.mark.parametrize("body", [None, b"", {}, {"metadata": {}}])
def test_perform_needs_no_body(ana_calls: Caller, base: str, make_task: Make, ana: User, body: Any) -> None:
    assert ana_calls.patch(f"{base}/{make_task([ana])['id']}/perform", body).json()["status"] == "completed"


def test_declining_makes_the_task_declined_once_it_is_out_of_reach(
    ana_calls: Caller, bo_calls: Caller, base: str, make_task: Make, ana: User, bo: User
) -> None:
    url = f"{base}/{make_task([ana, bo], weight=0.5)['id']}"  # a share of 0.25 each, both are needed
    declined = ana_calls.patch(f"{url}/decline", {"metadata": {"reason": "Not mine"}}).json()
    assert (declined["status"], statuses(declined)) == ("declined", ["declined", "canceled"])
    [entry] = declined["metadata"]["logs"]
    assert (entry["action"], entry["reason"]) == ("decline", "Not mine")
    assert bo_calls.patch(f"{url}/perform").json()["code"] == "tasks_m.failed_to_perform_task"


def test_declining_leaves_a_task_that_others_can_still_complete(
    ana_calls: Caller, bo_calls: Caller, base: str, make_task: Make, ana: User, bo: User
) -> None:
    url = f"{base}/{make_task([ana, bo], weights=[1, 1])['id']}"
    assert ana_calls.patch(f"{url}/decline").json()["status"] == "pending"
    assert bo_calls.patch(f"{url}/perform").json()["status"] == "completed"


def test_canceling_ends_the_task_for_everyone(
    ana_calls: Caller, cleo_calls: Caller, base: str, make_task: Make, ana: User, bo: User
) -> None:
    url = f"{base}/{make_task([ana, bo])['id']}"
    canceled = cleo_calls.patch(f"{url}/cancel", {"metadata": {"reason": "Obsolete"}}).json()
    assert (canceled["status"], statuses(canceled)) == ("canceled", ["canceled", "canceled"])
    assert canceled["metadata"]["actions"]["cancel"]["reason"] == "Obsolete"
    assert ana_calls.patch(f"{url}/perform").status_code == 409


def test_reassigning_keeps_what_was_performed(
    ana_calls: Caller, cleo_calls: Caller, base: str, make_task: Make, ana: User, bo: User, cleo: User
) -> None:
    url = f"{base}/{make_task([ana, bo])['id']}"
    ana_calls.patch(f"{url}/perform")
    moved = cleo_calls.patch(f"{url}/reassign", {"assignees": [str(cleo.uuid)]}).json()
    assert [(share["user_id"], share["weight"], share["status"]) for share in moved["assignees"]] == [
        (str(ana.uuid), 0.5, "completed"),
        (str(cleo.uuid), 0.5, "pending"),
    ]
    assert [entry["action"] for entry in moved["metadata"]["logs"]] == ["performed", "reassign"]


def test_a_manager_who_completes_the_whole_is_told_as_performed(
    cleo_calls: Caller, base: str, make_task: Make, ana: User, cleo: User, actor_of: Any
) -> None:
    task = make_task([ana])
    commands.complete(actor=actor_of(cleo), task=Event.objects.get(task__uuid=task["id"]).task_id)
    shown = cleo_calls.get(f"{base}/{task['id']}").json()
    assert (shown["status"], statuses(shown)) == ("completed", ["canceled"])
    assert [(entry["action"], entry["user_id"]) for entry in shown["metadata"]["logs"]] == [
        ("performed", str(cleo.uuid))
    ]


def test_deleting_takes_the_task_away(cleo_calls: Caller, base: str, make_task: Make, ana: User) -> None:
    url = f"{base}/{make_task([ana])['id']}"
    response = cleo_calls.delete(url)
    assert (response.status_code, response.content) == (204, b"")
    assert cleo_calls.get(url).json()["code"] == "tasks_m.task_not_found"
    assert cleo_calls.delete(url).json()["code"] == "tasks_m.task_not_found"
    assert cleo_calls.get(base).json() == []


def test_the_assignees_are_listed_and_found_one_by_one(
    ana_calls: Caller, base: str, make_task: Make, ana: User, bo: User, cleo: User
) -> None:
    task = make_task([ana, bo])
    url = f"{base}/{task['id']}/assignees"
    assert ana_calls.get(url).json() == task["assignees"]
    assert ana_calls.get(f"{url}/{bo.uuid}").json() == task["assignees"][1]
    assert ana_calls.get(f"{url}/{cleo.uuid}").json()["code"] == "tasks_m.assignee_not_found"
    for stranger in (uuid4(), "nobody"):
        assert ana_calls.get(f"{url}/{stranger}").json()["code"] == "tasks_m.persona_not_found"


VERBS = ("perform", "decline", "cancel", "reassign")


@pytest.mark.parametrize("verb", VERBS)
def test_a_closed_task_refuses_with_the_code_of_the_action(
    cleo_calls: Caller, base: str, make_task: Make, ana: User, cleo: User, verb: str
) -> None:
    url = f"{base}/{make_task([cleo])['id']}"
    cleo_calls.patch(f"{url}/perform")
    body = {"assignees": [str(ana.uuid)]} if verb == "reassign" else None
    response = cleo_calls.patch(f"{url}/{verb}", body)
    assert (response.status_code, response.json()["code"]) == (409, f"tasks_m.failed_to_{verb}_task")


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        ("perform", "tasks_m.ineligible_to_perform_task"),
        ("decline", "tasks_m.ineligible_to_perform_task"),
        ("cancel", "tasks_m.forbidden"),
        ("reassign", "tasks_m.forbidden"),
    ],
)
def test_somebody_elses_task_is_not_mine_to_work(
    bo_calls: Caller, base: str, make_task: Make, ana: User, verb: str, code: str
) -> None:
    body = {"assignees": [str(ana.uuid)]} if verb == "reassign" else None
    response = bo_calls.patch(f"{base}/{make_task([ana])['id']}/{verb}", body)
    assert (response.status_code, response.json()["code"]) == (403, code)


def test_reassigning_needs_somebody(cleo_calls: Caller, base: str, make_task: Make, ana: User) -> None:
    url = f"{base}/{make_task([ana])['id']}/reassign"
    assert cleo_calls.patch(url, {"assignees": []}).json()["code"] == "tasks_m.invalid_task_data"
    assert cleo_calls.patch(url).json()["code"] == "tasks_m.invalid_task_data"
    unknown = cleo_calls.patch(url, {"assignees": [str(uuid4())]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "tasks_m.assignees_not_found")


@pytest.mark.parametrize("verb", ["cancel", "decline"])
def test_a_reason_is_told_at_every_door(cleo_calls: Caller, base: str, make_task: Make, cleo: User, verb: str) -> None:
    url = f"{base}/{make_task([cleo])['id']}/{verb}"
    cleo_calls.patch(url, {"metadata": {"reason": "Twice"}})
    assert Event.objects.filter(payload__reason="Twice").count() == 1
    assert cleo_calls.patch(url, {"metadata": {"reason": "x" * 2001}}).json()["code"] == "tasks_m.invalid_task_data"


def test_a_reason_that_is_no_text_stays_in_the_metadata(
    cleo_calls: Caller, base: str, make_task: Make, ana: User
) -> None:
    url = f"{base}/{make_task([ana])['id']}/cancel"
    [entry] = cleo_calls.patch(url, {"metadata": {"reason": {"code": 7}}}).json()["metadata"]["logs"]
    assert entry["metadata"] == {"reason": {"code": 7}}
    assert "reason" not in entry
