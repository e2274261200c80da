"""Which way the picture flows: parallel edges merged, loops found, every step given its rank.

Without the arcs that lead back (`backward.py`) the graph has no circle, and a step's rank is the longest way to it from
where it all begins.
"""

from collections import defaultdict
from dataclasses import dataclass

from .backward import leading_back
from .graph import Graph, Kind


@dataclass(frozen=True, slots=True)
class Arc:
    """All edges from one node to another, as one line. Nodes are numbered in the order of the definition."""

    source: int
    target: int
    labels: tuple[tuple[str, bool], ...]
    """Every label once, and whether an edge with it was taken."""
    taken: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """A graph with a direction."""

    size: int
    forward: tuple[Arc, ...]
    back: tuple[Arc, ...]
    loops: tuple[Arc, ...]
    """Those from a node to itself."""
    rank: tuple[int, ...]
    ahead: tuple[int, ...]
    """The length of the longest way onward from each node."""

    def reading_order(self) -> list[int]:
        """The nodes as a reader meets them: by rank, and as defined."""
        return sorted(range(self.size), key=lambda node: (self.rank[node], node))

    def lanes(self) -> int:
        """Through how many layers lines pass, if those to one node share their lanes."""
        spans: dict[tuple[int, bool], int] = {}
        for arc in (*self.forward, *self.back):
            span = abs(self.rank[arc.target] - self.rank[arc.source]) - 1
            way = (arc.target, self.rank[arc.source] < self.rank[arc.target])
            spans[way] = max(spans.get(way, 0), span)
        return sum(spans.values())


def arcs(graph: Graph) -> tuple[Arc, ...]:
    """The graph's edges between distinct pairs, in an order that does not depend on theirs."""
    number = {node.key: index for index, node in enumerate(graph.nodes)}
    merged: defaultdict[tuple[int, int], dict[str, bool]] = defaultdict(dict)
    for edge in graph.edges:
        labels = merged[number[edge.source], number[edge.target]]
        labels[edge.label] = labels.get(edge.label, False) or edge.taken
    return tuple(
        Arc(
            source,
            target,
            tuple(sorted((label, taken) for label, taken in labels.items() if label)),
            any(labels.values()),
        )
        for (source, target), labels in sorted(merged.items())
    )


def flow(graph: Graph) -> Flow:
    """Finds the loops and ranks the nodes."""
    size = len(graph.nodes)
    lines = arcs(graph)
    loops = tuple(arc for arc in lines if arc.source == arc.target)
    between = [arc for arc in lines if arc.source != arc.target]
    begin = [index for index, node in enumerate(graph.nodes) if node.kind is Kind.START]
    returning = leading_back(size, [(arc.source, arc.target) for arc in between], begin)
    back = tuple(arc for arc in between if (arc.source, arc.target) in returning)
    forward = tuple(arc for arc in between if (arc.source, arc.target) not in returning)
    after = _neighbours(size, forward)
    order = _sorted_topologically(size, after)
    ahead = [0] * size
    for node in reversed(order):
        ahead[node] = max((ahead[target] + 1 for target in after[node]), default=0)
    return Flow(size, forward, back, loops, tuple(_ranks(size, after, order)), tuple(ahead))


def components(graph: Graph) -> list[Graph]:
    """The parts that nothing connects, each in the order of the definition."""
    root = {node.key: node.key for node in graph.nodes}

    def find(key: str) -> str:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for edge in graph.edges:
        root[find(edge.source)] = find(edge.target)
    nodes, edges = defaultdict(list), defaultdict(list)
    for node in graph.nodes:
        nodes[find(node.key)].append(node)
    for edge in graph.edges:
        edges[find(edge.source)].append(edge)
    return [Graph(tuple(part), tuple(edges[name])) for name, part in nodes.items()]


def _neighbours(size: int, lines: tuple[Arc, ...] | list[Arc]) -> list[list[int]]:
    after: list[list[int]] = [[] for _ in range(size)]
    for arc in lines:
        after[arc.source].append(arc.target)
    return after


def _sorted_topologically(size: int, after: list[list[int]]) -> list[int]:
    missing = [0] * size
    for targets in after:
        for target in targets:
            missing[target] += 1
    order = [node for node in range(size) if not missing[node]]
    for node in order:
        for target in after[node]:
            missing[target] -= 1
            if not missing[target]:
                order.append(target)
    return order


def _ranks(size: int, after: list[list[int]], order: list[int]) -> list[int]:
    """The longest way to each node; then whoever nothing leads to moves up to what it leads to."""
    rank, entered = [0] * size, [False] * size
    for node in order:
        for target in after[node]:
            rank[target] = max(rank[target], rank[node] + 1)
            entered[target] = True
    for node in order:
        if not entered[node] and after[node]:
            rank[node] = min(rank[target] for target in after[node]) - 1
    return rank
