"""A process as people define it: read, checked as a whole, and ready to be advanced through.

`parse` takes the mapping that JSON or YAML gives (docs/workflows.md) and answers a value that never changes. It knows
people, teams and actions only by the names the caller gives it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from . import soundness
from .faults import Faults
from .gates import Gates
from .graph import Graph, build
from .reading.known import Known, OptionsCheck
from .reading.node import Node
from .reading.steps import read_steps
from .steps import Process, Step

MAX_VARIABLES = 200
MAX_DESCRIPTION = 20_000


@dataclass(frozen=True)
class Definition:
    """A sound process. Two are equal if they say the same."""

    key: str
    name: str
    steps: tuple[Step, ...]
    description: str = ""
    entity_type: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    graph: Graph = field(init=False, repr=False, compare=False)
    gates: Gates = field(init=False, repr=False, compare=False)
    has_processors: bool = field(init=False, repr=False, compare=False)
    """Whether there is a step that a processor works on."""

    def __post_init__(self) -> None:
        graph = build([step for step in self.steps if step.key])
        object.__setattr__(self, "graph", graph)
        object.__setattr__(self, "gates", Gates(graph))
        object.__setattr__(self, "has_processors", any(isinstance(step.work, Process) for step in self.steps))

    def step(self, key: str) -> Step:
        """The step of that key; raises KeyError."""
        return self.graph.steps[key]


def parse(
    document: Any,
    *,
    known_users: Collection[str] | None = None,
    known_teams: Collection[str] | None = None,
    actions: Collection[str] | None = None,
    workflows: Collection[str] | None = None,
    options: OptionsCheck | None = None,
) -> Definition:
    """The definition that `document` says. Raises InvalidDefinition with every fault.

    Names of users, teams, actions and other definitions are looked up where a collection of them is given; `options`
    looks at those of processors.
    """
    faults = Faults()
    definition = _read(document, Known(known_users, known_teams, actions, workflows, options), faults)
    faults.raise_any()
    return definition


def glimpse(document: Any) -> Definition:
    """What can be read of a document however faulty it is: to draw a draft, never to run it."""
    return _read(document, Known(), Faults())


def _read(document: Any, known: Known, faults: Faults) -> Definition:
    node = Node(document, "", faults)
    definition = Definition(
        key=node.key("key"),
        name=node.text("name", required=node.is_mapping),
        description=node.text("description", most=MAX_DESCRIPTION),
        entity_type=node.text("entity_type", most=63),
        variables=_variables(node),
        steps=read_steps(node, known),
    )
    node.close()
    soundness.check(definition.key, list(definition.variables), definition.steps, definition.graph, faults)
    return definition


def _variables(node: Node) -> dict[str, Any]:
    if "variables" not in node:
        return {}
    inner = node.node("variables")
    return {name: inner.plain(name) for name in inner.names(most=MAX_VARIABLES)}
