"""What time itself does to tasks: deadline rows that are due become events, in batches of one statement each.

Rows are claimed with SKIP LOCKED, tasks too: a task that somebody is changing right now keeps its deadline for the next
sweep. So any number of sweeps may run at once, and none ever waits.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from . import events
from .domain import deadlines
from .events import NewEvent
from .isolation import together_or_alone
from .models import Deadline, Task

BATCH = 1000
BROKEN_PAUSE = timedelta(minutes=10)
OF_TASK = ("organization_id", "is_open", "due_at", "escalation_level")
NEEDED = ("organization_id", "task_id", "kind", *(f"task__{name}" for name in OF_TASK))
"""What firing looks at: the wide columns of a thousand tasks would cost more than all the rest."""


def sweep_deadlines(now: datetime | None = None) -> int:
    """Fire every deadline that is due by now, each exactly once. Returns how many fired."""
    now = now or timezone.now()
    fired = 0
    while _due(now).exists():
        done, claimed = _sweep_batch(now)
        fired += done
        if not claimed:
            break
    return fired


def _due(now: datetime) -> QuerySet[Deadline]:
    return Deadline.objects.filter(fire_at__lte=now)


def _sweep_batch(now: datetime) -> tuple[int, int]:
    """Rows and tasks are locked by one statement, so that what is skipped makes room for what stands behind it."""
    with transaction.atomic():
        rows = _due(now).order_by("fire_at").select_related("task").only(*NEEDED)
        due = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self", "task"))[:BATCH])
        stale = [row for row in due if not row.task.is_open]
        ready = [row for row in due if row.task.is_open]
        fired = [row for kind in FIRES for row in _fire(kind, [r for r in ready if r.kind == kind], now)]
        Deadline.objects.filter(pk__in=[row.pk for row in [*fired, *stale]]).delete()
    return len(fired), len(due)


def _fire(kind: str, rows: Sequence[Deadline], now: datetime) -> list[Deadline]:
    def work(group: Sequence[Deadline]) -> None:
        events.record_each(news=FIRES[kind]([row.task for row in group], now), now=now)

    def failed(row: Deadline, _: Exception) -> None:
        Deadline.objects.filter(pk=row.pk).update(fire_at=now + BROKEN_PAUSE, attempts=F("attempts") + 1)

    return together_or_alone(rows, work, failed) if rows else []


def _overdue(due: Sequence[Task], now: datetime) -> dict[Task, NewEvent]:
    """Overdue is derived from the due time, so only the event is written; the wide rows stay untouched."""
    return {task: NewEvent("task.overdue", {"due_at": task.due_at}) for task in due}


def _escalated(due: Sequence[Task], now: datetime) -> dict[Task, NewEvent]:
    Task.objects.filter(pk__in=[task.pk for task in due]).update(
        escalation_level=F("escalation_level") + 1, escalated_at=now, updated_at=now, version=F("version") + 1
    )
    return {task: NewEvent("task.escalated", {"level": task.escalation_level + 1}) for task in due}


FIRES: dict[str, Callable[[Sequence[Task], datetime], dict[Task, NewEvent]]] = {
    deadlines.DUE: _overdue,
    deadlines.ESCALATION: _escalated,
}
"""Kind of deadline -> what it makes happen."""
