"""Starting instances, ending them on purpose, and trying again what stands still."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import ProjectAccess, default_project
from accounts.actor import Actor
from tasks.domain.errors import Conflict, InvalidInput, NotFound, WrongState
from workflows import policy
from workflows.cases import Case
from workflows.engine.events import Cancel, Retry, Start
from workflows.models import InstanceEvent, WorkflowDefinition, WorkflowInstance
from workflows.moving import Move
from workflows.starting import Entity, new_row, published

from .frame import moving

MAX_REASON = 2_000
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
        move, case = moving("cancel", actor, instance, version, now)
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
        move, case = moving("retry", actor, instance, version, now)
        stuck = [each.id for each in case.state.incidents]
        if run and run not in case.state.runs:
            raise NotFound("There is no such open step.", code="step_not_found")
        wanted = [run] if run else stuck
        for each in wanted:
            step = case.state.runs[each].step
            move.note(case, InstanceEvent.Type.INCIDENT_RETRIED, step=step, run=each)
        move.make(case, *(Retry(each, variables or {}) for each in wanted))
    return case.row


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
