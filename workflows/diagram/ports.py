"""Where lines meet their boxes, and what room each cell needs for that.

The straight line of a side meets the box near its middle, the others beside it in the order of where they lead. Lines
that lead back meet the box below, from its far end inwards: first where such lines arrive, then loops, then where they
leave; with the lanes stacked in the order loop, arriving, leaving, none of them crosses another.
"""

from itertools import accumulate, pairwise

from .axes import Axes, Direction
from .cards import Caption, shortened
from .sheet import BELOW, Cell, Port, Sheet, Side

INSET = 9
"""How far from a box's corner lines stay."""
STEP = 18
GROWTH = 12
"""By how much, on either side, a box grows for its straight line to meet its middle."""
LANE_BEFORE = 18
"""From a box, or its last lane, to the next line below it."""
LANE_HALF = 4


def fit(sheet: Sheet, axes: Axes) -> None:
    """Gives every port its offset and every cell its extent."""
    for layer in sheet.layers:
        for cell in layer:
            if cell.card is None:
                cell.before = cell.after = LANE_HALF
            else:
                _fit_box(cell, axes)


def _fit_box(cell: Cell, axes: Axes) -> None:
    assert cell.card is not None
    cell.half = axes.across(cell.card) / 2
    _fit_outlets(cell, [port for port in cell.ports if port.side is Side.OUT], axes)
    below = [port for port in cell.ports if port.side in BELOW]
    _fit_along(below, axes.along(cell.card), axes)
    reach = cell.edge
    for port in sorted(below, key=lambda port: port.turn):
        if port.side is Side.BACK_IN:
            reach = max(reach, cell.after)  # it comes from where the captions of the outlets are
        before, after = axes.around(port.caption)
        port.offset = reach + max(before + 4, LANE_BEFORE)
        reach = port.offset + after
    cell.after = max(cell.after, reach)


def _fit_outlets(cell: Cell, ports: list[Port], axes: Axes) -> None:
    """Stacks them from the straight one, which is on the axis, or around the axis; then makes the box reach them all:
    it grows a little, and stands askew if that does not suffice."""
    ports.sort(key=lambda port: sum(link.right.key for link in port.links) / len(port.links))
    around = [axes.around(port.caption) for port in ports] or [(0.0, 0.0)]
    offsets = list(accumulate((_step(*pair) for pair in pairwise(around)), initial=0.0))
    straight = [
        offset for offset, port in zip(offsets, ports, strict=False) if any(link.straight for link in port.links)
    ]
    origin = straight[0] if straight else offsets[-1] / 2
    for offset, port in zip(offsets, ports, strict=False):
        port.offset = offset - origin
    least, most = offsets[0] - origin, offsets[-1] - origin
    narrow, even = (most - least) / 2 + INSET, max(-least, most) + INSET
    cell.half = max(cell.half, min(even, max(cell.half, narrow) + GROWTH))
    cell.middle = min(max(0.0, most + INSET - cell.half), least - INSET + cell.half)
    cell.before = max(cell.half - cell.middle, around[0][0] - least)
    cell.after = max(cell.edge, most + around[-1][1])


def _step(one: tuple[float, float], other: tuple[float, float]) -> float:
    """From one port to the next."""
    return max(one[1] + other[0], STEP)


def _fit_along(ports: list[Port], extent: float, axes: Axes) -> None:
    """Places them along the box, from its far end; a caption that has no room before its line is shortened."""
    arriving = [port for port in ports if port.side is Side.BACK_IN]
    loops = [port for port in ports if port.side is Side.LOOP]
    leaving = sorted((port for port in ports if port.side is Side.BACK_OUT), key=lambda port: -port.turn)
    steps = len(arriving) + 2 * len(loops) + len(leaving)
    step = min(STEP + 2, extent / (steps + 1))
    at = extent - step
    for port in [*arriving, *loops, *leaving]:
        if port.side is Side.LOOP:
            inner = _inner(port.caption, extent, step, steps, axes)
            port.along = (at - inner, at)
            at -= inner
        else:
            port.along = (at,)
        at -= step
    for port in ports:
        _shorten(port, axes)


def _inner(caption: Caption | None, extent: float, step: float, steps: int, axes: Axes) -> float:
    """How wide a loop is: as its caption, if the others leave that much."""
    wanted = max(step, axes.caption_along(caption) + 16) if caption else step
    return min(wanted, extent - step * steps)


def _shorten(port: Port, axes: Axes) -> None:
    """Only a picture that flows to the right has captions along their lines; downwards they stand beside them."""
    if port.caption is None or axes.direction is Direction.DOWN:
        return
    room = port.along[0] - 10 if port.side is Side.BACK_OUT else port.along[1] - port.along[0] - 8
    port.caption = shortened(port.caption, max(room, 0))
