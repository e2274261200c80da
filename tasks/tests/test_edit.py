"""Changing what a task says and when it is due; calling louder; refusing what rests on an old look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from conftest import Cast
from tasks.conftest import types
from tasks.domain.deadlines import NEVER
from tasks.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from tasks.models import Task

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=3)


def test_only_what_differs_is_changed_and_told(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "update", new_task(priority=2), values={"title": "New", "priority": 2}, now=NOON)
    task.refresh_from_db()
    assert (task.title, task.version, task.updated_at) == ("New", 2, NOON)
    assert task.events.get(type="task.updated").payload == {"fields": {"title": "New"}}


def test_what_already_is_so_is_no_change_and_no_event(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(due_at=NOON, tags=["a"], metadata={"k": 1}, now=NOON)
    same = {"due_at": NOON, "tags": ["a", "a"], "metadata": {"k": 1}, "title": task.title}
    task = do(cast.cleo, "update", task, values=same, now=LATER)
    assert (task.version, task.updated_at, types(task)) == (1, NOON, ["task.created"])


def test_a_moved_due_time_moves_its_copies_and_its_deadlines(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, cast.bo, cast.sales, due_at=NOON))
    task = do(cast.cleo, "update", task, values={"due_at": LATER})
    assert set(task.assignments.filter(is_open=True).values_list("due_sort", flat=True)) == {LATER}
    assert dict(task.deadlines.values_list("kind", "fire_at")) == {
        "due": LATER,
        "escalation": LATER + timedelta(hours=4),
    }


def test_a_due_time_comes_and_goes(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "update", new_task(cast.ana), values={"due_at": NOON})
    assert task.deadlines.count() == 2
    task = do(cast.cleo, "update", task, values={"due_at": None})
    assert (task.deadlines.count(), task.due_sort, task.assignments.get().due_sort) == (0, NEVER, NEVER)


def test_a_share_that_comes_back_is_sorted_by_the_due_time_of_now(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, cast.bo, due_at=NOON))
    task = do(cast.cleo, "update", task, values={"due_at": LATER})
    task = do(cast.cleo, "reopen", do(cast.bo, "perform", task))
    assert set(task.assignments.values_list("due_sort", flat=True)) == {LATER}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": ""}),
        ("description", {"description": "x" * 50_001}),
        ("tags", {"tags": ["x"] * 5 + ["y" * 101]}),
        ("metadata", {"metadata": {str(number): 0 for number in range(201)}}),
        ("priority", {"priority": 0}),
        ("due_at", {"due_at": datetime(9999, 1, 1, tzinfo=UTC)}),
        ("state", {"state": "completed"}),
        ("weight", {"weight": 2}),
        ("version", {"title": "Fine", "version": 9}),
    ],
)
def test_what_is_out_of_bounds_or_not_to_be_edited_is_refused(
    cast: Cast, new_task: NewTask, do: Do, field: str, values: dict[str, Any]
) -> None:
    task = new_task()
    with pytest.raises(InvalidInput) as refused:
        do(cast.cleo, "update", task, values=values)
    assert refused.value.field == field
    assert types(task) == ["task.created"]


def test_a_closed_task_is_not_edited(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "complete", new_task())
    with pytest.raises(WrongState):
        do(cast.cleo, "update", task, values={"title": "x"})


def test_assignees_do_not_edit_what_others_made_but_creators_do(cast: Cast, new_task: NewTask, do: Do) -> None:
    with pytest.raises(NotAllowed):
        do(cast.ana, "update", new_task(cast.ana), values={"title": "x"})
    assert do(cast.ana, "update", new_task(by=cast.ana), values={"title": "x"}).title == "x"


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("start", {}),
        ("perform", {}),
        ("complete", {}),
        ("decline", {}),
        ("cancel", {}),
        ("fail", {}),
        ("delete", {}),
        ("update", {"values": {"title": "x"}}),
        ("escalate", {}),
    ],
)
def test_a_stale_version_is_refused_by_every_verb(
    cast: Cast, new_task: NewTask, do: Do, verb: str, given: dict[str, Any]
) -> None:
    task = do(cast.cleo, "update", new_task(cast.cleo), values={"title": "Changed meanwhile"})
    with pytest.raises(StaleVersion) as refused:
        do(cast.cleo, verb, task, version=1, **given)
    assert refused.value.facts == {"version": 2}
    assert types(task) == ["task.created", "task.updated"]
    assert do(cast.cleo, verb, task, version=2, **given).version == 3


def test_escalating_raises_the_level_each_time(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "escalate", new_task(cast.ana), now=NOON)
    assert (task.escalation_level, task.escalated_at, task.state) == (1, NOON, "pending")
    assert do(cast.cleo, "escalate", task).escalation_level == 2
    assert [event.payload for event in task.events.filter(type="task.escalated")] == [{"level": 1}, {"level": 2}]


def test_having_created_a_task_is_not_enough_to_escalate_it(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, by=eve)
    for somebody in (eve, cast.ana):
        with pytest.raises(NotAllowed):
            do(somebody, "escalate", task)
