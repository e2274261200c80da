"""History: written with what it tells of, never changed, and owing one entry to each handler."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actor import Actor
from conftest import Cast
from tasks import commands, events
from tasks.events import NewEvent
from tasks.models import Comment, Delivery, Event, OutboxEntry, Task, Watcher

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
heard: list[Event] = []


def hear(event: Event) -> None:
    heard.append(event)


def break_down(event: Event) -> None:
    raise RuntimeError("An inline handler fails")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`wire(INLINE={...})` lays other wires for the time of a test."""
    heard.clear()

    def lay(**tables: Any) -> None:
        laid = SimpleNamespace(**({"LOCK_FIRST": (), "INLINE": {}, "RELAYED": {}} | tables))
        monkeypatch.setattr(events, "wiring", lambda: laid)

    return lay


def test_the_queryset_neither_changes_nor_deletes_history(cast: Cast, new_task: NewTask) -> None:
    task = new_task()
    for rows in (Event.objects.all(), task.events, task.events.filter(seq=1)):
        with pytest.raises(TypeError, match="never changed"):
            rows.update(type="task.forged")
        with pytest.raises(TypeError, match="never deleted"):
            rows.all().delete()
    with pytest.raises(TypeError), transaction.atomic():
        Event.objects.bulk_update(list(task.events.all()), ["type"])


@pytest.mark.postgres
def test_postgresql_refuses_to_change_history_whoever_asks(cast: Cast, new_task: NewTask) -> None:
    event = new_task().events.get()
    event.type = "task.forged"
    forgeries: list[Callable[[], Any]] = [
        lambda: connection.cursor().execute("UPDATE tasks_event SET type = 'task.forged'"),
        lambda: connection.cursor().execute("DELETE FROM tasks_event"),
        event.save,
        event.delete,
    ]
    for forge in forgeries:
        with pytest.raises(DatabaseError), transaction.atomic():
            forge()
    assert Event.objects.get().type == "task.created"


def test_the_same_place_in_a_history_is_taken_once(cast: Cast, new_task: NewTask) -> None:
    event = new_task().events.get()
    event.pk, event._state.adding = None, True
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save(force_insert=True)


def test_each_relayed_handler_is_owed_one_entry_per_event(cast: Cast, new_task: NewTask, wire: Any) -> None:
    wire(RELAYED={"task.created": ("a.b", "c.d")})
    task = new_task()
    assert sorted(OutboxEntry.objects.values_list("event__task", "handler")) == [(task.pk, "a.b"), (task.pk, "c.d")]
    with pytest.raises(DatabaseError), transaction.atomic():
        OutboxEntry.objects.create(event=task.events.get(), handler="a.b", run_at=NOON)
    OutboxEntry.objects.all().delete()


def test_inline_handlers_hear_in_the_same_transaction_in_order(
    cast: Cast, new_task: NewTask, do: Do, wire: Any
) -> None:
    wire(INLINE={"share.performed": (f"{__name__}.hear",), "task.completed": (f"{__name__}.hear",) * 2})
    do(cast.ana, "perform", new_task(cast.ana))
    assert [event.type for event in heard] == ["share.performed", "task.completed", "task.completed"]
    assert all(event.pk for event in heard)


@pytest.mark.parametrize(
    ("verb", "given", "last"),
    [
        ("perform", {}, "task.completed"),
        ("decline", {}, "task.declined"),
        ("complete", {}, "task.completed"),
        ("start", {}, "task.started"),
        ("comment", {"text": "x"}, "comment.added"),
        ("watch", {}, "watcher.added"),
        ("claim", {}, "task.claimed"),
    ],
)
def test_a_failure_after_the_event_is_written_undoes_everything(
    cast: Cast, new_task: NewTask, do: Do, wire: Any, verb: str, given: dict[str, Any], last: str
) -> None:
    task = new_task(cast.sales, due_at=NOON)
    before = snapshot()
    wire(INLINE={last: (f"{__name__}.break_down",)})
    with pytest.raises(RuntimeError):
        do(cast.ana, verb, task, **given)
    assert snapshot() == before


def test_a_task_whose_creation_fails_in_the_end_leaves_nothing(cast: Cast, new_task: NewTask, wire: Any) -> None:
    wire(INLINE={"task.created": (f"{__name__}.break_down",)})
    with pytest.raises(RuntimeError):
        new_task(cast.ana, due_at=NOON, watchers=[cast.bo.uuid])
    assert not any(rows for rows in snapshot())


def snapshot() -> list[list[Any]]:
    """Everything a command could have written."""
    models = (Task, Event, OutboxEntry, Delivery, Comment, Watcher)
    rows = [list(model.objects.order_by("pk").values()) for model in models]
    task_rows = [(list(task.assignments.values()), list(task.deadlines.values())) for task in Task.objects.all()]
    return [*rows, task_rows]


def test_whoever_caused_it_is_written_down(cast: Cast, new_task: NewTask, actor_of: Callable[..., Actor]) -> None:
    task = new_task()
    robot = replace(actor_of(cast.cleo), kind="key", scopes=frozenset({"task.edit"})).caused()
    commands.update(actor=robot, task=task.pk, values={"title": "x"})
    commands.escalate(actor=Actor.system(cast.acme.pk), task=task.pk)
    who = list(task.events.order_by("seq").values_list("actor_kind", "actor_id", "cause_depth"))
    assert who == [("user", cast.cleo.pk, 0), ("key", cast.cleo.pk, 1), ("system", None, 0)]


def test_events_of_many_tasks_are_numbered_each_in_its_own_history(
    cast: Cast, new_task: NewTask, do: Do, raw_rows: None
) -> None:
    tasks = [new_task(), do(cast.cleo, "escalate", new_task()), new_task()]
    with transaction.atomic():
        events.record_each(news={task: NewEvent("task.overdue") for task in tasks}, now=NOON)
    assert [task.events.get(type="task.overdue").seq for task in tasks] == [2, 3, 2]
