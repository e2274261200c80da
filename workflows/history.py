"""What happened in an instance, oldest first: to the whole, to each visit of a step, and to the tasks of these.

Told from three tables and read in pages: a place is where something stands in the whole story. At one moment, what was
asked for comes before what the steps did, the events of a visit's task lie within the visit, and what came of it all is
last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, Value, When

from accounts.models import User
from tasks.models import Event
from workflows.models import InstanceEvent, StepRun, WorkflowInstance

Type = InstanceEvent.Type
CAUSES = (Type.STARTED, Type.MESSAGE_RECEIVED, Type.INCIDENT_RETRIED)
"""What happens to an instance before its steps do anything; everything else is what came of that."""
_CAUSE, _STEP, _EFFECT = range(3)
_ENTERED, _TASK, _LEFT = range(3)

Place = tuple[datetime, int, int, int, int]
"""Moment, part of the moment (cause, step, effect), visit, part of the visit (entered, task, left), row."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened. `by` is None where it was TaskHub; `data` holds changed facts."""

    place: Place
    type: str
    by: User | None = None
    step: str = ""
    run: str = ""
    task: UUID | None = None
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.place[0]


def story(instance: WorkflowInstance, *, after: Place | None = None, limit: int) -> list[Happening]:
    """The first `limit` happenings after that place. Four queries, each of at most `limit` rows."""
    told = (tell(instance.pk, after, limit) for tell in (_of_instance, _entered, _of_tasks, _left))
    return list(islice(merge(*told, key=lambda happening: happening.place), limit))


def _of_instance(instance_id: int, after: Place | None, limit: int) -> Iterator[Happening]:
    causes = Q(type__in=CAUSES)
    rows = InstanceEvent.objects.filter(instance_id=instance_id).select_related("actor")
    if after:
        later = [_later(after, "created_at", part, row="pk") for part in (_CAUSE, _EFFECT)]
        rows = rows.filter((causes & later[0]) | (~causes & later[1]))
    part = Case(When(causes, then=Value(_CAUSE)), default=Value(_EFFECT))
    for row in rows.order_by("created_at", part, "pk")[:limit]:
        place = (row.created_at, _CAUSE if row.type in CAUSES else _EFFECT, 0, 0, row.pk)
        yield Happening(place, row.type, row.actor, row.step, str(row.payload.get("run", "")), text=row.text)


def _entered(instance_id: int, after: Place | None, limit: int) -> Iterator[Happening]:
    rows = StepRun.objects.filter(instance_id=instance_id)
    if after:
        rows = rows.filter(_later(after, "entered_at", _STEP, "pk", _ENTERED))
    for run in rows.order_by("entered_at", "pk")[:limit]:
        place = (run.entered_at, _STEP, run.pk, _ENTERED, 0)
        yield Happening(place, "step.entered", None, run.step, run.run, text=run.name, data={"visit": run.visit})


def _left(instance_id: int, after: Place | None, limit: int) -> Iterator[Happening]:
    rows = StepRun.objects.filter(instance_id=instance_id, left_at__isnull=False).select_related("completed_by")
    if after:
        rows = rows.filter(_later(after, "left_at", _STEP, "pk", _LEFT))
    for run in rows.order_by("left_at", "pk")[:limit]:
        if run.left_at is not None:
            place = (run.left_at, _STEP, run.pk, _LEFT, 0)
            data = {"state": run.state, "outcome": run.outcome, "error": run.error}
            yield Happening(place, "step.left", run.completed_by, run.step, run.run, text=run.name, data=data)


def _of_tasks(instance_id: int, after: Place | None, limit: int) -> Iterator[Happening]:
    rows = Event.objects.filter(task__step_run__instance_id=instance_id)
    if after:
        rows = rows.filter(_later(after, "created_at", _STEP, "task__step_run__pk", _TASK, row="pk"))
    rows = rows.select_related("actor", "task__step_run").only(
        "type", "payload", "created_at", "actor", "task__uuid", "task__step_run__step", "task__step_run__run"
    )
    for row in rows.order_by("created_at", "task__step_run__pk", "pk")[:limit]:
        run = row.task.step_run
        place = (row.created_at, _STEP, run.pk, _TASK, row.pk)
        yield Happening(place, row.type, row.actor, run.step, run.run, row.task.uuid, data=row.payload)


def _later(after: Place, at: str, part: int, run: str = "", part_of_run: int = 0, *, row: str = "") -> Q:
    """The condition that a row stands after that place, by the names of its columns and the parts that it is in."""
    moment, after_part, after_run, after_part_of_run, after_row = after
    later, now = Q(**{f"{at}__gt": moment}), Q(**{at: moment})
    if part != after_part:
        return later | now if part > after_part else later
    if run:
        later |= now & Q(**{f"{run}__gt": after_run})
        now &= Q(**{run: after_run})
    if part_of_run > after_part_of_run:
        return later | now
    if part_of_run == after_part_of_run and row:
        return later | (now & Q(**{f"{row}__gt": after_row}))
    return later
