"""What must always be true of tasks and of what hangs on them. See `accounts.invariants` for how checks work.

A million tasks are a few set-based statements here; nothing is loaded but what breaks a rule.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, Min, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Abs, Cast, Coalesce
from django.utils import timezone

from accounts.invariants import ids, invariant
from tasks.domain import deadlines
from tasks.domain.lifecycle import CLOSED, OPEN, ShareState, State
from tasks.domain.shares import QUANTUM
from tasks.models import (
    Assignment,
    Attachment,
    ChecklistItem,
    Comment,
    Deadline,
    Delivery,
    Event,
    OutboxEntry,
    Reference,
    Report,
    Rollup,
    RollupEntry,
    Task,
    TaskTemplate,
    TimeEntry,
    Watcher,
)
from tasks.rollups import proof

PARENTS: tuple[tuple[type[Model], str], ...] = (
    (Task, "project"),
    (Assignment, "task"),
    (Assignment, "team"),
    (Assignment, "claimed_from"),
    (Reference, "task"),
    (Watcher, "task"),
    (Comment, "task"),
    (Attachment, "task"),
    (ChecklistItem, "task"),
    (TimeEntry, "task"),
    (Report, "task"),
    (Deadline, "task"),
    (TaskTemplate, "assign_team"),
    (Event, "task"),
    (Rollup, "project"),
    (RollupEntry, "project"),
    (Delivery, "task"),
    (Delivery, "event"),
)
"""Row -> what it hangs on: both must be of one organization."""


def _turns() -> QuerySet[Any]:
    """The events that changed a task's state, with the state they changed it to."""
    return Event.objects.filter(payload__has_key="state").annotate(to=Cast(KT("payload__state"), CharField()))


@invariant
def state_is_the_fold_of_events() -> Iterator[str]:
    """A task's state is the one its last state-changing event says."""
    last = _turns().filter(task=OuterRef("pk")).order_by("-seq").values("to")[:1]
    rows = Task.objects.annotate(told=Subquery(last)).filter(~Q(told=F("state")) | Q(told__isnull=True))
    lines = rows.order_by("pk").values_list("pk", "state", "told")
    return (f"task {pk}: its state is {state}, its events say {told}" for pk, state, told in lines.iterator())


@invariant
def event_numbers_have_no_gaps() -> Iterator[str]:
    """The events of a task are numbered 1, 2, 3... without a gap."""
    numbered = (
        Event.objects.order_by("task_id").values("task_id").annotate(n=Count("pk"), low=Min("seq"), high=Max("seq"))
    )
    broken = numbered.exclude(low=1, high=F("n")).values_list("task_id", "n", "low", "high")
    yield from (f"task {task}: {n} events are numbered {low} to {high}" for task, n, low, high in broken.iterator())
    yield from ids(Task.objects.filter(~Exists(Event.objects.filter(task=OuterRef("pk")))), "task {}: it has no event")


@invariant
def one_terminal_event_per_closure() -> Iterator[str]:
    """A closed task is not closed again before it was opened."""
    earlier = _turns().filter(task=OuterRef("task"), seq__lt=OuterRef("seq")).order_by("-seq").values("to")
    closed = sorted(CLOSED)
    twice = _turns().filter(to__in=closed).annotate(before=Subquery(earlier[:1])).filter(before__in=closed)
    lines = twice.order_by("task_id", "seq").values_list("task_id", "seq", "before", "to")
    return (f"task {pk}: event {seq} makes it {to}, but it was {was}" for pk, seq, was, to in lines.iterator())


@invariant
def closing_is_dated() -> Iterator[str]:
    """A task says when it was closed exactly while it is closed."""
    rows = Task.objects.exclude(Q(is_open=True, closed_at__isnull=True) | Q(is_open=False, closed_at__isnull=False))
    return ids(rows, "task {}: open and closed_at contradict each other")


@invariant
def open_flag_is_the_states() -> Iterator[str]:
    """`is_open` says what the state says."""
    rows = Task.objects.exclude(Q(is_open=True, state__in=sorted(OPEN)) | Q(is_open=False, state__in=sorted(CLOSED)))
    return ids(rows, "task {}: is_open contradicts its state")


