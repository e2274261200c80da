"""Lays a graph out in layers: the same graph always gives the same picture, whatever the order of its edges.

flow (which way, which rank) -> sheet (cells, links) -> order (few crossings) -> align (what is straight) -> ports
(room) -> place (across) -> channels and trace (along). By construction no boxes overlap, and lines run only through
channels and lanes, so never through a box.
"""

from dataclasses import replace

from .align import align
from .axes import Axes, Direction
from .cards import card
from .drawing import Drawing
from .flow import components, flow
from .graph import Graph
from .order import arrange
from .place import place
from .ports import fit
from .sheet import spread
from .trace import Trace

BETWEEN_PARTS = 48
MOST_CELLS = 10_000
"""Boxes and lanes. So many take about a second, and are more than anybody can follow."""


class TooLarge(ValueError):
    """The graph would need more boxes and lanes than a picture may have; its text twin still says it all."""


def layout(graph: Graph, direction: Direction = Direction.RIGHT) -> Drawing:
    """The picture of `graph`. Parts that nothing connects stand beside each other. Raises TooLarge."""
    axes = Axes(Direction(direction))
    parts = [_lay_out(part, axes) for part in components(graph)]
    return parts[0] if len(parts) == 1 else _together(parts, axes)


def _lay_out(graph: Graph, axes: Axes) -> Drawing:
    flowing = flow(graph)
    if flowing.lanes() + len(graph.nodes) > MOST_CELLS:
        raise TooLarge(f"{len(graph.nodes)} steps with such long lines between them are too many for a picture.")
    sheet = spread(flowing, [card(node) for node in graph.nodes])
    arrange(sheet)
    align(sheet, flowing)
    fit(sheet, axes)
    across = place(sheet)
    return Trace(sheet, axes, graph.nodes).drawing(across)


def _together(parts: list[Drawing], axes: Axes) -> Drawing:
    """Several drawings in one, one after the other across the flow."""
    moved: list[Drawing] = []
    along, across = 0.0, 0.0
    for part in parts:
        dx, dy = axes.point(0.0, across)
        moved.append(_moved(part, dx, dy))
        length, extent = axes.point(part.width, part.height)
        along, across = max(along, length), across + extent + BETWEEN_PARTS
    width, height = axes.point(along, max(across - BETWEEN_PARTS, 0.0))
    return Drawing(
        width,
        height,
        tuple(box for part in moved for box in part.boxes),
        tuple(wire for part in moved for wire in part.wires),
        tuple(caption for part in moved for caption in part.captions),
    )


def _moved(drawing: Drawing, dx: float, dy: float) -> Drawing:
    return Drawing(
        drawing.width,
        drawing.height,
        tuple(replace(box, x=box.x + dx, y=box.y + dy) for box in drawing.boxes),
        tuple(replace(wire, points=tuple((x + dx, y + dy) for x, y in wire.points)) for wire in drawing.wires),
        tuple(replace(caption, x=caption.x + dx, y=caption.y + dy) for caption in drawing.captions),
    )
