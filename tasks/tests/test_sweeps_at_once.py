"""Sweeps beside each other and beside people at work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from conftest import Cast
from tasks.conftest import types
from tasks.models import Deadline, Event, Task
from tasks.sweeps import sweep_deadlines

from .at_once import at_once, outcomes

pytestmark = pytest.mark.django_db(transaction=True)
NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_however_many_sweep_at_once_each_task_is_overdue_once(cast: Cast, new_task: NewTask) -> None:
    for _ in range(30):
        new_task(cast.ana, due_at=NOON)
    results = at_once(*[lambda: sweep_deadlines(NOON + timedelta(hours=5))] * 4)
    assert sum(results) == 60
    for kind in ("task.overdue", "task.escalated"):
        assert sorted(Event.objects.filter(type=kind).values_list("task", flat=True)) == sorted(
            Task.objects.values_list("pk", flat=True)
        )
    assert set(Task.objects.values_list("escalation_level", flat=True)) == {1}
    assert not Deadline.objects.exists()


@pytest.mark.postgres
def test_a_task_that_somebody_is_changing_is_left_for_the_next_sweep(cast: Cast, new_task: NewTask) -> None:
    busy, free = new_task(due_at=NOON), new_task(due_at=NOON)
    with transaction.atomic():
        Task.objects.select_for_update(no_key=True).get(pk=busy.pk)
        assert at_once(lambda: sweep_deadlines(NOON)) == [1]
    assert (types(free)[-1], types(busy)[-1]) == ("task.overdue", "task.created")
    assert sweep_deadlines(NOON) == 1


def test_a_task_is_not_overdue_after_it_was_performed_at_the_same_moment(cast: Cast, new_task: NewTask, do: Do) -> None:
    tasks = [new_task(cast.ana, due_at=NOON) for _ in range(15)]

    def perform_all() -> None:
        for task in tasks:
            do(cast.ana, "perform", task)

    results = at_once(perform_all, lambda: [sweep_deadlines(NOON) for _ in range(10)])
    assert outcomes(results) == {"done": 2}
    for task in tasks:
        history = types(task)
        assert history.count("task.overdue") <= 1
        assert history[-1] == "task.completed"
    assert not Deadline.objects.exists()
