"""Starting instances, ending them on purpose, and helping them on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import ProjectAccess, default_project
from accounts.actor import Actor
from tasks.domain.errors import Conflict, InvalidInput, NotFound, StaleVersion, WrongState
from workflows import policy, store
from workflows.cases import Case
from workflows.engine.events import Cancel, MessageArrived, Retry, Start
from workflows.engine.steps import Message
from workflows.models import InstanceEvent, StepRun, WorkflowDefinition, WorkflowInstance
from workflows.moving import Move
from workflows.starting import Entity, new_row, published

MAX_REASON = 2_000
MAX_NAME = 100
MAX_CORRELATION = 200
MOST_WAITING = 1_000
"""Instances that one message may reach at once."""
_BOUNDS = {"type": 63, "id": 200, "label": 255}


@dataclass(frozen=True, slots=True)
class Started:
    """The instance of that business key, and whether this call has made it."""

    instance: WorkflowInstance
    is_new: bool


def start(
    *,
    actor: Actor,
    definition: str | UUID,
    version: int | None = None,
    project: ProjectAccess | None = None,
    entity: Entity | None = None,
    variables: Mapping[str, Any] | None = None,
    business_key: str = "",
    now: datetime | None = None,
) -> Started:
    """Start an instance of the latest published version of that key, of `version`, or of the version with that uuid.

    Without a project it is the organization's default one. An instance of the same key and business key is answered
    instead of a second one. Raises NotFound (`workflow_not_found`), NotAllowed, WrongState (draft or retired),
    InvalidInput (`entity.<part>`, `variables.<name>`, `business_key`, `project`), Conflict (`business_key_taken`).
    """
    now = now or timezone.now()
    place = project or default_place(actor)
    policy.check_start(actor, place)
    about = _checked(entity or Entity())
    if len(business_key) > 200:
        raise InvalidInput("A business key has at most 200 characters.", field="business_key")
    found = _definition(actor, definition, version)
    with transaction.atomic():
        row = new_row(found, place.id, actor.user_id, now)
        row.business_key = business_key or None
        row.entity_type = about.type or (found.entity_type if about else "")
        row.entity_id, row.entity_label = about.id, about.label
        if not _insert(row):
            return Started(_same(actor, row), is_new=False)
        move = Move(actor, now)
        case = move.case(row)
        move.note(case, InstanceEvent.Type.STARTED)
        move.make(case, Start(_variables(case, variables or {}, row), by=actor.username))
    return Started(row, is_new=True)


def cancel(
    *,
    actor: Actor,
    instance: UUID | int,
    reason: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> WorkflowInstance:
    """Stop the instance and all that it has started; open tasks are canceled. Raises WrongState if it has ended."""
    if len(reason) > MAX_REASON:
        raise InvalidInput(f"The reason has at most {MAX_REASON:,} characters.", field="reason")
    with transaction.atomic():
        move, case = _moving("cancel", actor, instance, version, now)
        move.make(case, Cancel(reason))
    return case.row


def retry(
    *,
    actor: Actor,
    instance: UUID | int,
    run: str = "",
    variables: Mapping[str, Any] | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> WorkflowInstance:
    """Try the step that stands still again, or all of them, with corrected variables if need be.

    `run` is the id of its visit (`StepRun.run`). Raises NotFound (`step_not_found`), WrongState.
    """
    with transaction.atomic():
        move, case = _moving("retry", actor, instance, version, now)
        stuck = [each.id for each in case.state.incidents]
        if run and run not in case.state.runs:
            raise NotFound("There is no such open step.", code="step_not_found")
        wanted = [run] if run else stuck
        for each in wanted:
            step = case.state.runs[each].step
            move.note(case, InstanceEvent.Type.INCIDENT_RETRIED, step=step, run=each)
        move.make(case, *(Retry(each, variables or {}) for each in wanted))
    return case.row


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
        move, case = _moving("message", actor, instance, None, now)
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


def _moving(verb: str, actor: Actor, key: UUID | int, version: int | None, now: datetime | None) -> tuple[Move, Case]:
    """The locked instance, once it is clear that the actor may do `verb`. Call it inside a transaction."""
    row = store.lock(actor.organization_id, key)
    policy.check(policy.standing_of(actor, row), verb)
    if version is not None and version != row.version:
        raise StaleVersion("This workflow has gone on in the meantime.", version=row.version)
    move = Move(actor, now or timezone.now())
    return move, move.case(row)


def default_place(actor: Actor) -> ProjectAccess:
    """Where an instance lives that names no project. Raises InvalidInput (`project`)."""
    project = default_project(actor)
    if project is None:
        raise InvalidInput("Name the project: there is no default one.", field="project")
    return project


def _definition(actor: Actor, key: str | UUID, version: int | None) -> WorkflowDefinition:
    if isinstance(key, UUID):
        rows = WorkflowDefinition.objects.filter(organization_id=actor.organization_id, uuid=key)
        found = rows.defer("document").first()
    else:
        found = published(actor.organization_id, key, version) or _unpublished(actor, key, version)
    if found is None or (found.status == WorkflowDefinition.Status.DRAFT and not actor.is_manager):
        raise NotFound("There is no such workflow.", code="workflow_not_found")
    if found.status != WorkflowDefinition.Status.PUBLISHED:
        raise WrongState(
            f"Version {found.version} of this workflow is {found.status}.", verb="start", state=found.status
        )
    return found


def _unpublished(actor: Actor, key: str, version: int | None) -> WorkflowDefinition | None:
    rows = WorkflowDefinition.objects.filter(organization_id=actor.organization_id, key=key)
    if version is not None:
        rows = rows.filter(version=version)
    return rows.defer("document").order_by("-version").first()


def _insert(row: WorkflowInstance) -> bool:
    """Write the row; False if the business key is taken."""
    if row.business_key is None:
        row.save(force_insert=True)
        return True
    try:
        with transaction.atomic():  # so that the refusal leaves the transaction usable
            row.save(force_insert=True)
    except IntegrityError as error:
        if "business_key" not in str(error):
            raise
        return False
    return True


def _same(actor: Actor, row: WorkflowInstance) -> WorkflowInstance:
    """The instance that has the business key of `row`. Raises Conflict if the actor may not see it."""
    rows = WorkflowInstance.objects.filter(organization_id=actor.organization_id, key=row.key)
    try:
        return policy.standing_of(actor, rows.get(business_key=row.business_key)).instance
    except NotFound:
        raise Conflict("This business key is taken.", code="business_key_taken") from None


def _variables(case: Case, given: Mapping[str, Any], row: WorkflowInstance) -> dict[str, Any]:
    """What was given, and `entity` unless something else has that name."""
    entity = {"type": row.entity_type, "id": row.entity_id, "label": row.entity_label}
    is_free = "entity" not in given and "entity" not in case.definition.graph.steps
    return {**({"entity": entity} if is_free and any(entity.values()) else {}), **given}


def _checked(entity: Entity) -> Entity:
    for part, most in _BOUNDS.items():
        if len(getattr(entity, part)) > most:
            raise InvalidInput(f"The {part} of the entity has at most {most} characters.", field=f"entity.{part}")
    return entity
