"""The only writer of events: what happened, the handlers that hear it now, and what is owed to the others.

Call `record` inside the command's transaction and under the task's lock: the sequence counts from what is there.
"""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from accounts.actor import Actor

from .models import Event, OutboxEntry, Task
from .nudge import nudge


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
    """Write the events in order, run their INLINE handlers and leave outbox entries for the RELAYED ones.

    `is_new` says that the task was made in this transaction, so that its sequence starts at 1.
    """
    news = list(events)
    if not news:
        return []
    last = Coalesce(Subquery(_last_seq(task.pk)), 0)
    rows = Event.objects.bulk_create(
        Event(
            organization_id=task.organization_id,
            task=task,
            seq=count if is_new else last + count,
            type=new.type,
            actor_kind=actor.kind,
            actor_id=actor.user_id,
            payload=dict(new.payload),
            cause_depth=actor.cause_depth,
            created_at=now,
        )
        for count, new in enumerate(news, start=1)
    )
    for row in rows:
        for handler in wiring().INLINE.get(row.type, ()):
            import_string(handler)(row)
    owe(rows, now)
    return rows


def owe(rows: Iterable[Event], now: datetime) -> None:
    """Leave one outbox entry per event and relayed handler, and say so once the transaction is committed."""
    relayed = wiring().RELAYED
    entries = [OutboxEntry(event=row, handler=handler, run_at=now) for row in rows for handler in relayed.get(row.type, ())]
    if entries:
        OutboxEntry.objects.bulk_create(entries)
        transaction.on_commit(lambda: nudge("tasks.jobs.drain_outbox"))


def _last_seq(task_id: int) -> Any:
    return Event.objects.filter(task_id=task_id).order_by().values("task_id").annotate(last=Max("seq")).values("last")
