"""Spans of days, in which work is counted ahead: the fewest that make up a period, and what of it is left over.

A day is one of UTC and has a number, counted from the first of 1970. No Django, no clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WIDTHS = (1, 32, 1024)
"""Days that a span may have, each 32 of the one before: at either end of a period are at most some thirty of each."""
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """Spans of one width, side by side: those that start in [start, end). None is without end."""

    width: int
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A part of a day or what lies outside of all days: the moments in [since, until). None is any."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Cover:
    """A period as the whole days in [start, end), which `rows` make up, and the edges that are left."""

    start: int
    end: int | None
    rows: Sequence[Row]
    edges: Sequence[Edge]


def day(moment: datetime) -> int:
    """The number of the day that the moment is in."""
    return (moment - _FIRST) // _DAY


def cover(since: datetime | None, until: datetime | None) -> Cover:
    """How to count what lies in [since, until)."""
    start = 0 if since is None else max(0, -((_FIRST - since) // _DAY))
    end = None if until is None else day(until)
    if end is not None and end <= start:
        return Cover(start, start, (), (Edge(since, until),))
    edges = []
    if since is not None and since < _moment(start):
        edges.append(Edge(since, _moment(start)))
    if until is not None and end is not None and _moment(end) < until:
        edges.append(Edge(_moment(end), until))
    return Cover(start, end, tuple(_rows(start, end, WIDTHS)), tuple(edges))


def _rows(start: int, end: int | None, widths: Sequence[int]) -> Iterator[Row]:
    """Narrow spans up to where wider ones begin, those, and narrow ones after them."""
    width, *wider = widths
    inner_start = -(-start // wider[0]) * wider[0] if wider else start
    inner_end = end // wider[0] * wider[0] if wider and end is not None else None
    if not wider or (inner_end is not None and inner_start >= inner_end):
        yield Row(width, start, end)
        return
    if start < inner_start:
        yield Row(width, start, inner_start)
    yield from _rows(inner_start, inner_end, wider)
    if inner_end is not None and end is not None and inner_end < end:
        yield Row(width, inner_end, end)


def _moment(number: int) -> datetime:
    return _FIRST + number * _DAY
