"""What a PATCH asks for, as the commands that do it: all of them or none, and the version checked by the first."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from tasks import commands, queries
from tasks.commands import NewShare
from tasks.domain.errors import WrongState, no_such_task
from tasks.domain.lifecycle import State
from tasks.models import Event, Task
from tasks.policy import Standing

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
        found, standing = queries.task(actor, task)
        if not STATES[State(found.state)]:
            raise no_such_task()
        first, *others = _steps(actor, found, standing, given, shares)
        changed = first(task=task, version=given.get("version"))
        for step in others:
            changed = step(task=task)
    return changed


def on_behalf(actor: Actor, task: Task) -> Actor:
    """Who posted a task in somebody's name changes it in that name too, with no more rights than the key has."""
    creator = task.created_by
    posted = Event.objects.filter(task=task, seq=1, actor_id=actor.user_id).exists()
    if creator is None or not posted:
        return actor
    return replace(
        actor, user_id=creator.pk, user_uuid=creator.uuid, username=creator.username, name=creator.name, team_ids=()
    )


def _steps(
    actor: Actor, found: Task, standing: Standing, given: Mapping[str, Any], shares: list[NewShare]
) -> list[Step]:
    """The commands, in order, each with who does it: one's own share one works on as oneself."""
    manager = actor if standing.may_manage else on_behalf(actor, found)
    values = _values(given)
    steps: list[Step] = [partial(commands.update, actor=manager, values=values)] if values else []
    if shares:
        steps.append(partial(commands.reassign, actor=manager, assignees=shares))
    if "status" in given and given["status"] != STATES[State(found.state)]:
        worker = actor if standing.workable_share else manager
        steps.append(partial(_verb(State(found.state), STATUSES[given["status"]]), actor=worker))
    return steps or [partial(commands.update, actor=manager, values={})]


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
