"""In which order the cells of each layer stand, so that few lines cross.

Sweeps over the layers, forth and back, put each cell at the mean place of its neighbours; then neighbours in a layer
swap as long as that removes crossings. The best order met wins, the earliest of equals: it begins as defined.
"""

from bisect import bisect_right, insort

from .sheet import Cell, Link, Sheet

SWEEPS = 8
SWAPS = 8
LARGE = 2_500
"""From so many cells on, fewer rounds: the picture is a map then, and nobody counts its crossings."""


def arrange(sheet: Sheet) -> None:
    """Gives every cell its place."""
    layers = sheet.layers
    _number(layers)
    large = sum(map(len, layers)) > LARGE
    best, fewest = [layer[:] for layer in layers], crossings(sheet)
    for sweep in range(SWEEPS // 2 if large else SWEEPS):
        if not fewest:
            break
        _sweep(layers, forth=sweep % 2 == 0)
        _swap(layers, SWAPS // 4 if large else SWAPS)
        now = crossings(sheet)
        if now < fewest:
            best, fewest = [layer[:] for layer in layers], now
    sheet.layers[:] = best
    _number(best)


def crossings(sheet: Sheet) -> int:
    """How many pairs of links cross."""
    return sum(map(_crossings, sheet.channels))


def _crossings(links: list[Link]) -> int:
    count = 0
    met: list[int] = []
    for _, right in sorted((link.left.key, link.right.key) for link in links):
        count += len(met) - bisect_right(met, right)
        insort(met, right)
    return count


def _number(layers: list[list[Cell]]) -> None:
    for layer in layers:
        for place, cell in enumerate(layer):
            cell.place = place


def _sweep(layers: list[list[Cell]], *, forth: bool) -> None:
    mean = _mean_left if forth else _mean_right
    for layer in layers if forth else reversed(layers):
        layer.sort(key=mean)
        for place, cell in enumerate(layer):
            cell.place = place


def _mean_left(cell: Cell) -> float:
    return sum(link.left.key for link in cell.left) / len(cell.left) if cell.left else cell.place << 10


def _mean_right(cell: Cell) -> float:
    return sum(link.right.key for link in cell.right) / len(cell.right) if cell.right else cell.place << 10


def _swap(layers: list[list[Cell]], rounds: int) -> None:
    for _ in range(rounds):
        swapped = [_swap_in(layer) for layer in layers]
        if not any(swapped):
            return


def _swap_in(layer: list[Cell]) -> bool:
    """Swaps neighbours where fewer lines cross the other way round."""
    if len(layer) < 2:
        return False
    ends = [_Ends(cell) for cell in layer]
    swapped = False
    for place in range(len(layer) - 1):
        one, other = ends[place], ends[place + 1]
        if one.crossings(other) > other.crossings(one):
            ends[place], ends[place + 1] = other, one
            swapped = True
    if swapped:
        layer[:] = [end.cell for end in ends]
        for place, cell in enumerate(layer):
            cell.place = place
    return swapped


class _Ends:
    """A cell and where its links lead, on both sides."""

    __slots__ = ("cell", "left", "right")

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.left = sorted(link.left.key for link in cell.left)
        self.right = sorted(link.right.key for link in cell.right)

    def crossings(self, below: "_Ends") -> int:
        """How many of their links cross while `below` stands below this one."""
        return _inversions(self.left, below.left) + _inversions(self.right, below.right)


def _inversions(above: list[int], below: list[int]) -> int:
    if not above or not below or above[-1] <= below[0]:
        return 0
    return sum(len(above) - bisect_right(above, end) for end in below)
