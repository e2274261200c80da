"""Messages of other systems to instances that wait for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from tasks.domain.errors import InvalidInput, NotFound, WrongState
from workflows.cases import Case
from workflows.engine.events import MessageArrived
from workflows.engine.steps import Message
from workflows.models import InstanceEvent, StepRun, WorkflowInstance

from .frame import moving

MAX_NAME = 100
MAX_CORRELATION = 200
MOST_WAITING = 1_000
"""Instances that one message may reach at once."""


def send_message(
    *,
    actor: Actor,
    name: str,
    payload: Mapping[str, Any] | None = None,
    correlation: str | None = None,
    instance: UUID | int | None = None,
    now: datetime | None = None,
) -> list[WorkflowInstance]:
    """Give a message to one instance, or to all that wait for it with this correlation. Returns those it has reached.

    A message that nobody waits for is not kept: to one instance that is WrongState, to all it is an empty list.
    """
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidInput(f"The name of a message has 1 to {MAX_NAME} characters.", field="name")
    if correlation is not None and len(correlation) > MAX_CORRELATION:
        raise InvalidInput(f"A correlation has at most {MAX_CORRELATION} characters.", field="correlation")
    event = MessageArrived(name, payload or {}, correlation)
    if instance is not None:
        return [_deliver(actor, instance, event, now)]
    if not correlation:
        raise InvalidInput("A message to nobody in particular needs a correlation.", field="correlation")
    return _broadcast(actor, event, now)


def _broadcast(actor: Actor, event: MessageArrived, now: datetime | None) -> list[WorkflowInstance]:
    waiting = StepRun.objects.filter(
        organization_id=actor.organization_id,
        message=event.name,
        correlation=event.correlation,
        state=StepRun.State.OPEN,
    )
    keys = waiting.order_by("instance_id").values_list("instance_id", flat=True).distinct()[:MOST_WAITING]
    reached = []
    for key in list(keys):
        try:
            reached.append(_deliver(actor, key, event, now))
        except (NotFound, WrongState):
            continue  # it is not theirs to see, or has gone on in the meantime
    return reached


def _deliver(actor: Actor, instance: UUID | int, event: MessageArrived, now: datetime | None) -> WorkflowInstance:
    with transaction.atomic():
        move, case = moving("message", actor, instance, None, now)
        if not _waits(case, event):
            raise WrongState(f"No step waits for the message '{event.name}'.", verb="message", state=case.row.status)
        move.note(case, InstanceEvent.Type.MESSAGE_RECEIVED, text=event.name)
        move.make(case, event)
    return case.row


def _waits(case: Case, event: MessageArrived) -> bool:
    for run in case.state.runs.values():
        work = case.definition.step(run.step).work
        fits = run.correlation is None or run.correlation == event.correlation
        if isinstance(work, Message) and work.name == event.name and fits and not run.failed:
            return True
    return False
