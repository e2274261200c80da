"""Changing what a task says, when it is due and how loudly it calls."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from accounts.actor import Actor
from tasks.domain import content, deadlines
from tasks.domain.errors import InvalidInput
from tasks.models import Priority, Task

from .change import Change, changing
from .each import Answers, change_each

EDITABLE = ("title", "description", "category", "priority", "due_at", "tags", "metadata")


def update(
    *,
    actor: Actor,
    task: UUID | int,
    values: Mapping[str, Any],
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Change the fields named in `values` (keys of EDITABLE). What already is so is not a change and no event."""
    with changing("update", actor=actor, task=task, within=within, version=version, now=now) as change:
        _update(change, values)
    return change.task


def update_each(*, actor: Actor, tasks: Collection[int], values: Mapping[str, Any], now: datetime) -> Answers:
    """The same for many tasks."""
    return change_each("update", partial(_update, values=values), actor=actor, tasks=tasks, now=now)


def escalate(
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Call louder: the level rises and the organization's managers are told. Never a state."""
    with changing("escalate", actor=actor, task=task, within=within, version=version, now=now) as change:
        _escalate(change)
    return change.task


def escalate_each(*, actor: Actor, tasks: Collection[int], now: datetime) -> Answers:
    """The same for many tasks."""
    return change_each("escalate", _escalate, actor=actor, tasks=tasks, now=now)


def _update(change: Change, values: Mapping[str, Any]) -> None:
    checked = {name: _checked(name, value) for name, value in values.items()}
    changed = {name: value for name, value in checked.items() if getattr(change.task, name) != value}
    if changed:
        change.set(**changed)
        if "due_at" in changed:
            _move_due(change)
        change.record("task.updated", fields=changed)


def _escalate(change: Change) -> None:
    change.set(escalation_level=change.task.escalation_level + 1, escalated_at=change.now)
    change.record("task.escalated", level=change.task.escalation_level)


def _move_due(change: Change) -> None:
    change.set(due_sort=deadlines.due_sort(change.task.due_at))
    change.task.assignments.filter(is_open=True).update(due_sort=change.task.due_sort)
    change.plan_deadlines()


def _checked(name: str, value: Any) -> Any:
    if name not in EDITABLE:
        raise InvalidInput(f"The field {name} cannot be changed.", field=name)
    if name == "tags":
        return content.check_tags(value)
    if name == "due_at":
        return content.check_due(value)
    if name == "metadata":
        content.check_count("metadata", value, content.MAX_METADATA_KEYS)
    if name in content.MAX_LENGTH:
        return content.check_text(name, value)
    if name == "priority" and value not in Priority.values:
        raise InvalidInput("There is no such priority.", field="priority")
    return value
