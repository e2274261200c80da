"""Which arcs lead back. Without them the graph has no circle, and each leads to a node that comes before it.

On a circle, an arc to a node that was defined before leads back, as its author thinks of it, if one comes from there.
Where nodes of a circle could not be reached without such arcs, their order means nothing: there a depth-first search
decides, and what leads to a node that the search is still below leads back.
"""

from collections.abc import Iterator, Sequence

Pair = tuple[int, int]
Neighbours = Sequence[Sequence[int]]
MOST_TURNED = 200
"""Arcs against the order that may be looked at one by one; where there are more, the order means nothing either."""


def leading_back(size: int, pairs: Sequence[Pair], begin: Sequence[int]) -> set[Pair]:
    """Those of the arcs that lead back; `begin` are the nodes where one reads first."""
    circle = _circles(size, _neighbours(size, pairs))
    against = [(source, target) for source, target in pairs if target < source and circle[source] == circle[target]]
    along = sorted(set(pairs) - set(against))
    roots = _roots(size, pairs, begin)
    reached = [False] * size
    _spread(_neighbours(size, along), roots, reached)
    unordered = {circle[node] for node in range(size) if not reached[node]}
    ordered = _against_the_order(
        size,
        [pair for pair in along if circle[pair[0]] == circle[pair[1]]],
        [pair for pair in against if circle[pair[0]] not in unordered],
    )
    if ordered is None:
        ordered, unordered = set(), set(circle)
    searched = _below(size, _neighbours(size, pairs), roots) if unordered else set()
    return ordered | {pair for pair in searched if circle[pair[0]] in unordered}


def _against_the_order(size: int, along: Sequence[Pair], against: Sequence[Pair]) -> set[Pair] | None:
    """Of the arcs against the order, those that close a circle. None if too many do not."""
    after = [list(targets) for targets in _neighbours(size, along)]
    reach = [0] * size
    for node in reversed(range(size)):
        for target in after[node]:
            reach[node] |= reach[target] | 1 << target
    found = {(source, target) for source, target in against if reach[target] >> source & 1}
    others = [pair for pair in against if pair not in found]
    if len(others) > MOST_TURNED:
        return None
    for source, target in others:
        seen = [False] * size
        _spread(after, [target], seen)
        if seen[source]:
            found.add((source, target))
        else:
            after[source].append(target)
    return found


def _neighbours(size: int, pairs: Sequence[Pair]) -> Neighbours:
    after: list[list[int]] = [[] for _ in range(size)]
    for source, target in pairs:
        after[source].append(target)
    return after


def _roots(size: int, pairs: Sequence[Pair], begin: Sequence[int]) -> list[int]:
    """Where one begins to read; nodes that nothing leads to; of circles that stand alone, the first node of each."""
    entered = {target for _, target in pairs}
    roots = [*begin, *(node for node in range(size) if node not in entered)]
    after = _neighbours(size, pairs)
    seen = [False] * size
    _spread(after, roots, seen)
    for node in range(size):
        if not seen[node]:
            roots.append(node)
            _spread(after, [node], seen)
    return roots


def _spread(after: Neighbours, roots: Sequence[int], seen: list[bool]) -> None:
    """Mark all that is reached from the roots."""
    left = list(roots)
    while left:
        node = left.pop()
        if not seen[node]:
            seen[node] = True
            left += after[node]


def _below(size: int, after: Neighbours, roots: Sequence[int]) -> set[Pair]:
    """The arcs that lead to a node which a depth-first search is still below."""
    found: set[Pair] = set()
    seen, below = [False] * size, [False] * size
    for root in roots:
        if seen[root]:
            continue
        seen[root] = below[root] = True
        path: list[tuple[int, Iterator[int]]] = [(root, iter(after[root]))]
        while path:
            node, rest = path[-1]
            target = next(rest, None)
            if target is None:
                below[node] = False
                path.pop()
            elif below[target]:
                found.add((node, target))
            elif not seen[target]:
                seen[target] = below[target] = True
                path.append((target, iter(after[target])))
    return found


def _circles(size: int, after: Neighbours) -> list[int]:
    """A number for each node, the same for those from which each other can be reached (Tarjan's algorithm)."""
    number, low, circle = [0] * size, [0] * size, [-1] * size
    open_: list[int] = []
    count = 0
    for root in range(size):
        path = [(root, iter(after[root]))] if not number[root] else []
        while path:
            node, rest = path[-1]
            if not number[node]:
                count += 1
                number[node] = low[node] = count
                open_.append(node)
            target = next((each for each in rest if circle[each] < 0), None)
            if target is None:
                path.pop()
                _close(node, number, low, circle, open_)
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
            elif number[target]:
                low[node] = min(low[node], number[target])
            else:
                path.append((target, iter(after[target])))
    return circle


def _close(node: int, number: list[int], low: list[int], circle: list[int], open_: list[int]) -> None:
    """The circle is complete if nothing below the node leads further up."""
    while low[node] == number[node] and circle[node] < 0:
        circle[open_.pop()] = node
