"""The registry of actions: Python that automatic steps call by name.

An app registers its own in a module `workflow_actions`, which is imported at the start:

    @action("credit_score")
    def credit_score(inputs, call):
        return {"score": ask_bureau(inputs["customer"], idempotency_key=call.key)}

An action runs in a worker, outside any transaction, and may run again: after a failure, and after a worker that died.
`call.key` is the same each time, so that what it asks others for can be done once. Whatever it raises counts as a
failure; the text of the exception is shown to people, so it must hold no secret.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tasks.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Call:
    """For whom an action runs. `key` is the same for every attempt of one visit of the step; attempts count from 1."""

    key: str
    organization_id: int
    instance: UUID
    step: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action answers: plain values, and the outcome where the step has results."""

    data: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = ""


Action = Callable[[Mapping[str, Any], Call], Answer | Mapping[str, Any] | None]

_registry: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    """Registers a function under the name that definitions use. Raises ValueError if the name is taken."""

    def register(function: Action) -> Action:
        if _registry.setdefault(name, function) is not function:
            raise ValueError(f"There are two actions called '{name}'.")
        return function

    return register


def names() -> frozenset[str]:
    """Every action that a definition may name."""
    return frozenset(_registry)


def get(name: str) -> Action:
    """The action of that name; raises NotFound (`action_not_found`)."""
    try:
        return _registry[name]
    except KeyError:
        raise NotFound(f"There is no action called '{name}'.", code="action_not_found") from None


def run(name: str, inputs: Mapping[str, Any], call: Call) -> Answer:
    """Call the action and put what it answers into one form. Raises what the action raises."""
    answer = get(name)(inputs, call)
    return answer if isinstance(answer, Answer) else Answer(answer or {})
