"""What can be drawn: steps and the arrows between them, as plain values.

Knows nothing of definitions, instances or the database; whoever wants a picture says it in these words. The order of
the nodes is the order of the definition and breaks every tie; the order of the edges means nothing.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a node is."""

    START = "start"
    HUMAN = "human"
    AUTOMATIC = "automatic"
    WAIT = "wait"
    WORKFLOW = "workflow"
    END = "end"


class State(StrEnum):
    """Where an instance stands with a node; `NONE` in the picture of a definition."""

    NONE = "none"
    DONE = "done"
    CURRENT = "current"
    WAITING = "waiting"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Node:
    """A step. `note` is one short line below its name; `href` makes it a link."""

    key: str
    label: str
    kind: Kind = Kind.HUMAN
    state: State = State.NONE
    note: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "state", State(self.state))
        if self.href and not self.href.startswith(("/", "#", "?", "http://", "https://")):
            raise ValueError(f"The node {self.key!r} leads to something that is no page: {self.href!r}.")


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow. `taken` if an instance went this way."""

    source: str
    target: str
    label: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything of one picture. Raises ValueError for a key that stands twice or an arrow from or to nowhere."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()

    def __post_init__(self) -> None:
        keys = {node.key for node in self.nodes}
        if len(keys) != len(self.nodes):
            raise ValueError("Two nodes have the same key.")
        for edge in self.edges:
            if edge.source not in keys or edge.target not in keys:
                raise ValueError(f"The edge {edge.source!r} -> {edge.target!r} has an end that is no node.")
