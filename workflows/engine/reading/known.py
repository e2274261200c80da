"""What the caller knows to exist when a definition is read. None: not looked at."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.domain.form import Field

from .node import Node

OptionsCheck = Callable[[str, Mapping[str, Any], tuple[Field, ...]], Sequence[str]]
"""What is wrong with the options of the processor of that name, and with the fields that it is to fill."""


@dataclass(frozen=True, slots=True)
class Known:
    """Usernames, slugs of teams, names of actions and keys of other definitions.

    Any processor may be named, as others may run it; `options` says what is wrong with those that are known.
    """

    users: Collection[str] | None = None
    teams: Collection[str] | None = None
    actions: Collection[str] | None = None
    workflows: Collection[str] | None = None
    options: OptionsCheck | None = None

    def check(self, what: str, name: str, node: Node, key: str) -> None:
        """Note a fault if there is no such user, team, action or workflow."""
        names: Collection[str] | None = getattr(self, f"{what}s")
        if name and names is not None and name not in names:
            node.fault(key, f"there is no {what} '{name}'")
