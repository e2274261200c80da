"""A rule as a value, and whether it matches what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.engine.conditions import Expression, holds

from .actions import Action
from .triggers import Trigger

NAMES = {
    "task": "the task: title, description, state, priority, category, tags, due_at, project, assignees, teams, ...",
    "event": "what happened: type, at, and by kind state, changed, text, reason",
    "actor": "who did it: username, name, kind",
    "trigger": "the trigger: type and value",
    "context": "what came with a trigger fired by name",
    "now": "the moment at which the rule looks",
}
"""What conditions and texts of rules can name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When `trigger` and `condition`, then `actions`."""

    name: str
    trigger: Trigger
    condition: Expression | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule matches, and if it does not, why, in words for people."""

    matches: bool
    why: str = ""


def judge(trigger: Trigger, condition: Expression | None, facts: Mapping[str, Any]) -> Verdict:
    """Whether a rule of that trigger and condition matches the facts, whose keys are those of NAMES."""
    happened = facts["trigger"]
    if happened["type"] != trigger.type:
        return Verdict(False, f"It waits for {trigger.type}, and this was {happened['type']}.")
    if trigger.value and not trigger.is_schedule and happened["value"] != trigger.value:
        return Verdict(False, f"It waits for the value '{trigger.value}', and this was '{happened['value']}'.")
    if condition is None:
        return Verdict(True)
    is_true, why = holds(condition, facts)
    if is_true:
        return Verdict(True)
    if why:
        return Verdict(False, f"Its condition could not be judged and counts as false: {why}.")
    return Verdict(False, "Its condition was false.")
