"""Spans of days: every moment of a period once, in few spans."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.spans import WIDTHS, cover, day

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.none() | st.integers(-60 * 24 * 60, 60 * 24 * 4000).map(lambda minutes: EPOCH + timedelta(minutes=minutes))
probes = st.lists(st.integers(0, 60 * 24 * 5000), min_size=1, max_size=20)


@given(since=moments, until=moments, probes=probes)
def test_every_moment_of_a_period_is_in_one_span_or_edge_and_no_other_is(
    since: datetime | None, until: datetime | None, probes: list[int]
) -> None:
    found = cover(since, until)
    near = [edge + timedelta(seconds=some) for edge in (since, until) if edge for some in (-1, 0, 1)]
    for moment in [*near, *(EPOCH + timedelta(minutes=minutes) for minutes in probes)]:
        if moment < EPOCH:
            continue
        wanted = (since is None or since <= moment) and (until is None or moment < until)
        spans = [
            row
            for row in found.rows
            if row.start <= day(moment) // row.width * row.width and (row.end is None or day(moment) < row.end)
        ]
        edges = [
            edge
            for edge in found.edges
            if (edge.since is None or edge.since <= moment) and (edge.until is None or moment < edge.until)
        ]
        assert len(spans) + len(edges) == wanted
        assert bool(spans) == (found.start <= day(moment) and (found.end is None or day(moment) < found.end))


@given(since=moments, until=moments)
def test_a_period_is_few_spans_that_stand_where_roll_ups_do(since: datetime | None, until: datetime | None) -> None:
    rows = cover(since, until).rows
    assert len(rows) <= 2 * len(WIDTHS) - 1
    for row in rows:
        assert row.start % row.width == 0
        if row.end is None:
            assert row.width == max(WIDTHS)
        else:
            assert row.end % row.width == 0
            assert row.width == max(WIDTHS) or (row.end - row.start) // row.width <= 62


def test_days_are_those_of_utc_and_edges_what_is_left() -> None:
    found = cover(EPOCH + timedelta(hours=1), EPOCH + timedelta(days=3, hours=2))
    assert (found.start, found.end) == (1, 3)
    assert [(edge.since, edge.until) for edge in found.edges] == [
        (EPOCH + timedelta(hours=1), EPOCH + timedelta(days=1)),
        (EPOCH + timedelta(days=3), EPOCH + timedelta(days=3, hours=2)),
    ]
    assert cover(EPOCH + timedelta(days=1), EPOCH + timedelta(days=2)).edges == ()
    assert cover(None, None).rows[0].end is None
