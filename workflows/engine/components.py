"""Which steps lie on a loop together: strongly connected components (Tarjan), without recursion."""

from collections.abc import Iterator, Mapping, Sequence


def components(neighbours: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The components, each behind all that it leads to. A node that lies on no loop is alone."""
    return _Search(neighbours).run()


class _Search:
    def __init__(self, neighbours: Mapping[str, Sequence[str]]) -> None:
        self._neighbours = neighbours
        self._number: dict[str, int] = {}
        self._lowest: dict[str, int] = {}
        self._stack: list[str] = []
        self._on_stack: set[str] = set()
        self._found: list[tuple[str, ...]] = []

    def run(self) -> list[tuple[str, ...]]:
        for node in self._neighbours:
            if node not in self._number:
                self._walk(node)
        return self._found

    def _walk(self, root: str) -> None:
        path = [self._entered(root)]
        while path:
            node, ahead = path[-1]
            following = next(ahead, None)
            if following is None:
                path.pop()
                self._left(node, path[-1][0] if path else None)
            elif following not in self._number:
                path.append(self._entered(following))
            elif following in self._on_stack:
                self._lowest[node] = min(self._lowest[node], self._number[following])

    def _entered(self, node: str) -> tuple[str, Iterator[str]]:
        self._number[node] = self._lowest[node] = len(self._number)
        self._stack.append(node)
        self._on_stack.add(node)
        return node, iter(self._neighbours[node])

    def _left(self, node: str, parent: str | None) -> None:
        if parent is not None:
            self._lowest[parent] = min(self._lowest[parent], self._lowest[node])
        if self._lowest[node] == self._number[node]:
            place = _place_from_end(self._stack, node)
            component = tuple(self._stack[place:])
            del self._stack[place:]
            self._on_stack.difference_update(component)
            self._found.append(component)


def _place_from_end(stack: Sequence[str], node: str) -> int:
    return next(place for place in range(len(stack) - 1, -1, -1) if stack[place] == node)
