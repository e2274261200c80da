"""Writes what a move has gathered: a fixed number of statements, whatever the number of steps."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actor import Actor
from accounts.written import insert, update
from tasks import commands as task_commands
from tasks.commands import NewTask
from tasks.domain.lifecycle import ClosedReason, State
from tasks.domain.results import Result
from tasks.models import Event, Task
from tasks.nudge import nudge
from workflows import processed
from workflows.cases import Case
from workflows.engine.steps import Human, Process
from workflows.gathered import Gathered, Opening
from workflows.models import Timer, WorkflowInstance

SOURCE, OF_PROCESSORS = "workflow", "documents"
"""The doors by which tasks of steps come in: those that a processor works on first are the documents'."""
CLOSINGS: dict[str, tuple[ClosedReason, str]] = {
    "canceled": (ClosedReason.WITHDRAWN, "Its workflow was canceled."),
    "terminated": (ClosedReason.SUPERSEDED, "Its workflow has ended without it."),
    "superseded": (ClosedReason.SUPERSEDED, "A step before it was unlocked."),
}
"""The engine's reason -> how the task is closed, and what people read."""
_RUN_FIELDS = [
    *("state", "task", "child", "left_at", "outcome", "form_data", "completed_by"),
    *("message", "correlation", "attempt", "error"),
]
_ROW_FIELDS = ("status", "has_incident", "state", "cancel_reason", "ended_at", "updated_at", "version")


def write(cases: Collection[Case], gathered: Gathered, actor: Actor, now: datetime) -> None:
    """Do all of it, in the order of locks: tasks, then the rows that refer to them."""
    _close_tasks(gathered.closings, actor, now)
    processed.turn_tasks(gathered.turns.values(), actor, opener(actor), now)
    _open_tasks(gathered.openings.values(), actor, now)
    _write_runs(cases)
    _write_timers(gathered, now)
    processed.write_owed(gathered.owed, now)
    processed.write_documents(gathered.openings.values(), gathered.turns.values())
    insert(gathered.history)
    _write_instances([case.row for case in cases if case.is_touched])


def _write_instances(rows: Sequence[WorkflowInstance]) -> None:
    for row in rows:
        row.version += 1
    if len(rows) == 1:
        update(rows[0], _ROW_FIELDS)
    elif rows:
        WorkflowInstance.objects.bulk_update(rows, _ROW_FIELDS)


def _close_tasks(closings: dict[int, str], actor: Actor, now: datetime) -> None:
    by_reason: dict[str, list[int]] = defaultdict(list)
    for task_id, reason in closings.items():
        by_reason[reason].append(task_id)
    for reason, task_ids in by_reason.items():
        closed_reason, words = CLOSINGS[reason]
        task_commands.cancel_each(actor=actor, task_ids=task_ids, closed_reason=closed_reason, reason=words, now=now)


def _open_tasks(openings: Iterable[Opening], actor: Actor, now: datetime) -> None:
    """TaskHub itself opens them: who did the step before has not made the next one, and wants to be told of it."""
    alike: dict[tuple[int, str], list[Opening]] = defaultdict(list)
    for opening in openings:
        source = OF_PROCESSORS if opening.wanted.is_processing else SOURCE
        alike[opening.case.row.project_id, source].append(opening)
    for (project_id, source), group in alike.items():
        new = [task_commands.Opening(_new_task(each), each.recipients, _state(each)) for each in group]
        tasks = task_commands.create_each(
            actor=opener(actor), project_id=project_id, source=source, openings=new, now=now
        )
        for opening, task in zip(group, tasks, strict=True):
            _link(opening, task)


def _state(opening: Opening) -> State:
    return State.PROCESSING if opening.wanted.is_processing else State.PENDING


def opener(actor: Actor) -> Actor:
    """TaskHub in the actor's organization, one cause further on."""
    return replace(Actor.system(actor.organization_id), cause_depth=actor.cause_depth + 1)


def opener_of(event: Event) -> Actor:
    """The same for what an event of a task has caused."""
    return replace(Actor.system(event.organization_id), cause_depth=event.cause_depth)


def _new_task(opening: Opening) -> NewTask:
    wanted, step = opening.wanted, opening.case.definition.step(opening.wanted.step)
    fields = step.work.fields if isinstance(step.work, Human | Process) else ()
    return NewTask(
        title=wanted.title,
        description=wanted.description,
        weight=wanted.assignees.required if wanted.assignees else Decimal(1),
        due_at=wanted.due_at,
        escalate_at=wanted.escalate_at,
        outcomes=[Result(result.code, result.label) for result in step.results],
        form_fields=fields,
        form_data={name: value for name, value in wanted.prefilled.items() if value is not None},
        instance_id=opening.case.row.pk,
    )


def _link(opening: Opening, task: Task) -> None:
    opening.case.change(opening.wanted.run, task=task)


def _write_runs(cases: Iterable[Case]) -> None:
    """One statement for the visits that have begun and those that have changed."""
    rows = [case.rows[run_id] for case in cases for run_id in case.rows if run_id in case.changed]
    if not rows:
        return
    if all(row.pk is None for row in rows):
        insert(rows)
    else:
        insert(rows, unique=["instance", "run"], renewed=_RUN_FIELDS)


def _write_timers(gathered: Gathered, now: datetime) -> None:
    cleared = [key for key, timer in gathered.timers.items() if timer is None]
    if cleared:
        named = (Q(instance_id=instance, run=run, kind=kind) for instance, run, kind in cleared)
        Timer.objects.filter(reduce(or_, named)).delete()
    timers = [timer for timer in gathered.timers.values() if timer is not None]
    insert(timers, unique=["instance", "run", "kind"], renewed=["fire_at", "lease", "failures", "payload"])
    if any(timer.fire_at <= max(now, timezone.now()) for timer in timers):
        transaction.on_commit(lambda: nudge("workflows.jobs.fire_timers"))
