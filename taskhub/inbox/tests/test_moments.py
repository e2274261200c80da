from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from taskhub.inbox import moments

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 17, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-20), "1 min late"),
        (timedelta(hours=-2), "2 h late"),
        (timedelta(days=-3), "3 d late"),
        (timedelta(days=-60), "8 wk late"),
        (timedelta(minutes=25), "in 25 min"),
        (timedelta(hours=3), "Today 14:30"),
        (timedelta(days=1), "Tomorrow 11:30"),
        (timedelta(days=3), "Fri 11:30"),
        (timedelta(days=30), "16 Apr"),
        (timedelta(days=365), "17 Mar 2027"),
    ],
)
def test_a_due_time_is_as_short_as_it_is_clear(distance: timedelta, words: str) -> None:
    assert moments.due(NOW + distance, NOW, BERLIN) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=9), "Today 02:30"),
        (timedelta(days=1), "Yesterday 11:30"),
        (timedelta(days=20), "25 Feb"),
    ],
)
def test_the_past_is_told_by_its_distance_first_and_by_its_date_later(distance: timedelta, words: str) -> None:
    assert moments.ago(NOW - distance, NOW, BERLIN) == words


def test_the_absolute_time_names_its_zone() -> None:
    assert moments.absolute(NOW, BERLIN) == "Tue 17 Mar 2026, 11:30 CET"
    assert moments.absolute(NOW, KOLKATA) == "Tue 17 Mar 2026, 16:00 IST"


def test_today_is_the_readers_today() -> None:
    late_evening_in_new_york = datetime(2026, 3, 18, 3, 0, tzinfo=UTC)
    assert moments.group(late_evening_in_new_york, NOW, NEW_YORK) == "today"
    assert moments.group(late_evening_in_new_york, NOW, BERLIN) == "week"


def test_a_day_on_which_clocks_change_is_still_one_day() -> None:
    saturday_noon = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    sunday_noon_in_summer_time = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)
    assert moments.due(sunday_noon_in_summer_time, saturday_noon, BERLIN) == "Tomorrow 12:00"


@pytest.mark.parametrize(
    ("distance", "group"),
    [
        (timedelta(minutes=-1), "overdue"),
        (timedelta(hours=1), "today"),
        (timedelta(days=7), "week"),
        (timedelta(days=9), "later"),
    ],
)
def test_open_work_stands_under_the_group_of_its_due_date(distance: timedelta, group: str) -> None:
    assert moments.group(NOW + distance, NOW, BERLIN) == group


def test_work_without_a_due_date_stands_last() -> None:
    assert moments.group(None, NOW, BERLIN) == "none"
    assert list(moments.GROUPS)[-1] == "none"
