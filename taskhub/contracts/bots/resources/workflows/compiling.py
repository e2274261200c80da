"""From the steps as a bot writes them to a document that the engine reads, and from its faults back. Pure.

Steps are called by their names here and by keys there; who begins at once says so with an empty `depends_on`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from workflows.engine.faults import Fault, InvalidDefinition
from workflows.engine.reading.node import MAX_KEY
from workflows.engine.values import RESERVED

TAKEN = RESERVED | {"context", "entity"}
"""What no step may be called there: words of conditions, and the variables that come with the request."""
PLACES = {"assign.user": "assignee", "assign.team": "team", "assign": "assignee", "key": "name"}
"""Where something stands in the document -> where it stands in the request."""
_STEP = re.compile(r"(steps\[\d+\])\.(assign\.user|assign\.team|assign|key)\b")
_CYCLE = "waits for itself: "


@dataclass(frozen=True, slots=True)
class Compiled:
    """The document, and the steps' names by their keys there."""

    document: dict[str, Any]
    names: Mapping[str, str]

    def in_request(self, error: InvalidDefinition) -> InvalidDefinition:
        """The same faults where they stand in the request."""
        return InvalidDefinition([Fault(_place(fault.path), self._words(fault.message)) for fault in error.faults])

    def _words(self, message: str) -> str:
        if not message.startswith(_CYCLE):
            return message
        keys = message.removeprefix(_CYCLE).split(" -> ")
        return _CYCLE + " -> ".join(self.names.get(key, key) for key in keys)


def compiled(name: str, description: str, steps: Sequence[Any]) -> Compiled:
    """The document of these steps. Raises InvalidDefinition for names and dependencies that mean nothing.

    All other values are handed on as they are: what is wrong with them, the engine says.
    """
    keys = _keys(steps)
    faults = [*_faults_of_names(steps), *_faults_of_dependencies(steps, keys)]
    if faults:
        raise InvalidDefinition(faults)
    document = {"name": name, "steps": [_step(step, keys) for step in steps]}
    described = {"description": description} if description else {}
    return Compiled(document | described, {key: name for name, key in keys.items()})


def _step(step: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    depends_on = step.get("depends_on") or []
    said: dict[str, Any] = {
        "key": keys[step["name"]],
        "name": step["name"],
        "depends_on": [keys[each] for each in depends_on],
        **{name: step[name] for name in ("description", "duration_hours") if step.get(name) not in (None, "")},
    }
    assign = {
        place: step[name] for name, place in (("assignee", "user"), ("team", "team")) if step.get(name) is not None
    }
    return said | ({"assign": assign} if assign else {})


def _keys(steps: Sequence[Any]) -> dict[str, str]:
    """Name -> key: the name in plain letters, with the step's number where that is not enough."""
    keys: dict[str, str] = {}
    taken = set(TAKEN)
    for number, step in enumerate(steps, 1):
        name = step.get("name") if isinstance(step, Mapping) else None
        if not isinstance(name, str) or name in keys:
            continue
        key = slugify(name)[: MAX_KEY - 8].strip("-_")
        while not key or key in taken:
            key = f"{key or 'step'}-{number}"
        keys[name] = key
        taken.add(key)
    return keys


def _faults_of_names(steps: Sequence[Any]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for place, step in enumerate(steps):
        if not isinstance(step, Mapping):
            yield Fault(f"steps[{place}]", "must be an object")
            continue
        name = step.get("name")
        if not isinstance(name, str) or not name.strip():
            yield Fault(f"steps[{place}].name", "is missing" if name is None else "must be a text that is not empty")
        elif first.setdefault(name, place) != place:
            yield Fault(f"steps[{place}].name", f"'{name[:100]}' is the name of steps[{first[name]}] already")


def _faults_of_dependencies(steps: Sequence[Any], keys: Mapping[str, str]) -> Iterator[Fault]:
    for place, step in enumerate(steps):
        depends_on = step.get("depends_on") if isinstance(step, Mapping) else None
        path = f"steps[{place}].depends_on"
        if depends_on is not None and not isinstance(depends_on, list):
            yield Fault(path, "must be a list of names of steps")
            continue
        for position, name in enumerate(depends_on or []):
            if not isinstance(name, str):
                yield Fault(f"{path}[{position}]", "must be a text")
            elif name not in keys:
                yield Fault(f"{path}[{position}]", f"there is no step '{name[:100]}'")


def _place(path: str) -> str:
    return _STEP.sub(lambda match: f"{match[1]}.{PLACES[match[2]]}", path)
