"""What must be true of every task after every command, whatever was done in whatever order.

Besides the invariants that `manage.py verify_invariants` holds a system to: the same once more in plain Python, so that
the two check each other, and what can only be said of tasks that commands alone have touched.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import tasks.invariants  # noqa: F401  fills the registry
from accounts.invariants import REGISTRY
from tasks.domain import deadlines, lifecycle
from tasks.domain.lifecycle import ShareState, State
from tasks.models import Assignment, Deadline, Event, Task


def assert_consistent() -> None:
    """Fail with every violation there is in the database."""
    tasks = Task.objects.order_by("pk").prefetch_related("assignments", "deadlines", "events", "references", "watchers")
    faults = [line for check in REGISTRY.values() if check.name.startswith("tasks.") for line in check.violations()]
    faults += [f"task {task.pk} ({task.state}): {fault}" for task in tasks for fault in faults_of(task)]
    assert not faults, "\n" + "\n".join(faults)


def faults_of(task: Task) -> Iterator[str]:
    """What is wrong with one task."""
    shares, history = list(task.assignments.all()), sorted(task.events.all(), key=lambda event: event.seq)
    yield from _history(task, history)
    yield from _closure(task)
    yield from _weights(task, shares)
    yield from _copies(task, shares)
    yield from _moments(task, list(task.deadlines.all()), history)
    rows = [*shares, *history, *task.references.all(), *task.watchers.all()]
    if any(row.organization_id != task.organization_id for row in rows):
        yield "a part of it belongs to another organization"


def _history(task: Task, history: list[Event]) -> Iterator[str]:
    if [event.seq for event in history] != list(range(1, len(history) + 1)):
        yield f"the sequence of its events is {[event.seq for event in history]}"
    if not history or history[0].type != "task.created":
        yield "its history does not begin with its creation"
    states = [event.payload["state"] for event in history if "state" in event.payload]
    if states[-1:] != [task.state]:
        yield f"its events fold to {states[-1:]}"
    for before, after in pairwise(states):
        if not lifecycle.is_open(before) and not lifecycle.is_open(after):
            yield f"it was closed twice: {before}, {after}"
    if [event.pk for event in history] != sorted(event.pk for event in history):
        yield "its events were not written in their order"


def _closure(task: Task) -> Iterator[str]:
    if task.is_open != lifecycle.is_open(task.state):
        yield "is_open is not what its state says"
    if task.is_open == (task.closed_at is not None):
        yield f"closed_at is {task.closed_at}"
    if task.is_open and (task.closed_by_id or task.closed_reason or task.deleted_at):
        yield "it is open and bears the signs of an end"
    if (task.state == State.CANCELED) != bool(task.closed_reason):
        yield f"its closed_reason is {task.closed_reason!r}"
    if task.state == State.IN_PROGRESS and task.started_at is None:
        yield "it is in progress and never started"


def _weights(task: Task, shares: list[Assignment]) -> Iterator[str]:
    performed = sum((s.weight for s in shares if s.state == ShareState.PERFORMED), Decimal(0))
    if performed != task.performed_weight:
        yield f"its performed weight is {task.performed_weight}, its performed shares weigh {performed}"
    if not task.is_open:
        return
    if performed >= task.weight:
        yield "it is open and its weight is met"
    pending = sum((s.weight for s in shares if s.state == ShareState.PENDING), Decimal(0))
    if any(s.state != ShareState.REPLACED for s in shares) and performed + pending < task.weight:
        yield f"it is open and can reach no more than {performed + pending} of {task.weight}"


def _copies(task: Task, shares: list[Assignment]) -> Iterator[str]:
    if task.due_sort != deadlines.due_sort(task.due_at):
        yield "due_sort is not what due_at says"
    acted = (ShareState.PERFORMED, ShareState.DECLINED)
    for share in shares:
        if share.is_open != (task.is_open and share.state == ShareState.PENDING):
            yield f"share {share.pk} ({share.state}) is {'open' if share.is_open else 'closed'}"
        if share.is_open and share.due_sort != task.due_sort:
            yield f"share {share.pk} is sorted by another due time"
        if (share.acted_at is not None) != (share.state in acted):
            yield f"share {share.pk} ({share.state}) was acted on at {share.acted_at}"
    for holder in ("user_id", "team_id"):
        counted = [getattr(s, holder) for s in shares if s.state in (ShareState.PENDING, ShareState.PERFORMED)]
        named = [key for key in counted if key]
        if len(set(named)) < len(named):
            yield f"somebody has two shares that count ({holder})"


def _moments(task: Task, rows: list[Deadline], history: list[Event]) -> Iterator[str]:
    kinds = {row.kind for row in rows}
    if rows and not (task.is_open and (task.due_at or task.escalate_at)):
        yield f"it has deadlines it should not have: {sorted(kinds)}"
    if task.is_open and task.due_at and deadlines.DUE not in kinds:
        told = [event for event in history if event.type == "task.overdue"]
        if not told:
            yield "its due time would pass unnoticed"
    for row in rows:
        if row.kind == deadlines.DUE and row.fire_at != task.due_at and not row.attempts:
            yield f"its deadline is at {row.fire_at}, due {task.due_at}"
