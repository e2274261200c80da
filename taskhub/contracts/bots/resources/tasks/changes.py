"""What a PATCH asks for, as the commands that do it: all of them or none, and the version checked by the first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from taskhub.contracts.bots.mapping import PRIORITIES, STATES
from tasks import commands, policy, queries
from tasks.commands import NewShare
from tasks.domain.errors import InvalidInput, NotAllowed, StaleVersion
from tasks.domain.lifecycle import State, is_open
from tasks.models import Task
from tasks.policy import Standing

Step = Callable[..., Task]

EDITED = {"title": "title", "description": "description", "tags": "tags", "priority": "priority", "due_date": "due_at"}
"""Field -> the domain's name of it."""
VERBS: dict[str, Step] = {
    "pending": commands.reopen,
    "in_progress": commands.start,
    "completed": commands.complete,
    "cancelled": commands.cancel,
}
"""The verb that a status stands for; whether it may be said now, the command knows."""


@dataclass(frozen=True)
class Changed:
    """The task as it is now, and the fields of the request that made a difference."""

    task: Task
    fields: list[str]


def apply(actor: Actor, task: UUID, given: Mapping[str, Any]) -> Changed:
    """Change the task as asked. Raises what its commands raise; then nothing has changed."""
    with transaction.atomic():
        found, standing = queries.task(actor, task)
        steps, after, version = _steps(found, given), found, given.get("version")
        if not steps:
            _check_nothing(standing, found, version)
        for _, step in steps:
            after, version = step(actor=actor, task=task, version=version), None
    touched = {name for names, _ in steps for name in names}
    return Changed(after, [name for name in given if name in touched])


def future(moment: datetime | None, now: datetime | None = None) -> datetime | None:
    """A due date that can still be kept. Raises InvalidInput as documented."""
    if moment is not None and moment <= (now or timezone.now()):
        raise InvalidInput("Due date must be in the future", field="due_at")
    return moment


def _check_nothing(standing: Standing, found: Task, version: int | None) -> None:
    """A request that changes nothing: still not for strangers, and still not for who has seen another version."""
    refusals = [policy.refusal(standing, verb) for verb in ("progress", "update")]
    forbidden = [error for error in refusals if isinstance(error, NotAllowed)]
    if len(forbidden) == len(refusals):
        raise forbidden[0]
    if version is not None and version != found.version:
        raise StaleVersion("Somebody changed this task in the meantime.", version=found.version)


def _steps(found: Task, given: Mapping[str, Any]) -> list[tuple[list[str], Step]]:
    """The commands that change something, in order, each with the fields it is for."""
    steps: list[tuple[list[str], Step]] = []
    values = _values(found, given)
    if values:
        names = [name for name, inner in EDITED.items() if inner in values]
        steps.append((names, partial(commands.update, values=values)))
    if given.get("progress", found.progress) != found.progress:
        steps.append((["progress"], partial(commands.progress, percent=given["progress"])))
    if "assignee" in given and not _has(found, given["assignee"]):
        shares = [NewShare(username=given["assignee"])]
        steps.append((["assignee"], partial(commands.reassign, assignees=shares)))
    state = State(found.state)
    if "status" in given and given["status"] != STATES[state]:
        verb: tuple[list[str], Step] = (["status"], VERBS[given["status"]])
        steps.insert(len(steps) if is_open(state) else 0, verb)
    return steps


def _values(found: Task, given: Mapping[str, Any]) -> dict[str, Any]:
    values = {inner: given[name] for name, inner in EDITED.items() if name in given}
    if "priority" in values:
        values["priority"] = PRIORITIES[values["priority"]]
    changed = {name: value for name, value in values.items() if value != getattr(found, name)}
    future(changed.get("due_at"))
    return changed


def _has(found: Task, username: str) -> bool:
    """Whether the task waits for just that person already."""
    waiting = found.assignments.filter(is_open=True).values_list("user__username", flat=True)
    return list(waiting) == [username]
