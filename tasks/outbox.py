"""Does what events owe: claims entries by their state, runs their handlers, deletes them or tries again later.

A handler takes a sequence of events and writes to the database only; its effects commit together with the deletion of
the entries, so each event is handled exactly once. It must be able to handle each of the events alone as well.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from .isolation import together_or_alone
from .models import OutboxEntry

BATCH = 500
"""Entries a transaction: of a fifth of it the statements alone would take a fifth of the time."""
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)


def drain(now: datetime | None = None, *, most: int = 10_000) -> int:
    """Handle what is owed by now, at most about `most` entries. Returns how many are done."""
    done = 0
    while done < most and _owed(now or timezone.now()).exists():
        handled, claimed = _drain_batch(now or timezone.now())
        done += handled
        if not claimed:
            break
    return done


def retry(entry_ids: list[int], now: datetime | None = None) -> int:
    """Give dead entries a new life. Returns how many there were."""
    dead = OutboxEntry.objects.filter(pk__in=entry_ids, dead_at__isnull=False)
    return dead.update(dead_at=None, attempts=0, run_at=now or timezone.now())


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed tries: five seconds, doubled each time."""
    return FIRST_PAUSE * 2 ** (attempts - 1)


def _owed(now: datetime) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(dead_at__isnull=True, run_at__lte=now)


def _drain_batch(now: datetime) -> tuple[int, int]:
    with transaction.atomic():
        rows = _owed(now).order_by("run_at", "id").select_for_update(skip_locked=True, of=("self",))
        entries = list(rows.select_related("event__task")[:BATCH])
        by_handler: dict[str, list[OutboxEntry]] = defaultdict(list)
        for entry in entries:
            by_handler[entry.handler].append(entry)
        done = [entry for handler, group in by_handler.items() for entry in _run(handler, group, now)]
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in done]).delete()
    return len(done), len(entries)


def _run(handler: str, entries: list[OutboxEntry], now: datetime) -> list[OutboxEntry]:
    def work(group: Sequence[OutboxEntry]) -> None:
        import_string(handler)([entry.event for entry in group])

    def failed(entry: OutboxEntry, error: Exception) -> None:
        _put_off(entry, error, now)

    return together_or_alone(entries, work, failed)


def _put_off(entry: OutboxEntry, error: Exception, now: datetime) -> None:
    entry.attempts += 1
    entry.last_error = f"{type(error).__name__}: {error}"[:500]
    entry.run_at = now + pause(entry.attempts)
    entry.dead_at = now if entry.attempts >= MAX_ATTEMPTS else None
    entry.save(update_fields=["attempts", "last_error", "run_at", "dead_at"])