@invariant
def performed_weights_add_up() -> Iterator[str]:
    """A task's performed weight is the sum of its performed shares."""
    performed = Q(assignments__state=ShareState.PERFORMED)
    total = Coalesce(Sum("assignments__weight", filter=performed), Decimal(0))
    rows = Task.objects.order_by("pk").values("pk", "performed_weight").annotate(total=total)
    broken = rows.annotate(off=Abs(F("total") - F("performed_weight"))).filter(off__gt=QUANTUM / 2)
    lines = broken.values_list("pk", "performed_weight", "total")
    return (f"task {pk}: {said:f} is performed, its shares say {total:f}" for pk, said, total in lines.iterator())


@invariant
def enough_is_completed() -> Iterator[str]:
    """A task whose weight is performed does not wait for anybody."""
    rows = Task.objects.filter(state__in=[State.PENDING, State.IN_PROGRESS], performed_weight__gte=F("weight"))
    return ids(rows, "task {}: its weight is performed and it is still open")


@invariant
def organizations_are_the_parents() -> Iterator[str]:
    """Every row belongs to the organization of what it hangs on."""
    for model, parent in PARENTS:
        manager = model._default_manager
        rows = manager.filter(**{f"{parent}__isnull": False}).exclude(organization_id=F(f"{parent}__organization_id"))
        name = model._meta.verbose_name
        yield from ids(rows, f"{name} {{}}: it is of another organization than its {parent.replace('_', ' ')}")


@invariant
def outbox_entries_are_of_events() -> Iterator[str]:
    """What is owed is owed for an event that there is."""
    return ids(
        OutboxEntry.objects.filter(~Exists(Event.objects.filter(pk=OuterRef("event_id")))),
        "outbox entry {}: its event is not there",
    )


@invariant
def deliveries_are_about_their_events_task() -> Iterator[str]:
    """A delivery is about the task of its event."""
    return ids(Delivery.objects.exclude(task_id=F("event__task_id")), "delivery {}: its event is about another task")


@invariant
def files_go_with_comments_of_their_task() -> Iterator[str]:
    """A file that was sent with a comment belongs to the same task."""
    rows = Attachment.objects.filter(comment__isnull=False).exclude(comment__task_id=F("task_id"))
    return ids(rows, "attachment {}: its comment is about another task")


@invariant
def done_items_say_when() -> Iterator[str]:
    """Nobody has ticked off what is not done."""
    return ids(ChecklistItem.objects.filter(done_at=None, done_by__isnull=False), "checklist item {}: it is not done")


@invariant
def copies_on_shares_are_equal() -> Iterator[str]:
    """A share is open exactly while it is pending and its task open; then it is sorted as its task."""
    waits = Q(state=ShareState.PENDING, task__is_open=True)
    wrong = Q(is_open=True) & ~waits | Q(is_open=False) & waits
    yield from ids(Assignment.objects.filter(wrong), "share {}: is_open contradicts its state or its task's")
    moved = Assignment.objects.filter(is_open=True).exclude(due_sort=F("task__due_sort"))
    yield from ids(moved, "share {}: it is sorted otherwise than its task")


@invariant
def tasks_are_sorted_by_their_due_time() -> Iterator[str]:
    """`due_sort` is the due time, or the end of the calendar."""
    rows = Task.objects.exclude(due_sort=Coalesce("due_at", deadlines.NEVER))
    return ids(rows, "task {}: due_sort contradicts due_at")


@invariant
def deadlines_are_of_open_tasks() -> Iterator[str]:
    """Only open tasks have deadlines, and an open task whose due time is to come has one for it."""
    yield from ids(Deadline.objects.filter(task__is_open=False), "deadline {}: its task is closed")
    waiting = Deadline.objects.filter(task=OuterRef("pk"), kind=deadlines.DUE)
    forgotten = Task.objects.filter(is_open=True, due_at__gt=timezone.now()).filter(~Exists(waiting))
    yield from ids(forgotten, "task {}: nothing will notice when it is overdue")


@invariant
def work_counted_ahead_is_the_work() -> Iterator[str]:
    """Roll-ups of every width, with the entries that are in none yet, say what the tasks say."""
    for project, width, start, kind, key in proof.differences():
        yield f"project {project}: {width} days from day {start} are counted wrongly for {kind} {key}"
