"""How far across every cell stands.

Cells joined by straight lines move as one *beam*. Beams first stand as close together as their layers allow; then, beam by
beam and upward and downward in turns, each moves as far as the next ones let it to where its remaining lines are
shortest: the median of their other ends.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from .sheet import Cell, Link, Sheet

BETWEEN_BOXES = 30
BETWEEN_OTHERS = 14
ROUNDS = 8
NEAR = 24.0
"""What is so little out of line is brought into line."""


@dataclass(slots=True, eq=False)
class Beam:
    """Cells joined by straight lines, each with its distance from the beam's axis. `above` and `below`: the next beams,
    and the least distance to their axes."""

    cells: dict[Cell, float]
    axis: float = 0.0
    above: list[tuple["Beam", float]] = field(default_factory=list)
    below: list[tuple["Beam", float]] = field(default_factory=list)
    pulls: list[tuple[Cell, float]] = field(default_factory=list)
    """The other ends of its bent lines: a cell, and where this beam's axis would stand for the line to be straight,
    from that cell's axis."""

    def ends(self) -> list[float]:
        """Where its axis would stand for each of its bent lines to be straight."""
        return sorted(cell.axis + distance for cell, distance in self.pulls)

    def wanted(self) -> float:
        """Where its lines are shortest: a beam of boxes in the middle of two equals, unless they are near each other;
        a lane beside one of them."""
        ends = self.ends()
        if not ends:
            return self.axis
        high, low = ends[len(ends) // 2], ends[(len(ends) - 1) // 2]
        if high - low < NEAR or not any(cell.card for cell in self.cells):
            return low
        return (low + high) / 2

    def straightest(self) -> float:
        """Close by, where most of its lines are straight."""
        ends = self.ends()
        near = [self.axis, *(end for end in ends if abs(end - self.axis) < NEAR and self.clamped(end) == end)]
        return max(near, key=lambda axis: (ends.count(axis), -abs(axis - self.axis)))

    def clamped(self, axis: float) -> float:
        """As near to that as the next beams let it."""
        if self.below:
            axis = min(axis, min(below.axis - distance for below, distance in self.below))
        if self.above:
            axis = max(axis, max(above.axis + distance for above, distance in self.above))
        return axis

    def move(self, axis: float) -> None:
        self.axis = axis
        for cell, shift in self.cells.items():
            cell.axis = axis + shift


def place(sheet: Sheet) -> float:
    """Gives every cell its axis, the first cell at 0; how far across the whole reaches."""
    beams = _sorted_downward(_beams(sheet))
    for beam in beams:
        beam.move(max((above.axis + distance for above, distance in beam.above), default=0.0))
    for turn in range(ROUNDS):
        for beam in reversed(beams) if turn % 2 == 0 else beams:
            beam.move(beam.clamped(beam.wanted()))
    for beam in beams:
        beam.move(beam.straightest())
    cells = [cell for layer in sheet.layers for cell in layer]
    top = min((cell.axis - cell.before for cell in cells), default=0.0)
    for cell in cells:
        cell.axis -= top
    return max((cell.axis + cell.after for cell in cells), default=0.0)


def _beams(sheet: Sheet) -> list[Beam]:
    beam_of: dict[Cell, Beam] = {}
    for layer in sheet.layers:
        for cell in layer:
            if cell not in beam_of:
                beam = Beam(_joined(cell))
                beam_of.update(dict.fromkeys(beam.cells, beam))
    for layer in sheet.layers:
        for upper, lower in zip(layer, layer[1:], strict=False):
            one, other = beam_of[upper], beam_of[lower]
            distance = upper.after + _gap(upper, lower) + lower.before + one.cells[upper] - other.cells[lower]
            one.below.append((other, distance))
            other.above.append((one, distance))
    for links in sheet.channels:
        for link in links:
            _pull(link, beam_of)
    return list(dict.fromkeys(beam_of.values()))


def _joined(first: Cell) -> dict[Cell, float]:
    """A leftmost cell and all that straight lines join to it, with their distances from its axis."""
    found, cell, shift = {first: 0.0}, first, 0.0
    while straight := next((link for link in cell.right if link.straight), None):
        cell = straight.right.cell
        shift += straight.left.offset - straight.right.offset
        found[cell] = shift
    return found


def _gap(upper: Cell, lower: Cell) -> float:
    return BETWEEN_BOXES if upper.node is not None and lower.node is not None else BETWEEN_OTHERS


def _pull(link: Link, beam_of: dict[Cell, Beam]) -> None:
    left, right = link.left, link.right
    one, other = beam_of[left.cell], beam_of[right.cell]
    if one is not other:
        one.pulls.append((right.cell, right.offset - left.offset - one.cells[left.cell]))
        other.pulls.append((left.cell, left.offset - right.offset - other.cells[right.cell]))


def _sorted_downward(beams: list[Beam]) -> list[Beam]:
    """Every beam after those above it. That no straight lines cross is what makes this an order."""
    missing: defaultdict[Beam, int] = defaultdict(int)
    for beam in beams:
        missing[beam] = len(beam.above)
    order = [beam for beam in beams if not missing[beam]]
    for beam in order:
        for below, _ in beam.below:
            missing[below] -= 1
            if not missing[below]:
                order.append(below)
    return order
