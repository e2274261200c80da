"""Automation rules (docs/automation.md), known by their names. They act with the rights of `author`, a manager.

Without an author it is the manager who has been one the longest.
"""

from collections.abc import Mapping
from typing import Any

from accounts.access import identity
from accounts.actor import Actor, Role
from accounts.errors import InvalidInput
from accounts.models import Membership, Project
from taskhub.provisioning import values
from tasks.models import TaskTemplate
from workflows import commands
from workflows.models import AutomationRule
from workflows.rules.reading import MAX_NAME

from .section import Answer, Context, Entry, Section, differing

PARTS = ("trigger", "condition", "actions", "action")


def apply(context: Context, entry: Entry) -> Answer:
    rows = AutomationRule.objects.filter(organization=context.organization, name=entry["name"], deleted_at=None)
    row = rows.select_related("author", "project").order_by("id").first()
    document = _document(context, entry)
    project = _project(context, entry)
    if row is None:
        row = commands.create_rule(
            actor=_author(context, entry),
            document=document,
            project=project.uuid if project else None,
            enabled=entry.get("enabled", True),
            now=context.now,
        )
    elif changes := _changes(row, entry, document, project):
        row = commands.update_rule(actor=_author(context, entry), rule=row.pk, values=changes, now=context.now)
    return {"id": str(row.uuid), "number": str(row.pk)}


def _document(context: Context, entry: Entry) -> dict[str, Any]:
    """As the commands take it: templates, which the file calls by their names, by their ids."""
    document: dict[str, Any] = {"name": entry["name"], **{part: entry[part] for part in PARTS if part in entry}}
    rows = TaskTemplate.objects.filter(organization=context.organization, archived_at=None)
    ids = {name: str(uuid) for name, uuid in rows.values_list("name", "uuid")}
    if "actions" in document:
        document["actions"] = [_with_id(action, ids) for action in document["actions"]]
    if "action" in document:
        document["action"] = _with_id(document["action"], ids)
    return document


def _with_id(action: Entry, ids: Mapping[str, str]) -> dict[str, Any]:
    named = action.get("template")
    return {**action, **({"template": ids[named]} if isinstance(named, str) and named in ids else {})}


def _changes(row: AutomationRule, entry: Entry, document: dict[str, Any], project: Project | None) -> dict[str, Any]:
    """What of the rule is not as the file says."""
    trigger = entry["trigger"]
    wanted = {
        "trigger_type": trigger.get("type"),
        "trigger_value": trigger.get("value", ""),
        "condition": entry.get("condition", "").strip(),
        "actions": document["actions"] if "actions" in document else [document.get("action")],
    }
    changes: dict[str, Any] = {}
    if differing(row, wanted):
        changes = {"condition": "", **document}
    if row.project != project:
        changes["project"] = project.uuid if project else None
    if "enabled" in entry and row.enabled != entry["enabled"]:
        changes["enabled"] = entry["enabled"]
    if changes or ("author" in entry and row.author.username != entry["author"]):
        changes = {"trigger": trigger, **changes}
    return changes


def _project(context: Context, entry: Entry) -> Project | None:
    if "project" not in entry:
        return None
    found = Project.objects.filter(organization=context.organization, slug=entry["project"]).first()
    if found is None:
        raise InvalidInput(f"There is no project {entry['project']}.", field="project")
    return found


def _author(context: Context, entry: Entry) -> Actor:
    managers = Membership.objects.filter(
        organization=context.organization, role__gte=Role.MANAGER, user__is_active=True
    )
    if "author" in entry:
        managers = managers.filter(user__username=entry["author"])
    found = managers.order_by("id").values_list("user_id", flat=True).first()
    if found is None:
        raise InvalidInput("A rule acts with the rights of a manager of the organization.", field="author")
    return identity(found, context.organization.pk)


SECTION = Section(
    name="rules",
    key="name",
    properties={
        "name": values.name(MAX_NAME),
        "trigger": {"type": "object"},
        "condition": values.text(2_000),
        "actions": values.several({"type": "object"}),
        "action": {"type": "object"},
        "project": values.SLUG,
        "enabled": {"type": "boolean"},
        "author": values.USERNAME,
    },
    required=("name", "trigger"),
    apply=apply,
)
