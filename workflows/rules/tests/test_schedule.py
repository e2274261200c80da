"""Schedules come in the wall time of their zone, also where the clocks change."""

from datetime import UTC, datetime
from itertools import islice
from time import process_time

import pytest

from workflows.rules import schedule

NEW_YORK = "America/New_York"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "zone", "slot"),
    [
        ("0 8 * * 1-5", utc(2026, 3, 6, 8), "UTC", utc(2026, 3, 9, 8)),
        ("0 8 * * 1-5", utc(2026, 3, 6, 7, 59), "UTC", utc(2026, 3, 6, 8)),
        ("0 8 * * *", utc(2026, 3, 1), "Asia/Kolkata", utc(2026, 3, 1, 2, 30)),
        ("30 2 * * *", utc(2026, 3, 8, 5), NEW_YORK, utc(2026, 3, 8, 7)),
        ("30 1 * * *", utc(2026, 11, 1, 4), NEW_YORK, utc(2026, 11, 1, 5, 30)),
        ("0 0 29 2 *", utc(2026, 3, 1), "UTC", utc(2028, 2, 29)),
        ("0 0 L * *", utc(2026, 2, 1), "UTC", utc(2026, 2, 28)),
    ],
)
def test_when_the_next_slot_is(cron: str, after: datetime, zone: str, slot: datetime) -> None:
    assert schedule.following(cron, after, zone) == slot


def test_the_hour_that_comes_twice_has_one_slot() -> None:
    found = list(islice(schedule.slots("30 1 * * *", utc(2026, 10, 31), NEW_YORK), 3))
    assert found == [utc(2026, 10, 31, 5, 30), utc(2026, 11, 1, 5, 30), utc(2026, 11, 2, 6, 30)]


@pytest.mark.parametrize(
    "cron",
    ["", "* * * *", "* * * * * *", "60 * * * *", "0 0 31 2 *", "@daily", "9**9**9 * * * *", "1," * 60 + "1 * * * *"],
)
def test_what_is_no_schedule_is_refused_at_once(cron: str) -> None:
    started = process_time()
    with pytest.raises(ValueError, match="five fields"):
        schedule.check(cron)
    assert process_time() - started < 0.05


def test_a_schedule_in_words() -> None:
    assert schedule.in_words("0 8 * * 1-5") == "At 08:00 on Monday through Friday"
