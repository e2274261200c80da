"""Who works on what is owed to documents: leases, taken by state and given back by whoever answers in time.

Any number of workers may look at once. A lease that runs out is anybody's to take; who held it cannot answer any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Case, F, IntegerField, QuerySet, When

from accounts.actor import Actor
from tasks.domain.errors import InvalidInput
from workflows import compiled, store
from workflows.engine.events import Processed, StepFailed
from workflows.engine.state import State
from workflows.engine.steps import Process, Step
from workflows.models import Document, Processing
from workflows.moving import Move

MOST_LOSSES = 3
"""Leases of one attempt that may run out: what kills whoever works on it would go on for ever."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Work under its lease, with all that whoever does it needs to know."""

    row: Processing
    document: Document | None
    step: Step
    variables: Mapping[str, Any]

    @property
    def work(self) -> Process:
        assert isinstance(self.step.work, Process), "only such steps owe processing"
        return self.step.work


def claim(owed: QuerySet[Processing], *, most: int, lease: timedelta, worker: str, now: datetime) -> Sequence[Claimed]:
    """Lease what of `owed` is due, the oldest first. Whose leases have run out too often has failed instead."""
    due = owed.filter(fire_at__lte=now).order_by("fire_at", "id")
    while due.exists():  # a look that finds nothing writes nothing
        rows = _leased(due, most, lease, worker, now)
        found = [each for each in _known(rows) if not _is_given_up(each.row, now)]
        if found or not rows:  # without rows, others are at what is due
            return found
    return []


def _leased(due: QuerySet[Processing], most: int, lease: timedelta, worker: str, now: datetime) -> Sequence[Processing]:
    token = uuid4()
    with transaction.atomic():
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:most])
        losses = Case(When(lease__isnull=False, then=F("losses") + 1), default=F("losses"), output_field=IntegerField())
        held = {"lease": token, "worker": worker, "fire_at": now + lease, "losses": losses}
        Processing.objects.filter(pk__in=ids).update(**held)
    mine = Processing.objects.filter(pk__in=ids, lease=token).select_related("instance", "task")
    return list(mine.order_by("fire_at", "id"))


def _known(rows: Sequence[Processing]) -> list[Claimed]:
    roots = {row.instance.root_id or row.instance_id for row in rows}
    documents = {document.instance_id: document for document in Document.objects.filter(instance_id__in=roots)}
    return [
        claimed
        for row in rows
        if (claimed := _claimed(row, documents.get(row.instance.root_id or row.instance_id))) is not None
    ]


def _claimed(row: Processing, document: Document | None) -> Claimed | None:
    """None if its run was closed after the claim."""
    state = State.from_json(row.instance.state)
    run = state.runs.get(row.run)
    if run is None:
        return None
    step = compiled.definition_of(row.instance.definition_id).step(run.step)
    return Claimed(row, document, step, state.variables)


def _is_given_up(row: Processing, now: datetime) -> bool:
    if row.losses < MOST_LOSSES:
        return False
    words = f"Whoever worked on it did not answer in time, {row.losses} times."
    answer(row, StepFailed(row.run, words, row.attempt), now)
    return True


def answer(row: Processing, event: Processed | StepFailed, now: datetime) -> bool:
    """Let the event happen, if the lease still holds. What is answered counts once.

    Raises InvalidInput for an answer that cannot be kept; then the lease goes on.
    """
    with transaction.atomic():
        instance = store.lock(row.organization_id, row.instance_id)
        if not held(row, now).delete()[0]:
            return False
        move = Move(Actor.system(row.organization_id), now)
        move.make(move.case(instance), event)
    return True


def answer_anyhow(row: Processing, event: Processed | StepFailed, now: datetime) -> bool:
    """The same, where nobody is there to be told: an answer that cannot be kept is a failure."""
    try:
        return answer(row, event, now)
    except InvalidInput as error:
        return answer(row, StepFailed(row.run, f"What it answered cannot be kept: {error.message}", row.attempt), now)


def held(row: Processing, now: datetime) -> QuerySet[Processing]:
    """The row, while the lease that we know of holds."""
    return Processing.objects.filter(pk=row.pk, lease=row.lease, fire_at__gt=now)
