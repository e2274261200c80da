"""What a join is in its graph: which ways lead into it, who can still use them, and where its next round begins.

A join opens once in each round. A round is over when the join has opened; the next one begins where every way into the
join is open again: at a step before the split. Computed once for each join of a definition, when it is first needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from .graph import Graph
from .steps import JoinMode


@dataclass(frozen=True, slots=True)
class Gate:
    """A step at which tokens wait for each other."""

    ways: tuple[str, ...]
    """The steps it waits for. Those that come only after the join itself are not among them: going back to a join
    opens it directly."""
    needed: int
    """From how many of them a token must be there."""
    reach: Mapping[str, int]
    """For each way: mask of the steps from which a token can come over it in the same round, its source included and
    the join itself not."""
    feeders: int
    """Mask of all of these."""
    restarts: int
    """Mask of the steps at which the next round begins."""


@dataclass(slots=True)
class Gates:
    """The gates of one graph."""

    graph: Graph
    _gates: dict[str, Gate | None] = field(default_factory=dict)
    _renewed: dict[str, int] = field(default_factory=dict)

    def at(self, key: str) -> Gate | None:
        """The gate of that step; None if each token opens it."""
        if self.graph.steps[key].join.mode == JoinMode.ANY:
            return None
        if key not in self._gates:
            self._gates[key] = _gate(self.graph, key)
        return self._gates[key]

    def renewed(self, key: str) -> int:
        """Mask of the steps that come anew when `key` is opened again: past joins only where all ways in come anew."""
        if key not in self._renewed:
            self._renewed[key] = self.graph.reached([key], via=lambda source, _: self._passes(key, source))
        return self._renewed[key]

    def _passes(self, start: str, key: str) -> bool:
        gate = self.at(key)
        return key == start or gate is None or bool(gate.restarts & self.graph.bits[start])


def _gate(graph: Graph, key: str) -> Gate | None:
    into = ways(graph, key)
    if len(into) < 2:
        return None
    free = {way: _reaching(graph, way, key) for way in into}
    restarts = reduce(and_, free.values())
    reach = {way: _in_this_round(graph, way, key, mask, restarts) for way, mask in free.items()}
    join = graph.steps[key].join
    needed = join.count if join.mode == JoinMode.COUNT else len(into)
    return Gate(into, needed, reach, reduce(or_, reach.values()), restarts)


def ways(graph: Graph, key: str) -> tuple[str, ...]:
    """The sources of a step that can be reached from the start without passing the join."""
    if not graph.loops & graph.bits[key]:
        return graph.sources[key]
    starts = [start for start in graph.starts if start != key]
    reached = graph.reached(starts, via=lambda _, target: target != key)
    return tuple(source for source in graph.sources[key] if reached & graph.bits[source])


def _reaching(graph: Graph, way: str, key: str) -> int:
    """Mask of the steps from which `way` can be reached without passing the join."""
    if not graph.loops & graph.bits[key]:
        return graph.before[way] | graph.bits[way]
    return graph.reaching([way], via=lambda source, _: source != key)


def _in_this_round(graph: Graph, way: str, key: str, free: int, restarts: int) -> int:
    """Like `_reaching`, but without going back to where the next round begins."""
    if not restarts & graph.loops:
        return free
    return graph.reaching(
        [way],
        via=lambda source, target: (
            source != key and not (restarts & graph.bits[target] and graph.on_one_loop(source, target))
        ),
    )
