"""Automation rules: written, turned on and off, deleted; and the triggers that set them off by name."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import organization, project_access
from accounts.actor import Actor
from tasks.domain import plain
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion
from tasks.nudge import nudge
from workflows import policy
from workflows.automation import checking, planning
from workflows.engine import values
from workflows.models import AutomationRule, TriggerEvent
from workflows.rules import Rule, read
from workflows.rules.triggers import MAX_VALUE, is_name

MAX_RULES = 500
"""Of an organization."""
MAX_CONTEXT = 65_536
"""Bytes of what comes with a trigger."""
EDITABLE = ("name", "trigger", "condition", "actions", "action")


def create_rule(
    *,
    actor: Actor,
    document: Mapping[str, Any],
    project: UUID | None = None,
    enabled: bool = True,
    now: datetime | None = None,
) -> AutomationRule:
    """Make a rule of a document (`workflows.rules.reading`); the actor becomes its author.

    Raises NotAllowed, InvalidRule with every fault, NotFound (`project_not_found`), Conflict past MAX_RULES.
    """
    policy.check_rules(actor)
    author = _author(actor)
    rule = _checked(actor, document)
    now = now or timezone.now()
    if AutomationRule.objects.filter(organization_id=actor.organization_id, deleted_at=None).count() >= MAX_RULES:
        raise Conflict(f"An organization has at most {MAX_RULES} rules.", code="too_many_rules")
    row = AutomationRule(organization_id=actor.organization_id, author_id=author, enabled=enabled, created_at=now)
    row.project_id = _project(actor, project)
    _fill(row, rule, document, now)
    row.save(force_insert=True)
    return row


def unsaved_rule(
    *, actor: Actor, document: Mapping[str, Any], project: UUID | None = None, now: datetime | None = None
) -> AutomationRule:
    """The rule that the document would make, to be tried before it is saved. Raises what `create_rule` raises."""
    policy.check_rules(actor)
    rule = _checked(actor, document)
    row = AutomationRule(organization_id=actor.organization_id, enabled=False, project_id=_project(actor, project))
    _fill(row, rule, document, now or timezone.now())
    return row


def update_rule(
    *,
    actor: Actor,
    rule: UUID | int,
    values: Mapping[str, Any],
    version: int | None = None,
    now: datetime | None = None,
) -> AutomationRule:
    """Change the parts of the document that `values` names, `project` (a uuid or None) or `enabled`.

    Who changes what a rule does, or turns it on, becomes its author: it must not act with the rights of somebody else.
    Raises StaleVersion besides the errors of `create_rule`.
    """
    policy.check_rules(actor)
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(actor, rule, version)
        said = {name: values[name] for name in EDITABLE if name in values}
        if said:
            document = row.document | said
            if "action" in said and "actions" not in said:
                del document["actions"]
            _fill(row, _checked(actor, document), document, now)
        if "project" in values:
            row.project_id = _project(actor, values["project"])
        if "enabled" in values:
            _turn(row, values["enabled"])
        if said or "project" in values or (values.get("enabled") and row.author_id != actor.user_id):
            row.author_id = _author(actor)
        _save(row, now)
    return row


def enable_rule(*, actor: Actor, rule: UUID | int, now: datetime | None = None) -> AutomationRule:
    """Turn it on; the actor becomes its author."""
    return update_rule(actor=actor, rule=rule, values={"enabled": True}, now=now)


def disable_rule(*, actor: Actor, rule: UUID | int, now: datetime | None = None) -> AutomationRule:
    """Turn it off. What it owes already is not done any more."""
    return update_rule(actor=actor, rule=rule, values={"enabled": False}, now=now)


def delete_rule(*, actor: Actor, rule: UUID | int, version: int | None = None, now: datetime | None = None) -> None:
    """Delete it; its runs are kept for a while."""
    policy.check_rules(actor)
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(actor, rule, version)
        row.enabled, row.paused_reason, row.deleted_at = False, "", now
        _save(row, now)


def fire_trigger(
    *, actor: Actor, type: str, value: str = "", context: Mapping[str, Any] | None = None, now: datetime | None = None
) -> TriggerEvent:
    """Say that something has happened, by its name; the rules that wait for it look at it in a moment.

    Raises NotAllowed, InvalidInput (`type`, `value`, `context`).
    """
    policy.check_trigger(actor)
    if not is_name(type):
        raise InvalidInput("A trigger is named by small letters, digits, '-' and '_'.", field="type")
    row = TriggerEvent(
        organization_id=actor.organization_id,
        type=type,
        value=_value(value),
        context=_context(context or {}),
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        cause_depth=actor.cause_depth,
        created_at=now or timezone.now(),
    )
    row.save(force_insert=True)
    transaction.on_commit(lambda: nudge("workflows.jobs.plan_triggers"))
    return row


def no_such_rule() -> NotFound:
    """There is none, or none of this organization."""
    return NotFound("There is no such automation.", code="automation_not_found")


def _author(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed("A rule acts with the rights of a person, so a person has to write it.")
    return actor.user_id


def _checked(actor: Actor, document: Mapping[str, Any]) -> Rule:
    rule = read(document)
    checking.check_names(actor, rule, single="actions" not in document)
    return rule


def _fill(row: AutomationRule, rule: Rule, document: Mapping[str, Any], now: datetime) -> None:
    """Write the document into the row's columns."""
    row.name = rule.name
    row.trigger_type, row.trigger_value = rule.trigger.type, rule.trigger.value
    row.condition = (document.get("condition") or "").strip()
    row.actions = document["actions"] if "actions" in document else [document["action"]]
    row.updated_at = now
    row.next_fire_at = planning.next_slot(row, now, organization(row.organization_id))


def _turn(row: AutomationRule, enabled: bool) -> None:
    row.enabled = enabled
    if enabled:
        row.paused_reason = ""


def _save(row: AutomationRule, now: datetime) -> None:
    row.updated_at = now
    row.version += 1
    row.next_fire_at = planning.next_slot(row, now, organization(row.organization_id))
    row.save()


def _project(actor: Actor, uuid: UUID | None) -> int | None:
    if uuid is None:
        return None
    place = project_access(actor, uuid=uuid)
    if place is None:
        raise NotFound("There is no such project.", code="project_not_found")
    return place.id


def _locked(actor: Actor, key: UUID | int, version: int | None) -> AutomationRule:
    named = {"uuid": key} if isinstance(key, UUID) else {"pk": key}
    rows = AutomationRule.objects.filter(organization_id=actor.organization_id, deleted_at=None, **named)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise no_such_rule()
    if version is not None and version != row.version:
        raise StaleVersion("Somebody changed this rule in the meantime.", version=row.version)
    return row


def _value(text: str) -> str:
    if len(text) > MAX_VALUE:
        raise InvalidInput(f"A trigger's value has at most {MAX_VALUE} characters.", field="value")
    try:
        return plain.text(text)
    except ValueError as error:
        raise InvalidInput(f"The value {error}.", field="value") from None


def _context(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        context: dict[str, Any] = values.plain(given)
    except ValueError as error:
        raise InvalidInput(f"The context {error}.", field="context") from None
    if len(json.dumps(context, ensure_ascii=False).encode()) > MAX_CONTEXT:
        raise InvalidInput(f"The context has at most {MAX_CONTEXT:,} bytes.", field="context")
    return context
