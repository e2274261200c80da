"""Lines as SVG path data: rounded where they turn, with a head where they arrive."""

from math import hypot

from .drawing import Drawing, Point, Wire

RADIUS = 8.0
BEHIND = 4.0
HEAD, HALF_HEAD = 9.0, 4.5


def number(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{round(value, 1):g}"


def lines(drawing: Drawing, *, taken: bool) -> str:
    """All lines of the drawing that were taken, or that were not, as one path."""
    return "".join(line(wire) for wire in drawing.wires if wire.taken is taken)


def heads(drawing: Drawing, *, taken: bool) -> str:
    """The heads of those lines. Where several arrive in one place, one head is enough."""
    ends = {wire.points[-2:]: wire.taken for wire in sorted(drawing.wires, key=lambda wire: wire.taken) if wire.target}
    arrivals = {(points[-1], direction(*points)): was_taken for points, was_taken in ends.items()}
    return "".join(_head(*arrival) for arrival, was_taken in arrivals.items() if was_taken is taken)


def line(wire: Wire) -> str:
    """One piece. It begins a little inside its box, whose corners are round, and ends inside its head."""
    points = list(wire.points)
    if wire.source:
        dx, dy = direction(points[0], points[1])
        x, y = points[0]
        points[0] = (x - dx * BEHIND, y - dy * BEHIND)
    if wire.target:
        dx, dy = direction(points[-2], points[-1])
        x, y = points[-1]
        points[-1] = (x - dx * HEAD / 2, y - dy * HEAD / 2)
    corners = zip(points, points[1:], points[2:], strict=False)
    return f"M{_at(points[0])}{''.join(_corner(*corner) for corner in corners)}L{_at(points[-1])}"


def direction(begin: Point, end: Point) -> Point:
    """Where a straight piece leads, as a vector of length 1."""
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    length = hypot(dx, dy) or 1.0
    return dx / length, dy / length


def _corner(before: Point, corner: Point, after: Point) -> str:
    into, out = direction(before, corner), direction(corner, after)
    if into == out:
        return ""
    radius = min(RADIUS, _distance(before, corner) / 2, _distance(corner, after) / 2)
    x, y = corner
    begin, end = (x - into[0] * radius, y - into[1] * radius), (x + out[0] * radius, y + out[1] * radius)
    return f"L{_at(begin)}Q{_at(corner)} {_at(end)}"


def _head(tip: Point, leading: Point) -> str:
    (x, y), (dx, dy) = tip, leading
    base = (x - dx * HEAD, y - dy * HEAD)
    one = (base[0] - dy * HALF_HEAD, base[1] + dx * HALF_HEAD)
    two = (base[0] + dy * HALF_HEAD, base[1] - dx * HALF_HEAD)
    return f"M{_at(tip)}L{_at(one)}L{_at(two)}Z"


def _distance(one: Point, two: Point) -> float:
    return abs(one[0] - two[0]) + abs(one[1] - two[1])


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
