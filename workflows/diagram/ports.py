"""Where lines meet their boxes, and what room each cell needs for that.

The straight line of a side meets the box in its middle, the others beside it in the order of where they lead. Lines
that lead back meet the box below, from its far end inwards: first where such lines arrive, then loops, then where they
leave; with the lanes stacked in the order loop, arriving, leaving, none of them crosses another.
"""

from .axes import Axes, Direction
from .cards import Caption, shortened
from .sheet import BELOW, Cell, Port, Sheet, Side

INSET = 10
"""How far from a box's corner lines stay."""
STEP = 18
LANE_BEFORE = 16
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
    cell.before, cell.after = _fit_outlets(cell, [port for port in cell.ports if port.side is Side.OUT], axes)
    below = [port for port in cell.ports if port.side in BELOW]
    _fit_along(below, axes.along(cell.card), axes)
    reach = cell.half
    for port in sorted(below, key=lambda port: port.turn):
        if port.side is Side.BACK_IN:
            reach = max(reach, cell.after)  # it comes from where the captions of the outlets are
        before, after = axes.around(port.caption)
        port.offset = reach + max(before + 4, LANE_BEFORE)
        reach = port.offset + after
    cell.after = max(cell.after, reach)


def _fit_outlets(cell: Cell, ports: list[Port], axes: Axes) -> tuple[float, float]:
    """Stacks them such that the straight one is in the middle, or as near to it as the box is large; how far the cell
    reaches. A box grows only if its ports need more than all of it."""
    if not ports:
        return cell.half, cell.half
    ports.sort(key=lambda port: sum(link.right.key for link in port.links) / len(port.links))
    around = [axes.around(port.caption) for port in ports]
    at = 0.0
    for turn, port in enumerate(ports):
        if turn:
            at += max(around[turn - 1][1] + around[turn][0], STEP)
        port.offset = at
    cell.half = max(cell.half, at / 2 + INSET)
    straight = [port.offset for port in ports if any(link.straight for link in port.links)]
    most, least = cell.half - INSET, at - cell.half + INSET
    middle = min(max(straight[0], least), most) if straight else at / 2
    for port in ports:
        port.offset -= middle
    before, after = around[0][0] - ports[0].offset, ports[-1].offset + around[-1][1]
    return max(cell.half, before), max(cell.half, after)


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
    wanted = max(step, axes.caption_along(caption) + 10) if caption else step
    return min(wanted, extent - step * steps)


def _shorten(port: Port, axes: Axes) -> None:
    """Only a picture that flows to the right has captions along their lines; downwards they stand beside them."""
    if port.caption is None or axes.direction is Direction.DOWN:
        return
    room = port.along[0] - 10 if port.side is Side.BACK_OUT else port.along[1] - port.along[0] - 8
    port.caption = shortened(port.caption, max(room, 0))
