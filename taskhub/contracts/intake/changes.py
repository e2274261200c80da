"""What a PATCH asks for, as the commands that do it: all of them or none, and the version checked by the first."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from tasks import commands, queries
from tasks.commands import NewShare
from tasks.domain.errors import NotFound, WrongState
from tasks.domain.lifecycle import State
from tasks.models import Task

from .mapping import PRIORITIES, STATES, STATUSES

Step = Callable[..., Task]

EDITED = {"title": "title", "description": "description", "deadline": "due_at", "tags": "tags", "type": "category"}
"""Field -> the domain's name of it."""

VERBS: dict[tuple[State, State], Step] = {
    (State.PENDING, State.IN_PROGRESS): commands.start,
    (State.PENDING, State.COMPLETED): commands.complete,
    (State.IN_PROGRESS, State.COMPLETED): commands.complete,
    (State.COMPLETED, State.PENDING): commands.reopen,
}
"""From where, to where: the verb that a status in a PATCH stands for."""


def apply(actor: Actor, task: UUID, given: Mapping[str, Any], shares: list[NewShare]) -> Task:
    """Change the task as asked. Raises what its commands raise; then nothing has changed."""
    with transaction.atomic():
        found, _ = queries.task(actor, task)
        if not STATES[State(found.state)]:
            raise NotFound("There is no such task.")
        first, *others = _steps(found, given, shares)
        changed = first(actor=actor, task=task, version=given.get("version"))
        for step in others:
            changed = step(actor=actor, task=task)
    return changed


def _steps(found: Task, given: Mapping[str, Any], shares: list[NewShare]) -> list[Step]:
    values = _values(given)
    steps: list[Step] = [partial(commands.update, values=values)] if values else []
    if shares:
        steps.append(partial(commands.reassign, assignees=shares))
    if "status" in given and given["status"] != STATES[State(found.state)]:
        steps.append(_verb(State(found.state), STATUSES[given["status"]]))
    return steps or [partial(commands.update, values={})]


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {inner: given[name] for name, inner in EDITED.items() if name in given}
    if "priority" in given:
        values["priority"] = PRIORITIES[given["priority"]]
    empty = {"tags": [], "category": ""}
    return {name: empty.get(name) if value is None else value for name, value in values.items()}


def _verb(before: State, wanted: State) -> Step:
    if (before, wanted) not in VERBS:
        raise WrongState(f"A task that is {STATES[before]} cannot become {wanted}.", verb="update", state=before.value)
    return VERBS[before, wanted]
