"""What time itself does to tasks: deadline rows that are due become events, in batches of a few statements each.

Rows are claimed with SKIP LOCKED, tasks too: a task that somebody is changing right now keeps its deadline for the next
sweep. So any number of sweeps may run at once, and none ever waits.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.prepared import prepared

from . import events, firing
from .domain import deadlines
from .events import NewEvent
from .isolation import together_or_alone
from .models import Deadline, Task

BATCH = 250
"""Of more, the statements would cost less each, and people wait longer for the tasks that are locked."""
LOOK = 25 * BATCH
"""So many are looked up at once: the index of moments is full of the rows that were fired just now."""
BROKEN_PAUSE = timedelta(minutes=10)
OF_TASK = ("organization_id", "is_open", "due_at", "escalation_level")
NEEDED = ("organization_id", "task_id", "kind", *(f"task__{name}" for name in OF_TASK))
"""What firing looks at: the wide columns of the tasks would cost more than all the rest."""


def sweep_deadlines(now: datetime | None = None) -> int:
    """Fire every deadline that is due by now, each exactly once. Returns how many there were."""
    now = now or timezone.now()
    fired, found = 0, LOOK
    while found == LOOK:
        keys = _due(now)
        found = len(keys)
        done = sum(_sweep_batch(keys[first : first + BATCH], now) for first in range(0, found, BATCH))
        if not done:
            break
        fired += done
    return fired


@prepared
def _due(now: datetime) -> QuerySet[Deadline, int]:
    return Deadline.objects.filter(fire_at__lte=now).order_by("fire_at").values_list("pk", flat=True)[:LOOK]


def _sweep_batch(keys: Sequence[int], now: datetime) -> int:
    """Rows and tasks are locked by one statement, and only then written: what others did before that is seen."""
    with transaction.atomic():
        rows = Deadline.objects.filter(pk__in=keys).order_by().values_list("pk", "fire_at", "task__is_open")
        free = rows.select_for_update(skip_locked=True, no_key=True)
        claimed = [key for key, fire_at, _ in free if fire_at <= now]
        return len(together_or_alone(claimed, partial(_fire, now=now), partial(_push_ahead, now=now)))


def _fire(keys: Sequence[int], now: datetime) -> None:
    """Do what these deadlines are for; of those of closed tasks, nothing. Then they are gone."""
    if connection.vendor == "postgresql" and not events.wiring().INLINE.keys() & firing.TYPES:
        firing.fire(keys, now)
        return
    rows = list(Deadline.objects.filter(pk__in=keys).order_by("fire_at").select_related("task").only(*NEEDED))
    for kind, news in FIRES.items():
        events.record_each(news=news([row.task for row in rows if row.kind == kind and row.task.is_open], now), now=now)
    Deadline.objects.filter(pk__in=keys).delete()


def _push_ahead(key: int, _: Exception, now: datetime) -> None:
    Deadline.objects.filter(pk=key).update(fire_at=now + BROKEN_PAUSE, attempts=F("attempts") + 1)


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
