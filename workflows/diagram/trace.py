"""From a sheet whose cells all have their place across to points: how far along layers, tracks and captions stand."""

from itertools import accumulate

from .axes import Axes
from .channels import Turns, turns
from .drawing import Box, Drawing, Placed, Point, Wire
from .graph import Node
from .sheet import Cell, Link, Port, Sheet, Side

LEAST = 52
"""The least width of a channel."""
LEAVING, ARRIVING = 14, 24
"""Along: from a layer, or its captions, to the first track; from the last track to the next layer."""
BEFORE_CAPTION, AFTER_CAPTION = 8, 4
TRACK = 12


class Trace:
    """One sheet, traced."""

    def __init__(self, sheet: Sheet, axes: Axes, nodes: tuple[Node, ...]) -> None:
        self.sheet, self.axes, self.nodes = sheet, axes, nodes
        self.extents = [max((self._along(cell) for cell in layer), default=0.0) for layer in sheet.layers]
        self.captions = [self._captions(layer) for layer in sheet.layers]
        self.turns = [turns(links) for links in sheet.channels]
        widths = [self._channel(layer, found) for layer, found in enumerate(self.turns)]
        steps = [extent + width for extent, width in zip(self.extents, [*widths, 0.0], strict=True)]
        self.begins = list(accumulate(steps, initial=0.0))[: len(steps)]

    @property
    def length(self) -> float:
        """How far along the whole reaches."""
        return self.begins[-1] + self.extents[-1] if self.begins else 0.0

    def drawing(self, across: float) -> Drawing:
        width, height = self.axes.point(self.length, across)
        boxes = tuple(map(self._box, self.sheet.boxes))
        wires = [
            self._wire(link, found)
            for links, found in zip(self.sheet.channels, self.turns, strict=True)
            for link in links
        ]
        return Drawing(width, height, boxes, (*wires, *self._loops()), tuple(self._placed()))

    def _along(self, cell: Cell) -> float:
        return self.axes.along(cell.card) if cell.card else 0.0

    def _captions(self, layer: list[Cell]) -> float:
        """What the captions of lines that leave a layer take of the channel behind it."""
        found = [
            self.axes.caption_along(port.caption)
            for cell in layer
            for port in cell.ports
            if port.side is Side.OUT and port.caption
        ]
        return max(found) + BEFORE_CAPTION + AFTER_CAPTION if found else 0.0

    def _channel(self, layer: int, found: Turns) -> float:
        tracks = LEAVING + (found.count - 1) * TRACK if found.count else 0
        return max(self.captions[layer] + tracks + ARRIVING, LEAST)

    def _end(self, layer: int) -> float:
        return self.begins[layer] + self.extents[layer]

    def _begin(self, cell: Cell) -> float:
        """Where a cell's box begins: boxes stand in the middle of their layer."""
        return self.begins[cell.layer] + (self.extents[cell.layer] - self._along(cell)) / 2

    def _box(self, cell: Cell) -> Box:
        assert cell.node is not None
        assert cell.card is not None
        x, y = self.axes.point(self._begin(cell), cell.axis + cell.middle - cell.half)
        width, height = self.axes.point(self._along(cell), cell.half * 2)
        return Box(self.nodes[cell.node], cell.card, x, y, width, height)

    def _wire(self, link: Link, found: Turns) -> Wire:
        left, right = self._ends(link.left, leaving=True), self._ends(link.right, leaving=False)
        bend: list[Point] = []
        if link in found.track:
            at = self._end(link.left.cell.layer) + self.captions[link.left.cell.layer] + LEAVING
            at += found.track[link] * TRACK
            bend = [(at, link.left.at), (at, link.right.at)]
        points = [*reversed(left), *bend, *right]
        if link.back:
            points.reverse()
        begin, end = (link.right, link.left) if link.back else (link.left, link.right)
        return Wire(self._points(points), link.taken, self._key(begin), self._key(end))

    def _ends(self, port: Port, *, leaving: bool) -> list[Point]:
        """The points of a line at one of its ends, from the channel to the box. A lane is crossed by the link that
        brings the line to it, so that pieces join without a gap."""
        cell = port.cell
        if port.side is Side.LANE:
            forward = not port.links[0].back
            near, far = self._end(cell.layer), self.begins[cell.layer]
            if not leaving:
                near, far = far, near
            return [(near, port.at)] if leaving == forward else [(near, port.at), (far, port.at)]
        if port.side is Side.OUT:
            return [(self._begin(cell) + self._along(cell), port.at)]
        if port.side is Side.IN:
            return [(self._begin(cell), port.at)]
        at = self._begin(cell) + port.along[0]
        return [(at, port.at), (at, cell.axis + cell.edge)]

    def _loops(self) -> list[Wire]:
        found = []
        for cell in self.sheet.boxes:
            for port in cell.ports:
                if port.side is Side.LOOP:
                    one, two = (self._begin(cell) + along for along in port.along)
                    edge = cell.axis + cell.edge
                    points = self._points([(two, edge), (two, port.at), (one, port.at), (one, edge)])
                    found.append(Wire(points, port.taken, self._key(port), self._key(port)))
        return found

    def _points(self, points: list[Point]) -> tuple[Point, ...]:
        return tuple(self.axes.point(*point) for point in dict.fromkeys(points))

    def _key(self, port: Port) -> str | None:
        return None if port.cell.node is None else self.nodes[port.cell.node].key

    def _placed(self) -> list[Placed]:
        found = []
        for cell in self.sheet.boxes:
            for port in cell.ports:
                if port.caption:
                    corner = self.axes.caption_at(port.caption, self._caption_along(port), port.at)
                    found.append(Placed(port.caption, *corner))
        return found

    def _caption_along(self, port: Port) -> float:
        """Where a caption begins: behind its layer, or before the line's place below the box."""
        assert port.caption is not None
        long = self.axes.caption_along(port.caption)
        if port.side is Side.OUT:
            return self._end(port.cell.layer) + BEFORE_CAPTION
        if port.side is Side.LOOP:
            return self._begin(port.cell) + (port.along[0] + port.along[1] - long) / 2
        return self._begin(port.cell) + port.along[0] - 8 - long
