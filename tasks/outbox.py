"""Does what events owe: claims entries by their state, runs their handlers, deletes them or tries again later.

A handler takes a sequence of events and writes to the database only; its effects commit together with the deletion of
the entries, so each event is handled exactly once. It must be able to handle each of the events alone as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.prepared import prepared

from .isolation import together_or_alone
from .models import Event, OutboxEntry
from .nudge import nudge

BATCH = 500
"""Entries a transaction: of a fifth of it the statements alone would take a fifth of the time."""
LOOK = 10 * BATCH
"""So many are looked up at once: the index of what is owed is full of the entries that were done just now."""
OF_TASK = ("organization_id", "project_id", "created_by_id", "deleted_at")
"""What handlers look at; the wide columns of hundreds of tasks would cost more. Who needs them reads them."""
NEEDED = (*(field.attname for field in Event._meta.concrete_fields), *(f"task__{name}" for name in OF_TASK))
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
Owed = tuple[int, int]
"""The ids of an entry and of its event."""


def drain(now: datetime | None = None, *, most: int = 10_000) -> int:
    """Handle what is owed by now, at most `most` entries. Returns how many are done."""
    done = 0
    while keys := _owed(now or timezone.now())[: most - done]:
        batches = (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))
        handled = sum(_drain_batch(batch, now or timezone.now()) for batch in batches)
        done += handled
        if not handled:
            break
    if done == most:  # there may be more; first the other jobs have their turn
        nudge("tasks.jobs.drain_outbox")
    return done


def retry(entry_ids: list[int], now: datetime | None = None) -> int:
    """Give dead entries a new life. Returns how many there were."""
    dead = OutboxEntry.objects.filter(pk__in=entry_ids, dead_at__isnull=False)
    return dead.update(dead_at=None, attempts=0, run_at=now or timezone.now())


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed tries: five seconds, doubled each time."""
    return FIRST_PAUSE * 2 ** (attempts - 1)


@prepared
def _owed(now: datetime) -> QuerySet[OutboxEntry, int]:
    rows = OutboxEntry.objects.filter(dead_at__isnull=True, run_at__lte=now).order_by("run_at", "id")
    return rows.values_list("pk", flat=True)[:LOOK]


def _drain_batch(keys: Sequence[int], now: datetime) -> int:
    with transaction.atomic():
        rows = OutboxEntry.objects.filter(pk__in=keys, dead_at__isnull=True).order_by("run_at", "id")
        free = rows.select_for_update(skip_locked=True).values_list("pk", "handler", "event_id", "run_at")
        claimed = [(key, handler, event_id) for key, handler, event_id, run_at in free if run_at <= now]
        wanted = {event_id for _, _, event_id in claimed}
        events = Event.objects.select_related("task").only(*NEEDED).in_bulk(wanted)
        by_handler: dict[str, list[Owed]] = defaultdict(list)
        for key, handler, event_id in claimed:
            by_handler[handler].append((key, event_id))
        done = [key for handler, owed in by_handler.items() for key, _ in _run(handler, owed, events, now)]
        OutboxEntry.objects.filter(pk__in=done).delete()
    return len(done)


def _run(handler: str, owed: Sequence[Owed], events: Mapping[int, Event], now: datetime) -> list[Owed]:
    def work(group: Sequence[Owed]) -> None:
        import_string(handler)([events[event_id] for _, event_id in group])

    def failed(one: Owed, error: Exception) -> None:
        _put_off(OutboxEntry.objects.get(pk=one[0]), error, now)

    return together_or_alone(owed, work, failed)


def _put_off(entry: OutboxEntry, error: Exception, now: datetime) -> None:
    entry.attempts += 1
    entry.last_error = f"{type(error).__name__}: {error}"[:500]
    entry.run_at = now + pause(entry.attempts)
    entry.dead_at = now if entry.attempts >= MAX_ATTEMPTS else None
    entry.save(update_fields=["attempts", "last_error", "run_at", "dead_at"])
