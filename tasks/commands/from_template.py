"""A task from a template: one pass over its texts, what is missing named, everything or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.access import ProjectAccess
from accounts.actor import Actor
from tasks import templates
from tasks.domain import content, placeholders
from tasks.domain.errors import Conflict, InvalidInput, NotFound
from tasks.models import Task, TaskTemplate

from .assign import NewShare, recipients
from .create import NewReference, create


def create_from_template(
    *,
    actor: Actor,
    template: UUID | int,
    project: ProjectAccess,
    source: str,
    variables: Mapping[str, Any] | None = None,
    assignees: Sequence[NewShare] | None = None,
    due_at: datetime | None = None,
    tags: Sequence[str] = (),
    references: Sequence[NewReference] = (),
    now: datetime | None = None,
    **fields: Any,
) -> Task:
    """A task as the template says, with its checklist. What is given here wins; tags are added to the template's.

    `fields` are further ones of `create`. Raises what `create` raises, NotFound (`template_not_found`) and InvalidInput
    (field `variables`, fact `missing`: names that nothing was given for).
    """
    now = now or timezone.now()
    row = templates.template(actor, template)
    given = variables or {}
    _check_given(row, given)
    origin = NewReference(templates.REFERENCE, str(row.uuid), row.name)
    said: dict[str, Any] = {
        "title": _filled(row.title, given, "title").strip() or row.name,
        "description": _filled(row.description_template, given, "description"),
        "category": row.category,
        "priority": row.default_priority,
        "checklist": [_filled(item, given, "item") for item in row.checklist],
        **fields,
    }
    return create(
        actor=actor,
        project=project,
        source=source,
        assignees=_usual_assignees(row) if assignees is None else assignees,
        due_at=due_at or (now + row.default_due if row.default_due else None),
        tags=[*row.default_tags, *tags],
        references=[*references, origin],
        now=now,
        **said,
    )


def _check_given(row: TaskTemplate, given: Mapping[str, Any]) -> None:
    missing = placeholders.missing(row.variables, given)
    if missing:
        words = ", ".join(missing[:10])
        raise InvalidInput(f"Missing variables: {words}.", field="variables", missing=list(missing))


def _filled(text: str, given: Mapping[str, Any], field: str) -> str:
    """One character more than there may be, so that what is too long is refused and not cut."""
    most = content.MAX_LENGTH[field] + 1
    return placeholders.render(text, given, most=most, most_value=most)


def _usual_assignees(row: TaskTemplate) -> list[NewShare]:
    """Whom the template gives its tasks to. Raises Conflict where they have gone, so that somebody mends it."""
    if row.assign_user:
        usual = [NewShare(user=row.assign_user.uuid)]
    elif row.assign_team:
        usual = [NewShare(team=row.assign_team.uuid)]
    else:
        return []
    try:
        recipients(row.organization_id, usual)
    except (NotFound, InvalidInput) as error:
        words = f"The template gives its tasks to {row.assign_user or row.assign_team}, who cannot be given work."
        raise Conflict(words, code="template_outdated") from error
    return usual
