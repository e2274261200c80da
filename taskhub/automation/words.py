"""Rules as sentences, and the words and signs of their runs. Tables and their reading."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.text import get_text_list

from taskhub.inbox.words import Sign
from tasks.models import Priority
from workflows.engine.durations import parse_duration
from workflows.models import AutomationRule
from workflows.rules import schedule
from workflows.rules.actions import PRIORITIES
from workflows.rules.triggers import SCHEDULE, TASK_EVENTS

RESULTS = {
    "owed": Sign("About to act", "clock", "amber"),
    "fired": Sign("Acted", "circle-check", "green"),
    "not_matched": Sign("Did not match", "circle", "gray"),
    "failed": Sign("Failed", "triangle-alert", "red"),
    "stopped": Sign("Stopped", "octagon-alert", "red"),
    "refused": Sign("Not allowed", "shield", "red"),
}

ACTIONS = {
    "create_task": "Create a task",
    "start_workflow": "Start a workflow",
    "assign": "Give the task to",
    "set_priority": "Set the priority",
    "set_due_date": "Set the due date",
    "add_comment": "Add a comment",
    "add_tag": "Add tags",
    "notify": "Tell somebody",
    "escalate": "Escalate the task",
}
"""Action -> how the builder calls it."""


def trigger_words(kind: str, value: str) -> str:
    """The first part of the sentence: "When a task is created"."""
    if kind in TASK_EVENTS:
        return f"When {TASK_EVENTS[kind]}"
    if kind == SCHEDULE:
        return schedule.in_words(value)
    said = kind.replace("_", " ").replace("-", " ")
    return f"When “{said}” is “{value}”" if value else f"When “{said}” comes"


def sentence(row: AutomationRule) -> str:
    """The whole rule in one sentence, for lists."""
    when = trigger_words(row.trigger_type, row.trigger_value)
    where = f" in {row.project.name}" if row.project else ""
    on_condition = " and its condition holds" if row.condition else ""
    return f"{when}{where}{on_condition}, {get_text_list([action_words(action) for action in row.actions], 'and')}."


def action_words(action: Mapping[str, Any]) -> str:
    """One action as part of a sentence."""
    say = _ACTIONS.get(str(action.get("type")))
    return say(action) if say else "do something unknown"


def _create(action: Mapping[str, Any]) -> str:
    what = f"create “{action['title']}”" if action.get("title") else "create a task from a template"
    to = recipients(action)
    return f"{what} for {to}" if to else what


def _due(action: Mapping[str, Any]) -> str:
    return f"make it due in {duration_words(str(action.get('due_in', '')))}"


def _tags(action: Mapping[str, Any]) -> str:
    tags = [action["tag"]] if action.get("tag") else list(action.get("tags", ()))
    return f"tag it {get_text_list([f'“{tag}”' for tag in tags], 'and')}"


def _priority(action: Mapping[str, Any]) -> str:
    number = PRIORITIES.get(str(action.get("priority")))
    return f"make its priority {Priority(number).label.lower()}" if number else "set its priority"


def recipients(action: Mapping[str, Any]) -> str:
    """Whom an action gives work to or tells, in words."""
    if action.get("auto_assign"):
        team = action.get("team")
        return f"who has least to do in {team}" if team else "who has least to do"
    to = action.get("assign") or {}
    if to.get("team"):
        return f"the team {to['team']}"
    named = [to["user"]] if to.get("user") else list(to.get("users", ()))
    return get_text_list(named, "and")


_ACTIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "create_task": _create,
    "start_workflow": lambda action: f"start the workflow {action.get('workflow')}",
    "assign": lambda action: f"give it to {recipients(action)}",
    "set_priority": _priority,
    "set_due_date": _due,
    "add_comment": lambda action: "comment on it",
    "add_tag": _tags,
    "notify": lambda action: f"tell {recipients(action)}",
    "escalate": lambda action: "escalate it",
}

_UNITS = (("week", 7 * 86_400), ("day", 86_400), ("hour", 3_600), ("minute", 60))


def duration_words(text: str) -> str:
    """P2D -> "2 days"; what is no whole number of a unit stays as it is."""
    try:
        seconds = parse_duration(text).total_seconds()
    except ValueError:
        return text
    for name, length in _UNITS:
        if seconds % length == 0:
            count = int(seconds // length)
            return f"{count} {name}{'s' if count > 1 else ''}"
    return text
