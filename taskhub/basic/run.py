"""Running a script: everything it says, or nothing (ADR 0118)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.actor import Actor
from tasks.domain.errors import InvalidInput

from .grammar import parse
from .host import MOST, TaskHost
from .machine import Machine
from .quota import Limit, reserved
from .values import BadValue, Value, within

MAX_VARIABLES = 100
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}\$?")


@dataclass(frozen=True, slots=True)
class Finished:
    """What a script said and left: its lines, variables, the ids of the tasks it made, and the steps it took."""

    output: list[str]
    variables: dict[str, Value]
    tasks: list[str]
    steps: int


def run(
    actor: Actor,
    script: str,
    variables: Mapping[str, Value] | None = None,
    limits: Mapping[str, Limit] | None = None,
) -> Finished:
    """Run a script as that person, within their limits. Raises ScriptError, and InvalidInput (`variables`).

    Then nothing has changed; what it said until then counts at the limits all the same.
    """
    given, tree = _checked(variables or {}), parse(script)
    with reserved(limits or {}, tree, MOST) as quota:
        host = TaskHost(actor, quota)
        machine = Machine(host, given)
        with transaction.atomic():
            machine.run(tree)
    return Finished(machine.output, machine.variables, host.made, machine.steps)


def _checked(variables: Mapping[str, Value]) -> dict[str, Value]:
    if len(variables) > MAX_VARIABLES:
        raise InvalidInput(f"There are at most {MAX_VARIABLES} variables.", field="variables")
    for name, value in variables.items():
        if not NAME.fullmatch(name) or not isinstance(value, str | int | float):
            raise InvalidInput(f"{name[:80]!r} is no variable with a text, a number or a truth.", field="variables")
        try:
            within(value)
        except BadValue as error:
            raise InvalidInput(f"{name}: {error}", field="variables") from None
    return {name.lower(): value for name, value in variables.items()}
