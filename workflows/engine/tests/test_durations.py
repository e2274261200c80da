"""ISO 8601 durations of fixed length."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.engine.durations import LONGEST, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT48H", timedelta(hours=48)),
        ("P2D", timedelta(days=2)),
        ("P1W", timedelta(weeks=1)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("PT90S", timedelta(seconds=90)),
    ],
)
def test_what_a_duration_says(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "1D",
        "P1M",
        "P1Y",
        "p1d",
        "P-1D",
        "PT1H30",
        "P1.5D",
        "PT0S",
        "P3651D",
        "P1D ",
        "P٣D",
        "P" + "9" * 50 + "D",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=LONGEST))
def test_a_duration_is_read_as_it_was_written(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration
