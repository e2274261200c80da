"""Rules between the words of the bots contract and those of TaskHub: ids of templates, and the highest priority."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from taskhub.contracts.bots import ids
from workflows.models import AutomationRule

HIGHEST = {"critical": "urgent"}
ASSIGNED = "assignee"


def action_in(said: Mapping[str, Any]) -> dict[str, Any]:
    """An action as `workflows.rules` reads it; what is wrong with it stays wrong, for its reader to name."""
    action = dict(said)
    template = action.get("template")
    if isinstance(template, str):
        found = ids.parse("tpl", template)
        action["template"] = str(found) if found else template
    if isinstance(action.get("priority"), str):
        action["priority"] = HIGHEST.get(action["priority"], action["priority"])
    if ASSIGNED in action and "assign" not in action:
        action["assign"] = {"user": action.pop(ASSIGNED)}
    return action


def action_out(action: Mapping[str, Any]) -> dict[str, Any]:
    """The same the other way round."""
    shown = dict(action)
    if shown.get("template"):
        shown["template"] = _public(shown["template"])
    words = {ours: theirs for theirs, ours in HIGHEST.items()}
    if "priority" in shown:
        shown["priority"] = words.get(shown["priority"], shown["priority"])
    return shown


def _public(uuid: str) -> str:
    return ids.public("tpl", UUID(uuid))


def shown(row: AutomationRule) -> dict[str, Any]:
    """A rule with its author and project."""
    actions = [action_out(action) for action in row.actions]
    return {
        "automation_id": ids.public("aut", row.uuid),
        "name": row.name,
        "trigger": {"type": row.trigger_type, "value": row.trigger_value},
        "condition": row.condition,
        "action": actions[0],
        "actions": actions,
        "project": row.project.slug if row.project else None,
        "enabled": row.enabled,
        "paused_reason": row.paused_reason,
        "author": row.author.username,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "last_fired_at": row.last_fired_at,
        "next_fire_at": row.next_fire_at,
    }
