"""Templates: written, changed, archived. How tasks are made from them: `from_template`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor
from tasks import templates
from tasks.domain import content
from tasks.domain.errors import Conflict, InvalidInput, StaleVersion, no_such_template
from tasks.models import Priority, TaskTemplate

from .assign import recipients

MAX_NAME = 200
MAX_VARIABLES = 100
LONGEST_DUE = timedelta(days=3_650)


def create_template(*, actor: Actor, now: datetime | None = None, **values: Any) -> TaskTemplate:
    """A new template; `values` are those of EDITABLE. Raises NotAllowed, InvalidInput, Conflict (the name is taken)."""
    templates.check_write(actor)
    now = now or timezone.now()
    columns = _columns(actor, {"name": "", **values})
    row = TaskTemplate(
        organization_id=actor.organization_id,
        created_by_id=actor.user_id,
        created_at=now,
        updated_by_id=actor.user_id,
        updated_at=now,
        **columns,
    )
    _check_variables(row)
    return _written(row, lambda: row.save(force_insert=True))


def update_template(
    *,
    actor: Actor,
    template: UUID | int,
    values: Mapping[str, Any],
    version: int | None = None,
    now: datetime | None = None,
) -> TaskTemplate:
    """Change what is named in `values`; tasks that were made stay as they are."""
    columns = _columns(actor, values)
    with transaction.atomic():
        row = _locked(actor, template, version)
        changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
        return _changed(actor, row, changed, now or timezone.now()) if changed else row


def archive_template(
    *, actor: Actor, template: UUID | int, version: int | None = None, now: datetime | None = None
) -> TaskTemplate:
    """No more tasks are made from it, and its name is free."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(actor, template, version)
        return _changed(actor, row, {"archived_at": now}, now)


def restore_template(
    *, actor: Actor, template: UUID | int, version: int | None = None, now: datetime | None = None
) -> TaskTemplate:
    """An archived template is used again, if no other one has taken its name."""
    with transaction.atomic():
        row = _locked(actor, template, version, archived=True)
        return _changed(actor, row, {"archived_at": None}, now or timezone.now()) if row.archived_at else row


def _name(value: str) -> str:
    return _text("name", value, MAX_NAME, required=True)


def _text(field: str, value: str, most: int, *, required: bool = False) -> str:
    if required and not value.strip():
        raise InvalidInput(f"The {field} must not be empty.", field=field)
    if len(value) > most:
        raise InvalidInput(f"The {field} has at most {most:,} characters.", field=field)
    return value


def _priority(value: int) -> int:
    if value not in Priority.values:
        raise InvalidInput("There is no such priority.", field="default_priority")
    return value


def _tags(value: Sequence[str]) -> list[str]:
    try:
        return content.check_tags(value)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="default_tags") from error


def _checklist(value: Sequence[str]) -> list[str]:
    if len(value) > content.MAX_ITEMS:
        raise InvalidInput(f"A checklist has at most {content.MAX_ITEMS} points.", field="checklist")
    return [_text("checklist", item, content.MAX_LENGTH["item"], required=True) for item in value]


def _due(value: timedelta | None) -> timedelta | None:
    if value is not None and not timedelta(0) < value <= LONGEST_DUE:
        raise InvalidInput(f"Must be more than nothing and at most {LONGEST_DUE.days:,} days.", field="default_due")
    return value


EDITABLE: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "title_template": lambda value: _text("title_template", value, content.MAX_LENGTH["title"]),
    "description_template": lambda value: _text("description_template", value, content.MAX_LENGTH["description"]),
    "category": lambda value: _text("category", value, content.MAX_LENGTH["category"]),
    "default_priority": _priority,
    "default_tags": _tags,
    "checklist": _checklist,
    "default_due": _due,
}
"""What of a template can be written -> how it is checked; besides it `assignee`, a NewShare or None."""


def _columns(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that `values` say, checked."""
    unknown = values.keys() - EDITABLE.keys() - {"assignee"}
    if unknown:
        raise InvalidInput(f"A template has no {min(unknown)}.", field=min(unknown))
    columns = {name: EDITABLE[name](value) for name, value in values.items() if name in EDITABLE}
    if "assignee" in values:
        share = values["assignee"]
        found = recipients(actor.organization_id, [share])[0] if share else None
        columns["assign_user_id"] = found.user_id if found else None
        columns["assign_team_id"] = found.team_id if found else None
    return columns


def _check_variables(row: TaskTemplate) -> None:
    if len(row.variables) > MAX_VARIABLES:
        raise InvalidInput(f"A template has at most {MAX_VARIABLES} variables.", field="description_template")


def _locked(actor: Actor, key: UUID | int, version: int | None, *, archived: bool = False) -> TaskTemplate:
    templates.check_write(actor)
    named = {"uuid": key} if isinstance(key, UUID) else {"pk": key}
    rows = TaskTemplate.objects.filter(organization_id=actor.organization_id, **named)
    row = rows.select_for_update(no_key=True).first()
    if row is None or (row.archived_at and not archived):
        raise no_such_template()
    if version is not None and version != row.version:
        raise StaleVersion("Somebody changed this template in the meantime.", version=row.version)
    return row


def _changed(actor: Actor, row: TaskTemplate, columns: Mapping[str, Any], now: datetime) -> TaskTemplate:
    changes = {**columns, "version": row.version + 1, "updated_at": now, "updated_by_id": actor.user_id}
    for name, value in changes.items():
        setattr(row, name, value)
    _check_variables(row)
    return _written(row, lambda: row.save(update_fields=list(changes)))


def _written(row: TaskTemplate, write: Callable[[], None]) -> TaskTemplate:
    """The row, once it is written; of two that take one name at once, one is refused."""
    try:
        with transaction.atomic():  # so that the refusal leaves the transaction usable
            write()
    except IntegrityError as error:
        if "name" not in str(error):
            raise
        raise Conflict(f"There is a template '{row.name}' already.", code="name_taken") from error
    return row
