"""What a document names outside of itself: people, teams, other workflows. Tolerates documents that are wrong.

Knows nothing of what exists; `workflows.reading` looks it up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, and where it stands. `version` is of a workflow, where one is asked for."""

    kind: str
    path: str
    name: str
    version: int | None = None


def mentions(document: Any) -> Iterator[Mention]:
    """Every name under `steps`, in order."""
    steps = document.get("steps") if isinstance(document, Mapping) else None
    for place, step in enumerate(steps if isinstance(steps, list) else []):
        if isinstance(step, Mapping):
            yield from _of_step(step, f"steps[{place}]")


def _of_step(step: Mapping[str, Any], path: str) -> Iterator[Mention]:
    assign = step.get("assign")
    if isinstance(assign, Mapping):
        yield from _of_assign(assign, f"{path}.assign")
    workflow, version = step.get("workflow"), step.get("version")
    if isinstance(workflow, str):
        is_whole = isinstance(version, int) and not isinstance(version, bool)
        yield Mention("workflow", f"{path}.workflow", workflow, version if is_whole else None)


def _of_assign(assign: Mapping[str, Any], path: str) -> Iterator[Mention]:
    for kind in ("user", "team"):
        if isinstance(assign.get(kind), str):
            yield Mention(kind, f"{path}.{kind}", assign[kind])
    users = assign.get("users")
    for place, name in enumerate(users if isinstance(users, list) else []):
        if isinstance(name, str):
            yield Mention("user", f"{path}.users[{place}]", name)
