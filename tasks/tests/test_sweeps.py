"""What time does to tasks: overdue once, escalated once, and never stopped by a broken row."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import access
from conftest import Cast
from tasks import events, firing, sweeps
from tasks.conftest import types
from tasks.models import Deadline, Delivery, Event, Task
from tasks.outbox import drain
from tasks.sweeps import BROKEN_PAUSE, sweep_deadlines

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT, HOUR = timedelta(microseconds=1), timedelta(hours=1)


def test_a_task_becomes_overdue_at_its_due_time_and_once(cast: Cast, new_task: NewTask) -> None:
    task = new_task(cast.ana, due_at=NOON, now=NOON - HOUR)
    assert sweep_deadlines(NOON - MOMENT) == 0
    assert [sweep_deadlines(NOON) for _ in range(3)] == [1, 0, 0]
    event = task.events.get(type="task.overdue")
    assert (event.actor_kind, event.actor_id, event.created_at) == ("system", None, NOON)
    assert event.payload == {"due_at": "2026-03-02T12:00:00Z"}
    version = Task.objects.values_list("version", flat=True).get(pk=task.pk)
    assert version == 1


def test_later_it_is_escalated_and_the_managers_are_told(cast: Cast, new_task: NewTask) -> None:
    task = new_task(cast.ana, by=cast.bo, due_at=NOON)
    assert sweep_deadlines(NOON + 4 * HOUR - MOMENT) == 1
    assert sweep_deadlines(NOON + 4 * HOUR) == 1
    task.refresh_from_db()
    assert (task.escalation_level, task.escalated_at, task.version) == (1, NOON + 4 * HOUR, 2)
    assert (types(task), task.state) == (["task.created", "task.overdue", "task.escalated"], "pending")
    assert not task.deadlines.exists()
    drain()
    told = Delivery.objects.filter(notice="task_escalated").values_list("user__username", "channel", "reason")
    assert sorted(told) == [("ana", "in_app", "assignee"), ("cleo", "email", "manager"), ("cleo", "in_app", "manager")]


def test_both_may_be_due_at_once(cast: Cast, new_task: NewTask) -> None:
    task = new_task(cast.ana, due_at=NOON)
    assert sweep_deadlines(NOON + 9 * HOUR) == 2
    assert types(task) == ["task.created", "task.overdue", "task.escalated"]


@pytest.mark.parametrize("pause", [timedelta(0), timedelta(minutes=10), timedelta(days=30)])
def test_the_organization_says_how_long_after(cast: Cast, new_task: NewTask, pause: timedelta) -> None:
    cast.acme.escalate_after = pause
    cast.acme.save()
    access.forget()
    task = new_task(due_at=NOON)
    sweep_deadlines(NOON + pause - MOMENT)
    assert "task.escalated" not in types(task)
    sweep_deadlines(NOON + pause)
    assert types(task)[-1] == "task.escalated"


def test_a_moved_due_time_is_the_one_that_counts(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "update", new_task(due_at=NOON), values={"due_at": NOON + HOUR})
    assert sweep_deadlines(NOON + HOUR - MOMENT) == 0
    assert sweep_deadlines(NOON + HOUR) == 1
    do(cast.cleo, "update", task, values={"due_at": NOON + 2 * HOUR})
    assert sweep_deadlines(NOON + 2 * HOUR) == 1
    due = [event.payload["due_at"] for event in task.events.filter(type="task.overdue").order_by("seq")]
    assert due == ["2026-03-02T13:00:00Z", "2026-03-02T14:00:00Z"]


@pytest.mark.parametrize("end", ["complete", "cancel", "fail", "delete"])
def test_what_is_closed_in_time_is_never_overdue(cast: Cast, new_task: NewTask, do: Do, end: str) -> None:
    task = do(cast.cleo, end, new_task(cast.ana, due_at=NOON))
    assert sweep_deadlines(NOON + 9 * HOUR) == 0
    assert "task.overdue" not in types(task)


def test_closing_a_task_between_due_time_and_escalation_ends_it(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, due_at=NOON)
    sweep_deadlines(NOON)
    do(cast.ana, "perform", task)
    assert sweep_deadlines(NOON + 9 * HOUR) == 0


def test_a_due_time_at_the_end_of_the_calendar_is_no_trouble(cast: Cast, new_task: NewTask) -> None:
    cast.acme.escalate_after = timedelta(days=400)
    cast.acme.save()
    access.forget()
    task = new_task(cast.ana, due_at=datetime(9998, 12, 31, 23, 59, tzinfo=UTC))
    assert [row.kind for row in task.deadlines.all()] == ["due"]
    assert sweep_deadlines(NOON) == 0


def break_down(event: Event) -> None:
    if event.task.title == "broken":
        raise RuntimeError("no")


def test_a_broken_row_is_pushed_ahead_and_blocks_nobody(
    cast: Cast, new_task: NewTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [new_task(title="broken" if number == 2 else "fine", due_at=NOON) for number in range(6)]
    broken = SimpleNamespace(LOCK_FIRST=(), INLINE={"task.overdue": (f"{__name__}.break_down",)}, RELAYED={})
    with monkeypatch.context() as patched:
        patched.setattr(events, "wiring", lambda: broken)
        assert sweep_deadlines(NOON) == 5
        row = Deadline.objects.get(kind="due")
        assert (row.task, row.attempts, row.fire_at) == (tasks[2], 1, NOON + BROKEN_PAUSE)
        assert sweep_deadlines(NOON + BROKEN_PAUSE - MOMENT) == 0
        assert sweep_deadlines(NOON + BROKEN_PAUSE) == 0
    assert [types(task).count("task.overdue") for task in tasks] == [1, 1, 0, 1, 1, 1]
    assert sweep_deadlines(NOON + 2 * BROKEN_PAUSE) == 1
    assert types(tasks[2]) == ["task.created", "task.overdue"]


def test_an_overdue_event_says_when_it_was_due_even_if_it_was_told_late(cast: Cast, new_task: NewTask) -> None:
    task = new_task(due_at=NOON)
    Deadline.objects.filter(task=task, kind="due").update(fire_at=NOON + BROKEN_PAUSE, attempts=1)
    sweep_deadlines(NOON + HOUR)
    assert task.events.get(type="task.overdue").payload == {"due_at": "2026-03-02T12:00:00Z"}


def test_rows_that_cannot_fire_do_not_hide_those_behind_them(
    cast: Cast, new_task: NewTask, raw_rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 3)
    for _ in range(4):
        Task.objects.filter(pk=new_task(due_at=NOON - HOUR).pk).update(is_open=False, state="canceled")
    task = new_task(due_at=NOON)
    sweep_deadlines(NOON)
    assert "task.overdue" in types(task)


def test_with_nothing_due_a_sweep_asks_once(cast: Cast, new_task: NewTask, counted: Any) -> None:
    new_task(cast.ana, due_at=NOON)
    with counted(1):
        assert sweep_deadlines(NOON - HOUR) == 0


def test_a_thousand_due_rows_take_a_handful_of_statements(cast: Cast, raw_rows: None) -> None:
    bare = {"organization": cast.acme, "project": cast.project, "source": "x", "title": "x", "due_at": NOON}
    tasks = Task.objects.bulk_create(Task(**bare, due_sort=NOON, created_at=NOON, updated_at=NOON) for _ in range(1000))
    Deadline.objects.bulk_create(
        Deadline(organization=cast.acme, task=task, kind="due", fire_at=NOON) for task in tasks
    )
    with CaptureQueriesContext(connection) as captured:
        assert sweep_deadlines(NOON) == 1000
    asked = [query["sql"].split()[0] for query in captured]
    batches = 1 + 1000 // sweeps.BATCH
    assert asked.count("SELECT") <= 1 + batches * (2 if connection.vendor == "postgresql" else 4)
    if connection.vendor == "postgresql":
        assert len(asked) <= 1 + batches * 7, "beginning and ending included"
    assert Event.objects.filter(type="task.overdue").values("task").distinct().count() == 1000
    assert not Deadline.objects.exists()


def hear(event: Event) -> None:
    """A handler for whose sake the events have to pass through the process."""


@pytest.mark.postgres
@pytest.mark.parametrize("moment", [NOON, NOON + timedelta(microseconds=1500)])
def test_one_statement_writes_what_the_general_way_writes(
    cast: Cast, new_task: NewTask, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    def written() -> list[Any]:
        task = new_task(cast.ana, due_at=moment)
        assert sweep_deadlines(moment + 9 * HOUR) == 2
        assert not task.deadlines.exists()
        told = Event.objects.filter(task=task, seq__gt=1).order_by("seq")
        entries = told.values_list("outbox__handler", "outbox__run_at", "outbox__attempts", "outbox__last_error")
        values = told.values(
            "organization", "seq", "type", "actor_kind", "actor", "payload", "cause_depth", "created_at"
        )
        columns = ("escalation_level", "escalated_at", "updated_at", "version")
        return [*values, sorted(entries), *Task.objects.filter(pk=task.pk).values(*columns)]

    assert sweeps.FIRES.keys() == firing.KINDS, "what is added to one is added to the other"
    at_once = written()
    table = SimpleNamespace(**vars(events.wiring()) | {"INLINE": {"task.overdue": (f"{__name__}.hear",)}})
    monkeypatch.setattr(events, "wiring", lambda: table)
    assert written() == at_once
