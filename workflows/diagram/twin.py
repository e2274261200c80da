"""A diagram in words: the steps in reading order, where each stands and where it leads. For those who do not see it."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from .cards import name
from .flow import components, flow
from .graph import Edge, Graph, Node, State
from .text import clean
from .words import KINDS, STATES, state_word


@dataclass(frozen=True, slots=True)
class Exit:
    """One way on from a step."""

    label: str
    target: str
    back: bool
    taken: bool

    def __str__(self) -> str:
        target = f"back to {self.target}" if self.back else self.target
        return f"{self.label}: {target}" if self.label else target


@dataclass(frozen=True, slots=True)
class Step:
    """One node, in words."""

    key: str
    label: str
    kind: str
    state: State
    state_word: str
    note: str
    href: str
    exits: tuple[Exit, ...]

    @property
    def is_current(self) -> bool:
        return self.state is State.CURRENT

    @property
    def about(self) -> str:
        """ "human step, done, jdoe": what the name does not say."""
        kind = "" if self.kind.lower() == self.label.lower() else self.kind.lower()
        return ", ".join(part for part in (kind, self.state_word.lower(), self.note) if part)

    @property
    def leads_to(self) -> str:
        """ "approved: Send welcome email; rejected: End"."""
        return "; ".join(map(str, self.exits))


def steps(graph: Graph) -> tuple[Step, ...]:
    """Every node of the graph, in the order in which one reads the diagram."""
    return tuple(step for part in components(graph) for step in _steps(part))


def _steps(graph: Graph) -> list[Step]:
    flowing = flow(graph)
    place = {node.key: index for index, node in enumerate(graph.nodes)}
    back = {(arc.source, arc.target) for arc in (*flowing.back, *flowing.loops)}
    leaving: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in sorted(set(graph.edges), key=lambda edge: (place[edge.target], edge.label, edge.taken)):
        leaving[edge.source].append(edge)
    found = []
    for node in map(graph.nodes.__getitem__, flowing.reading_order()):
        exits = tuple(
            Exit(
                clean(edge.label),
                name(graph.nodes[place[edge.target]]),
                (place[edge.source], place[edge.target]) in back,
                edge.taken,
            )
            for edge in leaving[node.key]
        )
        found.append(_step(node, exits))
    return found


def _step(node: Node, exits: tuple[Exit, ...]) -> Step:
    return Step(
        node.key, name(node), KINDS[node.kind], node.state, state_word(node.state), clean(node.note), node.href, exits
    )


def summary(graph: Graph) -> str:
    """One sentence on the whole: "5 steps: 2 done, 1 current, 2 waiting."."""
    count = len(graph.nodes)
    steps_word = "1 step" if count == 1 else f"{count} steps"
    states = Counter(node.state for node in graph.nodes)
    told = ", ".join(f"{states[state]} {sign.word.lower()}" for state, sign in STATES.items() if states[state])
    return f"{steps_word}: {told}." if told else f"{steps_word}."
