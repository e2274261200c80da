"""What is owed is done exactly once, and what fails is put off without holding up the rest."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from conftest import Cast
from tasks import events, outbox
from tasks.models import Comment, Delivery, Event, OutboxEntry, Task
from tasks.notifications.plan import plan
from tasks.outbox import MAX_ATTEMPTS, drain, pause, retry

NewTask = Callable[..., Task]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD, POISON = f"{__name__}.note", f"{__name__}.poison"
calls: list[int] = []


def note(batch: Sequence[Event]) -> None:
    """Leaves a comment for each event, which is how we count effects."""
    calls.append(len(batch))
    Comment.objects.bulk_create(
        Comment(organization_id=e.organization_id, task=e.task, text=e.type, created_at=NOON) for e in batch
    )


def poison(batch: Sequence[Event]) -> None:
    note(batch)
    bad = [event for event in batch if "bad" in event.task.title]
    if bad:
        raise ValueError(f"poisoned by {bad[0].pk}" + 1000 * "!")


@pytest.fixture(autouse=True)
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    table = SimpleNamespace(LOCK_FIRST=(), INLINE={}, RELAYED={"task.created": (GOOD,), "task.updated": (POISON,)})
    monkeypatch.setattr(events, "wiring", lambda: table)


@pytest.fixture
def poisoned(new_task: NewTask, do: Callable[..., Any], cast: Cast) -> list[Task]:
    """Twenty tasks, each owing both handlers something; the poison of one of them is bad."""
    tasks = [new_task(title="bad" if number == 7 else "good", now=NOON) for number in range(20)]
    return [do(cast.cleo, "update", task, values={"priority": 4}, now=NOON) for task in tasks]


def effects(task: Task) -> list[str]:
    return sorted(task.comments.values_list("text", flat=True))


def test_what_is_owed_is_done_together_and_then_gone(cast: Cast, new_task: NewTask) -> None:
    tasks = [new_task(now=NOON) for _ in range(5)]
    assert drain(NOON) == 5
    assert calls == [5]
    assert [effects(task) for task in tasks] == [["task.created"]] * 5
    assert not OutboxEntry.objects.exists()
    assert drain(NOON) == 0


def test_what_is_owed_later_is_left_for_later(cast: Cast, new_task: NewTask) -> None:
    new_task(now=NOON)
    assert drain(NOON - timedelta(seconds=1)) == 0
    assert drain(NOON) == 1


def test_one_call_does_at_most_so_many(cast: Cast, new_task: NewTask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    for _ in range(7):
        new_task(now=NOON)
    assert drain(NOON, most=3) == 3
    assert drain(NOON) == 4


def test_nothing_owed_takes_one_query(cast: Cast, counted: Any) -> None:
    with counted(1):
        assert drain(NOON) == 0


def test_a_poisoned_entry_stops_neither_its_handler_nor_the_others(cast: Cast, poisoned: list[Task]) -> None:
    assert drain(NOON) == 39
    for task in poisoned:
        assert effects(task) == ["task.created"] + ["task.updated"] * (task.title == "good")
    left = OutboxEntry.objects.get()
    assert (left.handler, left.attempts, left.dead_at, left.run_at) == (POISON, 1, None, NOON + pause(1))
    assert left.last_error.startswith("ValueError: poisoned by")
    assert len(left.last_error) == 500


def test_a_failing_entry_waits_longer_each_time_and_dies_in_the_end(cast: Cast, poisoned: list[Task]) -> None:
    drain(NOON)
    moment = NOON
    for attempt in range(2, MAX_ATTEMPTS + 1):
        entry = OutboxEntry.objects.get()
        assert drain(entry.run_at - timedelta(microseconds=1)) == 0
        moment = entry.run_at
        assert (drain(moment), OutboxEntry.objects.get().attempts) == (0, attempt)
    dead = OutboxEntry.objects.get()
    assert (dead.dead_at, pause(MAX_ATTEMPTS)) == (moment, timedelta(minutes=10, seconds=40))
    calls.clear()
    assert drain(moment + timedelta(days=365)) == 0
    assert calls == []
    assert effects(poisoned[7]) == ["task.created"]


def test_a_dead_entry_can_be_given_a_new_life_once(cast: Cast, poisoned: list[Task]) -> None:
    entry = OutboxEntry.objects.get(handler=POISON, event__task=poisoned[7])
    assert retry([entry.pk], NOON) == 0
    OutboxEntry.objects.filter(pk=entry.pk).update(dead_at=NOON, attempts=MAX_ATTEMPTS)
    drain(NOON)
    assert retry([entry.pk], NOON) == 1
    assert retry([entry.pk], NOON) == 0
    Task.objects.filter(pk=poisoned[7].pk).update(title="good after all")
    assert drain(NOON) == 1
    assert effects(poisoned[7]) == ["task.created", "task.updated"]
    assert not OutboxEntry.objects.exists()


def test_an_entry_whose_event_is_gone_stops_nobody(cast: Cast, new_task: NewTask) -> None:
    task = new_task(now=NOON)
    OutboxEntry.objects.create(event_id=10**9, handler=GOOD, run_at=NOON)
    assert drain(NOON) == 1
    assert effects(task) == ["task.created"]
    left = OutboxEntry.objects.get()
    assert (left.attempts, left.last_error) == (1, "KeyError: 1000000000")
    left.delete()


def test_a_handler_that_is_no_more_is_like_one_that_fails(cast: Cast, new_task: NewTask) -> None:
    new_task(now=NOON)
    OutboxEntry.objects.update(handler="tasks.gone.handler")
    good = new_task(now=NOON)
    assert drain(NOON) == 1
    assert effects(good) == ["task.created"]
    assert OutboxEntry.objects.get().last_error.startswith("ModuleNotFoundError")
    OutboxEntry.objects.all().delete()


def test_a_handler_that_breaks_the_database_transaction_harms_only_itself(
    cast: Cast, new_task: NewTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_sql(batch: Sequence[Event]) -> None:
        note(batch)
        connection.cursor().execute("SELECT no_such_column FROM tasks_task")

    monkeypatch.setattr(f"{__name__}.poison", break_sql)
    task = new_task(now=NOON)
    OutboxEntry.objects.create(event=task.events.get(), handler=POISON, run_at=NOON)
    assert drain(NOON) == 1
    assert effects(task) == ["task.created"]
    OutboxEntry.objects.all().delete()


def test_a_drain_that_dies_before_its_commit_has_done_nothing(
    cast: Cast, new_task: NewTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = note

    def die(batch: Sequence[Event]) -> None:
        work(batch)
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{__name__}.note", die)
    task = new_task(now=NOON)
    with pytest.raises(KeyboardInterrupt):
        drain(NOON)
    assert effects(task) == []
    entry = OutboxEntry.objects.get()
    assert (entry.attempts, entry.run_at) == (0, NOON)


def test_what_is_planned_twice_is_told_once(cast: Cast, new_task: NewTask) -> None:
    task = new_task(cast.ana)
    for _ in range(2):
        plan(list(task.events.select_related("task")))
    assert Delivery.objects.filter(user=cast.ana).count() == 2
