"""The only writer of events: what happened, the handlers that hear it now, and what is owed to the others.

Call `record` inside the command's transaction and under the task's lock: the sequence counts from what is there.
"""

import importlib
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.db.models.expressions import RawSQL
from django.utils.module_loading import import_string

from accounts.actor import Actor
from accounts.written import insert_with

from .models import Event, OutboxEntry, Task
from .nudge import nudge

_batch: ContextVar[list[Event] | None] = ContextVar("events being recorded", default=None)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something to be recorded. `payload` holds ids and changed facts only; `state` there means the state changed."""

    type: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@cache
def wiring() -> ModuleType:
    """The table of who hears what, by the name in the settings: this layer does not know the upper ones."""
    return importlib.import_module(settings.TASKHUB_WIRING)


def record(*, task: Task, actor: Actor, now: datetime, events: Iterable[NewEvent], is_new: bool = False) -> list[Event]:
    """Run the INLINE handlers of the events, write them in order and leave outbox entries for the RELAYED handlers.

    `is_new` says that the task was made in this transaction, so that its sequence starts at 1.
    """
    news = list(events)
    counts = range(_ahead(task.pk) + 1, _ahead(task.pk) + len(news) + 1)
    numbers = counts if is_new else [_after_last(task.pk, count) for count in counts]
    return _write([_row(task, actor, now, new, seq) for seq, new in zip(numbers, news, strict=True)], now)


def record_each(
    *, news: Mapping[Task, NewEvent], now: datetime, actor: Actor | None = None, are_new: bool = False
) -> list[Event]:
    """Write one event for each of many locked tasks; the set-based form of `record`. Without an actor it is TaskHub."""
    actors = {task.organization_id: actor or Actor.system(task.organization_id) for task in news}
    numbers = Event.objects.filter(task_id__in=[task.pk for task in news]).order_by().values_list("task_id")
    last = {} if are_new else dict(numbers.annotate(last=Max("seq")))
    rows = [
        _row(task, actors[task.organization_id], now, new, last.get(task.pk, 0) + _ahead(task.pk) + 1)
        for task, new in news.items()
    ]
    return _write(rows, now)


def beside(event: Event) -> list[Event]:
    """The events of the same task that are recorded together with this one, itself included: for INLINE handlers."""
    return [row for row in _batch.get() or () if row.task_id == event.task_id]


def _ahead(task_id: int) -> int:
    """How many events of the task are being recorded just now and are not written yet."""
    return sum(row.task_id == task_id for row in _batch.get() or ())


def _row(task: Task, actor: Actor, now: datetime, new: NewEvent, seq: Any) -> Event:
    return Event(
        organization_id=task.organization_id,
        task=task,
        seq=seq,
        type=new.type,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        payload=dict(new.payload),
        cause_depth=actor.cause_depth,
        created_at=now,
    )


def _write(rows: list[Event], now: datetime) -> list[Event]:
    """Let the INLINE handlers hear the events and write them; what handlers record is written with them at once."""
    batch = _batch.get()
    if batch is not None:
        batch.extend(rows)
        _tell(rows)
        return rows
    batch = list(rows)
    token = _batch.set(batch)
    try:
        _tell(rows)
    finally:
        _batch.reset(token)
    entries = _owed(batch, now)
    insert_with(batch, entries, by="event")
    if entries:
        transaction.on_commit(lambda: nudge("tasks.jobs.drain_outbox"))
    return rows


def _tell(rows: Iterable[Event]) -> None:
    for row in rows:
        for handler in wiring().INLINE.get(row.type, ()):
            import_string(handler)(row)


def _owed(rows: Iterable[Event], now: datetime) -> list[OutboxEntry]:
    """One outbox entry per event and relayed handler."""
    relayed = wiring().RELAYED
    return [
        OutboxEntry(event=row, handler=handler, run_at=now) for row in rows for handler in relayed.get(row.type, ())
    ]


def _after_last(task_id: int, count: int) -> RawSQL:
    """The task's last sequence number and so many more, found by the INSERT, under the lock that the caller holds.

    In SQL, because every command pays for it, and building the same expression costs five times what running it does.
    """
    return RawSQL("SELECT COALESCE(MAX(seq), 0) + %s FROM tasks_event WHERE task_id = %s", [count, task_id])
