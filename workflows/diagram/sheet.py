"""The sheet on which the layout works: layers of cells, and links through the channels between the layers.

Works in two directions of its own: *along* the flow and *across* it; only `axes.py` knows which of them is x. A cell is
the place of a box, or a lane that lets a long line pass through the layer. Long lines to the same node share their
lanes: that they merge says only that they lead to the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum

from .cards import Caption, Card, caption
from .flow import Arc, Flow


class Side(Enum):
    """Where a port is on its cell."""

    IN = "in"
    OUT = "out"
    LANE = "lane"
    BACK_OUT = "back out"
    BACK_IN = "back in"
    LOOP = "loop"


BELOW = frozenset({Side.BACK_OUT, Side.BACK_IN, Side.LOOP})
"""Ports whose line runs below the box, in a lane that is part of the box's cell."""


@dataclass(slots=True, eq=False)
class Port:
    """Where lines meet a cell. `offset` is its place across, from the cell's axis; `turn` its order within the cell."""

    cell: "Cell"
    side: Side
    caption: Caption | None = None
    reach: int = 0
    """How many layers its line leads back."""
    turn: int = 0
    offset: float = 0.0
    along: tuple[float, ...] = ()
    """For ports below a box: where their line meets it, from where the box begins."""
    links: list["Link"] = field(default_factory=list)
    taken: bool = False
    """Of a loop, which has no link."""

    @property
    def at(self) -> float:
        return self.cell.axis + self.offset

    @property
    def key(self) -> int:
        """The order of all ports of a layer."""
        return self.cell.place << 10 | self.turn


@dataclass(slots=True, eq=False)
class Cell:
    """A place in a layer: of a box (`node`), or of a lane."""

    layer: int
    node: int | None = None
    card: Card | None = None
    place: int = 0
    axis: float = 0.0
    middle: float = 0.0
    """Where the box's middle is across, from the cell's axis: lines go straight along the axis."""
    half: float = 0.0
    """Half of the box's extent across."""
    before: float = 0.0
    after: float = 0.0
    """How far the cell reaches across, from its axis."""
    ports: list[Port] = field(default_factory=list)
    left: list["Link"] = field(default_factory=list)
    right: list["Link"] = field(default_factory=list)

    @property
    def edge(self) -> float:
        """The far side of the box across, from the cell's axis."""
        return self.middle + self.half

    def port(self, side: Side, caption: Caption | None = None, reach: int = 0) -> Port:
        """A new port."""
        port = Port(self, side, caption, reach)
        self.ports.append(port)
        return port


@dataclass(slots=True, eq=False)
class Link:
    """A piece of line through one channel, between neighbouring layers. The line runs from right to left if `back`."""

    left: Port
    right: Port
    back: bool
    taken: bool
    straight: bool = False
    """Whether both ends lie on one axis; decided by `align`."""


@dataclass(slots=True)
class Sheet:
    """All of it. `channels[n]` lies between the layers n and n + 1."""

    boxes: list[Cell]
    layers: list[list[Cell]]
    channels: list[list[Link]]

    def add_lane(self, layer: int) -> Cell:
        cell = Cell(layer)
        cell.port(Side.LANE)
        self.layers[layer].append(cell)
        return cell

    def link(self, left: Port, right: Port, *, back: bool, taken: bool) -> None:
        link = Link(left, right, back, taken)
        left.links.append(link)
        right.links.append(link)
        left.cell.right.append(link)
        right.cell.left.append(link)
        self.channels[left.cell.layer].append(link)


def spread(flow: Flow, cards: list[Card]) -> Sheet:
    """Puts every node into the layer of its rank and leads every arc through the layers between."""
    depth = max(flow.rank, default=-1) + 1
    boxes = [Cell(rank, node, card) for node, (rank, card) in enumerate(zip(flow.rank, cards, strict=True))]
    sheet = Sheet(boxes, [[] for _ in range(depth)], [[] for _ in range(max(depth - 1, 0))])
    for box in boxes:
        sheet.layers[box.layer].append(box)
    _lead_forward(sheet, flow.forward)
    _lead_back(sheet, flow.back)
    for arc in flow.loops:
        sheet.boxes[arc.source].port(Side.LOOP, caption(arc.labels)).taken = arc.taken
    for box in boxes:
        _stack(box)
    return sheet


def _lead_forward(sheet: Sheet, lines: tuple[Arc, ...]) -> None:
    """Arcs without a label leave their node by one port, each labelled one by its own; all enter by one."""
    shared: dict[int, Port] = {}
    for target, arcs in _by_target(lines).items():
        inlet = sheet.boxes[target].port(Side.IN)
        begin = min(sheet.boxes[arc.source].layer for arc in arcs)
        taken_from = min((sheet.boxes[arc.source].layer for arc in arcs if arc.taken), default=inlet.cell.layer)
        lanes = [sheet.add_lane(layer).ports[0] for layer in range(begin + 1, inlet.cell.layer)]
        way = [*lanes, inlet]
        for one, next_one in zip(lanes, way[1:], strict=True):
            sheet.link(one, next_one, back=False, taken=one.cell.layer > taken_from)
        for arc in arcs:
            box = sheet.boxes[arc.source]
            label = caption(arc.labels)
            if label is None and arc.source not in shared:
                shared[arc.source] = box.port(Side.OUT)
            outlet = box.port(Side.OUT, label) if label else shared[arc.source]
            sheet.link(outlet, way[box.layer - begin], back=False, taken=arc.taken)


def _lead_back(sheet: Sheet, lines: tuple[Arc, ...]) -> None:
    """Arcs that lead back leave and enter below the boxes."""
    for target, arcs in _by_target(lines).items():
        inlet = sheet.boxes[target].port(Side.BACK_IN)
        begin = max(sheet.boxes[arc.source].layer for arc in arcs)
        taken_from = max((sheet.boxes[arc.source].layer for arc in arcs if arc.taken), default=inlet.cell.layer)
        lanes = [sheet.add_lane(layer).ports[0] for layer in range(inlet.cell.layer + 1, begin)]
        way = [inlet, *lanes]
        for next_one, one in zip(way, lanes, strict=False):
            sheet.link(next_one, one, back=True, taken=one.cell.layer < taken_from)
        for arc in arcs:
            box = sheet.boxes[arc.source]
            outlet = box.port(Side.BACK_OUT, caption(arc.labels), box.layer - inlet.cell.layer)
            sheet.link(way[box.layer - inlet.cell.layer - 1], outlet, back=True, taken=arc.taken)


_DEPTH = {Side.LOOP: 0, Side.BACK_IN: 1, Side.BACK_OUT: 2}


def _stack(box: Cell) -> None:
    """The order of the lanes below a box, such that none crosses another: see `ports.py` for where they meet it."""
    below = [port for port in box.ports if port.side in BELOW]
    for turn, port in enumerate(sorted(below, key=lambda port: (_DEPTH[port.side], port.reach)), start=1):
        port.turn = turn


def _by_target(lines: tuple[Arc, ...]) -> dict[int, list[Arc]]:
    found: defaultdict[int, list[Arc]] = defaultdict(list)
    for arc in lines:
        found[arc.target].append(arc)
    return dict(sorted(found.items()))
