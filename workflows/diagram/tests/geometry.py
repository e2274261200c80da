"""What can be seen to be wrong with a picture: boxes that overlap, lines through boxes, captions on other things."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from workflows.diagram.drawing import Drawing, Wire
from workflows.diagram.graph import Graph


class Area(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Area", clear: float = 0.0) -> bool:
        """Whether they have a stretch in common, or come nearer to each other than `clear`."""
        return (
            self.left < other.right + clear
            and other.left < self.right + clear
            and self.top < other.bottom + clear
            and other.top < self.bottom + clear
        )


def boxes(drawing: Drawing) -> dict[str, Area]:
    return {box.node.key: Area(box.x, box.y, box.x + box.width, box.y + box.height) for box in drawing.boxes}


def captions(drawing: Drawing) -> list[Area]:
    return [Area(one.x, one.y, one.x + one.caption.width, one.y + one.caption.height) for one in drawing.captions]


def segments(wire: Wire) -> Iterator[Area]:
    for (x1, y1), (x2, y2) in pairwise(wire.points):
        yield Area(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def overlapping_boxes(drawing: Drawing, clear: float) -> list[tuple[str, str]]:
    found = combinations(boxes(drawing).items(), 2)
    return [(one, other) for (one, area), (other, second) in found if area.touches(second, clear)]


def lines_through_boxes(drawing: Drawing, clear: float) -> list[tuple[Wire, str]]:
    """Lines nearer to a box than `clear`, or through one that they begin or end at."""
    found = []
    for wire in drawing.wires:
        for key, area in boxes(drawing).items():
            needed = -0.01 if key in (wire.source, wire.target) else clear
            if any(segment.touches(area, needed) for segment in segments(wire)):
                found.append((wire, key))
    return found


def captions_on_something(drawing: Drawing) -> list[str]:
    """Captions that lie on a box, on a line or on each other."""
    areas = captions(drawing)
    found = [f"two captions: {one}, {other}" for one, other in combinations(areas, 2) if one.touches(other)]
    for caption in areas:
        found += [f"{caption} on {key}" for key, area in boxes(drawing).items() if caption.touches(area)]
        found += [
            f"{caption} on {wire}" for wire in drawing.wires if any(part.touches(caption) for part in segments(wire))
        ]
    return found


def outside(drawing: Drawing) -> list[object]:
    """What does not lie on the picture."""
    picture = Area(0, 0, drawing.width, drawing.height)
    areas = [*boxes(drawing).values(), *captions(drawing), *(part for wire in drawing.wires for part in segments(wire))]
    return [
        area
        for area in areas
        if area.left < picture.left
        or area.top < picture.top
        or area.right > picture.right
        or area.bottom > picture.bottom
    ]


def reached(drawing: Drawing, graph: Graph) -> dict[str, set[str]]:
    """Where the eye gets from each node along the lines."""
    begins: dict[object, list[Wire]] = {}
    for wire in drawing.wires:
        begins.setdefault(wire.points[0], []).append(wire)
    found: dict[str, set[str]] = {node.key: set() for node in graph.nodes}
    for node in graph.nodes:
        todo = [wire for wire in drawing.wires if wire.source == node.key]
        for wire in todo:
            if wire.target is not None:
                found[node.key].add(wire.target)
            else:
                todo.extend(begins[wire.points[-1]])
    return found


def oblique(drawing: Drawing) -> list[Wire]:
    """Lines with a piece that is neither level nor upright."""
    return [
        wire
        for wire in drawing.wires
        if any(part.left != part.right and part.top != part.bottom for part in segments(wire))
    ]
