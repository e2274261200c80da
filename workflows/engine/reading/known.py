"""What the caller knows to exist when a definition is read. None: not looked at."""

from collections.abc import Collection
from dataclasses import dataclass

from .node import Node


@dataclass(frozen=True, slots=True)
class Known:
    """Usernames, slugs of teams, names of actions and keys of other definitions."""

    users: Collection[str] | None = None
    teams: Collection[str] | None = None
    actions: Collection[str] | None = None
    workflows: Collection[str] | None = None

    def check(self, what: str, name: str, node: Node, key: str) -> None:
        """Note a fault if there is no such user, team, action or workflow."""
        names: Collection[str] | None = getattr(self, f"{what}s")
        if name and names is not None and name not in names:
            node.fault(key, f"there is no {what} '{name}'")
