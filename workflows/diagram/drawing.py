"""A picture, laid out: where everything stands, in x and y. What the layout hands to whoever draws."""

from dataclasses import dataclass

from .cards import Caption, Card
from .graph import Node

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place. It may be larger than its card."""

    node: Node
    card: Card
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Wire:
    """A piece of line with right angles. It begins at a box or where another piece ends; likewise its end."""

    points: tuple[Point, ...]
    taken: bool
    source: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A caption in its place."""

    caption: Caption
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture, from (0, 0) to (width, height)."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    captions: tuple[Placed, ...]
