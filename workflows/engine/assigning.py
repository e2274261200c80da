"""Whom a human step is given to, once the variables are known."""

from collections.abc import Callable, Mapping
from typing import Any

from tasks.domain.placeholders import look_up

from .intents import Assignees
from .steps import Assign, To
from .walk import Trouble, Walk

MAX_USERS = 100


def assignees(walk: Walk, assign: Assign | None) -> Assignees | None:
    """Who gets the task; None for nobody in particular. Raises Trouble where it cannot be said."""
    return _FORMS[assign.to](walk, assign) if assign else None


def _starter(walk: Walk, assign: Assign) -> Assignees:
    if not walk.starter:
        raise Trouble("nobody in particular has started this instance, so its starter cannot be given work")
    return Assignees(users=(walk.starter,))


def _variable(walk: Walk, assign: Assign) -> Assignees:
    """A username, several, or a mapping like `assign` itself: {user: ...} or {team: ...}."""
    path = assign.names[0]
    value = look_up(path, walk.variables)
    if isinstance(value, Mapping) and len(value) == 1:
        form, name = next(iter(value.items()))
        if form == To.TEAM and _is_username(name):
            return Assignees(team=name)
        value = name if form in {To.USER, To.USERS} else None
    users = value if isinstance(value, list) else [value]
    if not users or len(users) > MAX_USERS or not all(_is_username(user) for user in users):
        raise Trouble(f"the variable '{path}' names nobody whom the work could be given to")
    return Assignees(users=tuple(dict.fromkeys(users)))


def _is_username(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 150


_FORMS: dict[To, Callable[[Walk, Assign], Assignees]] = {
    To.USER: lambda _, assign: Assignees(users=assign.names),
    To.TEAM: lambda _, assign: Assignees(team=assign.names[0]),
    To.USERS: lambda _, assign: Assignees(assign.names, "", assign.weights, assign.required),
    To.VARIABLE: _variable,
    To.STARTER: _starter,
}
