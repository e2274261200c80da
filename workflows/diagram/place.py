"""How far across every cell stands.

Cells on one straight line move as one *beam*. Beams first stand as close together as their layers allow; then, beam by
beam and upward and downward in turns, each moves as far as the next ones let it to where its remaining lines are
shortest: the median of their other ends.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from .sheet import BELOW, Cell, Link, Sheet, Side

BETWEEN_BOXES = 30
BETWEEN_OTHERS = 14
ROUNDS = 8
NEAR = 24.0
"""What is so little out of line is brought into line."""


Pull = tuple[Cell, float]
"""The other end of a bent line: a cell, and where a beam would stand, from that cell's axis, for the line to be
straight."""


@dataclass(slots=True, eq=False)
class Beam:
    """Cells on one axis. `above` and `below`: the next beams, and the least distance to their axes."""

    cells: list[Cell]
    axis: float = 0.0
    above: list[tuple["Beam", float]] = field(default_factory=list)
    below: list[tuple["Beam", float]] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    weak_pulls: list[Pull] = field(default_factory=list)
    """Of lanes on boxes: a lane can bend wherever it likes."""

    def wanted(self) -> float:
        """Where its lines are shortest: a beam of boxes in the middle of two equals, unless they are near each other;
        a lane beside one of them."""
        ends = _ends(self.pulls or self.weak_pulls)
        if not ends:
            return self.axis
        high, low = ends[len(ends) // 2], ends[(len(ends) - 1) // 2]
        if high - low < NEAR or not any(cell.card for cell in self.cells):
            return low
        return (low + high) / 2

    def straightest(self) -> float:
        """Close by, where most of its lines are straight."""
        ends = _ends([*self.pulls, *self.weak_pulls])
        near = [self.axis, *(end for end in ends if abs(end - self.axis) < NEAR and self.clamped(end) == end)]
        return max(near, key=lambda axis: (ends.count(axis), -abs(axis - self.axis)))

    def clamped(self, axis: float) -> float:
        """As near to that as the next beams let it."""
        if self.below:
            axis = min(axis, *(below.axis - distance for below, distance in self.below))
        if self.above:
            axis = max(axis, *(above.axis + distance for above, distance in self.above))
        return axis

    def move(self, axis: float) -> None:
        self.axis = axis
        for cell in self.cells:
            cell.axis = axis


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
                beam = Beam(_on_one_axis(cell))
                beam_of.update(dict.fromkeys(beam.cells, beam))
    for layer in sheet.layers:
        for upper, lower in pairwise(layer):
            one, other = beam_of[upper], beam_of[lower]
            distance = upper.after + _gap(upper, lower) + lower.before
            one.below.append((other, distance))
            other.above.append((one, distance))
    for links in sheet.channels:
        for link in links:
            _pull(link, beam_of)
    return list(dict.fromkeys(beam_of.values()))


def _on_one_axis(leftmost: Cell) -> list[Cell]:
    found = [leftmost]
    while straight := next((link for link in found[-1].right if link.straight), None):
        found.append(straight.right.cell)
    return found


def _gap(upper: Cell, lower: Cell) -> float:
    return BETWEEN_BOXES if upper.node is not None and lower.node is not None else BETWEEN_OTHERS


def _pull(link: Link, beam_of: dict[Cell, Beam]) -> None:
    left, right = link.left, link.right
    one, other = beam_of[left.cell], beam_of[right.cell]
    if one is other:
        return
    for port, beam, end in ((left, one, right), (right, other, left)):
        if port.side in BELOW:
            continue  # where lines lead back says nothing about where a box should stand
        pulls = beam.weak_pulls if end.side is Side.LANE and port.side is not Side.LANE else beam.pulls
        pulls.append((end.cell, end.offset - port.offset))


def _ends(pulls: list[Pull]) -> list[float]:
    return sorted(cell.axis + distance for cell, distance in pulls)


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
