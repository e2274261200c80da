"""Schedules: cron expressions of five fields, in the wall time of the organization's zone.

Where the clocks go forward, a time that does not exist is the first one after it; where they go back, it comes once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MAX_LENGTH = 100
_RULE = "must be a cron expression of five fields, like 0 8 * * 1-5"


def check(cron: str) -> str:
    """`cron` if it is a schedule that ever comes. Raises ValueError with words for a person."""
    if len(cron) > MAX_LENGTH or len(cron.split()) != 5 or not cron.isascii():
        raise ValueError(_RULE)
    try:
        next(CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration):
        raise ValueError(_RULE) from None
    return cron


def following(cron: str, moment: datetime, zone: str) -> datetime:
    """The first slot after `moment`."""
    return next(slots(cron, moment, zone))


def slots(cron: str, after: datetime, zone: str) -> Iterator[datetime]:
    """The slots after that moment, without end."""
    return (slot.astimezone(UTC) for slot in CronSim(cron, after.astimezone(ZoneInfo(zone))))


def in_words(cron: str) -> str:
    """The schedule for people: "At 08:00 on Monday through Friday"."""
    return CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC)).explain()
