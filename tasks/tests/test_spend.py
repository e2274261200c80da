"""Time adds up; progress is said by who does the work."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Sum

from accounts.models import User
from conftest import Cast
from tasks.conftest import types
from tasks.domain.content import MAX_MINUTES
from tasks.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from tasks.models import Task

NewTask, Do = Callable[..., Task], Callable[..., Any]


def test_time_spent_adds_up_also_after_the_end(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    do(cast.ana, "log_time", task, minutes=30, note="Read it")
    do(cast.ana, "perform", task)
    do(cast.bo, "log_time", task, minutes=15)
    assert task.time_entries.aggregate(sum=Sum("minutes"))["sum"] == 45
    assert [event.payload for event in task.events.filter(type="time.logged")] == [
        {"minutes": 30, "note": "Read it"},
        {"minutes": 15},
    ]


@pytest.mark.parametrize("minutes", [0, -5, MAX_MINUTES + 1])
def test_minutes_are_within_bounds(cast: Cast, new_task: NewTask, do: Do, minutes: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(cast.ana, "log_time", new_task(cast.ana), minutes=minutes)
    assert refused.value.field == "minutes"


def test_progress_is_said_by_who_works_or_manages(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    assert do(cast.ana, "progress", task, percent=60).progress == 60
    assert do(cast.cleo, "progress", task, percent=60, version=2).version == 2
    with pytest.raises(NotAllowed):
        do(eve, "progress", task, percent=70)
    with pytest.raises(StaleVersion):
        do(cast.ana, "progress", task, percent=70, version=1)
    for percent in (-1, 101):
        with pytest.raises(InvalidInput):
            do(cast.ana, "progress", task, percent=percent)
    assert types(task) == ["task.created", "task.progressed"]


def test_a_closed_task_gets_no_further(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana))
    with pytest.raises(WrongState):
        do(cast.cleo, "progress", task, percent=10)
