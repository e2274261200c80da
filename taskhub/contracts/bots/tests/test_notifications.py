"""Notifications over HTTP: the documented settings, what one was told, and that it is read; the pages see the same."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import User
from conftest import Cast
from taskhub.contracts.testing import Caller
from tasks import inbox
from tasks.models import Delivery, Task
from tasks.notifications import bell
from tasks.outbox import drain

LIST, READ, SETTINGS = (f"/api/v1/notifications{end}" for end in ("", "/read", "/settings"))
DOCUMENTED = {
    "events": ["task_assigned", "task_completed", "task_overdue", "comment_added"],
    "channels": ["email", "in_app"],
    "recipients": ["assignee", "watchers"],
}


def put(caller: Caller, body: Any) -> Any:
    return caller.call("PUT", SETTINGS, body)


def test_the_documented_settings_hold_and_no_other(
    ana_calls: Caller, ana: User, actor_of: Callable[..., Actor], new_task: Callable[..., Task], do: Callable[..., Any]
) -> None:
    response = put(ana_calls, DOCUMENTED)
    found = response.json()
    assert response.status_code == 200
    assert {name: set(found[name]) for name in DOCUMENTED} == {name: set(words) for name, words in DOCUMENTED.items()}
    assert ana_calls.get(SETTINGS).json() == found
    on = {key for key, enabled in bell.preferences(actor_of(ana)).items() if enabled}
    assert ("task_overdue", "email", "assignee") in on
    assert {notice for notice, _, _ in on} == set(DOCUMENTED["events"])
    assert {role for _, _, role in on} == {"assignee", "watcher"}
    task = new_task(ana)
    do(ana, "perform", task)
    drain()
    told = Delivery.objects.filter(user=ana).values_list("notice", "channel")
    assert set(told) == {("task_assigned", "in_app"), ("task_assigned", "email")}, "nobody is told what they do"


def test_nothing_at_all_can_be_chosen(ana_calls: Caller, ana: User, new_task: Callable[..., Task]) -> None:
    nothing: dict[str, list[str]] = {"events": [], "channels": [], "recipients": []}
    assert put(ana_calls, nothing).json() == nothing | {"choices": []}
    new_task(ana)
    drain()
    assert not Delivery.objects.exists()


def test_what_was_chosen_on_the_pages_is_shown_choice_by_choice(
    ana_calls: Caller, ana: User, actor_of: Callable[..., Actor]
) -> None:
    bell.prefer_only(actor=actor_of(ana), wanted=[("task_overdue", "email", "assignee")])
    assert ana_calls.get(SETTINGS).json() == {
        "events": ["task_overdue"],
        "channels": ["email"],
        "recipients": ["assignee"],
        "choices": [{"event": "task_overdue", "channel": "email", "recipient": "assignee"}],
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"events": ["task_eaten"]}, "invalid_events"),
        ({"events": "task_assigned"}, "invalid_events"),
        ({"channels": ["pigeon"]}, "invalid_channels"),
        ({"channels": None}, "invalid_channels"),
        ({"recipients": ["everybody"]}, "invalid_recipients"),
        ({"recipients": [7]}, "invalid_recipients"),
    ],
)
def test_what_cannot_be_chosen_is_refused_by_name(ana_calls: Caller, change: dict[str, Any], code: str) -> None:
    before = ana_calls.get(SETTINGS).json()
    response = put(ana_calls, DOCUMENTED | change)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert ana_calls.get(SETTINGS).json() == before


@pytest.fixture
def told(new_task: Callable[..., Task], cast: Cast) -> list[Task]:
    """Three tasks that ana was told of, oldest first; one of them bo too."""
    tasks = [new_task(cast.ana, title="First"), new_task(cast.ana, cast.bo, title="Second"), new_task(cast.ana)]
    drain()
    return tasks


def test_one_is_shown_what_one_was_told_newest_first(told: list[Task], ana_calls: Caller) -> None:
    found = ana_calls.get(LIST).json()
    assert (found["total"], found["unread"], found["page"], found["limit"]) == (3, 3, 1, 20)
    entry = found["notifications"][2]
    assert entry.keys() == {"notification_id", "event", "task_id", "text", "read", "created_at"}
    assert (entry["event"], entry["text"], entry["read"]) == ("task_assigned", "Cleo Stone assigned you: First", False)
    assert entry["notification_id"].startswith("ntf_")
    assert ana_calls.get(f"/api/v1/tasks/{entry['task_id']}").json()["title"] == "First"


def test_pages_follow_each_other(told: list[Task], ana_calls: Caller) -> None:
    pages = [ana_calls.get(f"{LIST}?limit=2&page={number}").json()["notifications"] for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert len({entry["notification_id"] for page in pages for entry in page}) == 3
    assert ana_calls.get(f"{LIST}?limit=101").json()["error"] == "invalid_limit"


def test_those_named_are_read_and_then_all(
    told: list[Task], ana_calls: Caller, bo_calls: Caller, ana: User, actor_of: Callable[..., Actor]
) -> None:
    first = ana_calls.get(LIST).json()["notifications"][0]["notification_id"]
    body = {"notification_ids": [first, first, "ntf_unknown", "nonsense"]}
    assert bo_calls.post(READ, body).json() == {"updated": 0, "unread": 1}, "they are not bo's"
    assert ana_calls.post(READ, body).json() == {"updated": 1, "unread": 2}
    assert ana_calls.post(READ, body).json() == {"updated": 0, "unread": 2}
    found = ana_calls.get(f"{LIST}?unread=true").json()
    assert (found["total"], first in str(found)) == (2, False)
    assert inbox.counts(actor_of(ana), [inbox.UNREAD])[inbox.UNREAD].number == 2, "the pages say the same"
    assert ana_calls.post(READ, {"all": True}).json() == {"updated": 2, "unread": 0}
    assert all(entry["read"] for entry in ana_calls.get(LIST).json()["notifications"])


@pytest.mark.parametrize(
    "body",
    [{}, {"all": False}, {"all": True, "notification_ids": []}, {"notification_ids": "x"}, {"notification_ids": [1]}],
)
def test_it_must_be_said_which_are_read(told: list[Task], ana_calls: Caller, body: dict[str, Any]) -> None:
    response = ana_calls.post(READ, body)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_notification_ids")
    assert ana_calls.get(LIST).json()["unread"] == 3


def test_a_key_that_only_reads_changes_nothing(as_caller: Callable[..., Caller], ana: User) -> None:
    reader = as_caller(ana, scopes=("task.read",))
    assert [reader.get(LIST).status_code, reader.get(SETTINGS).status_code] == [200, 200]
    assert [put(reader, DOCUMENTED).status_code, reader.post(READ, {"all": True}).status_code] == [403, 403]


def test_a_long_list_costs_no_more_questions(told: list[Task], new_task: Any, ana_calls: Caller, ana: User) -> None:
    ana_calls.get(LIST)  # from here on, who ana is is remembered
    cost = ana_calls.cost("GET", LIST)
    for _ in range(10):
        new_task(ana)
    drain()
    assert ana_calls.cost("GET", LIST) == cost <= 4
