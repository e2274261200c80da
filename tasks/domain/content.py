"""Bounds of what may be written into a task. Every text and every list has one."""

from collections.abc import Sequence, Sized
from datetime import datetime

from .errors import InvalidInput

MAX_LENGTH = {
    "title": 500,
    "description": 50_000,
    "category": 63,
    "resolution": 10_000,
    "outcome": 80,
    "text": 10_000,
    "reason": 2_000,
    "item": 500,
    "note": 500,
}
REQUIRED = frozenset({"title", "text", "item"})
MAX_TAGS, MAX_TAG_LENGTH = 50, 100
MAX_ASSIGNEES = 100
MAX_REFERENCES = 100
MAX_METADATA_KEYS = 200
MAX_ITEMS = 100
"""Of a checklist."""
MAX_MINUTES = 60 * 24 * 366
"""Of one entry of time."""
YEARS = range(1900, 9999)
"""Where due times lie: at the ends of the calendar a moment does not exist in every time zone."""


def check_text(field: str, value: str) -> str:
    """`value` if it is within the bounds of `field`; else raises InvalidInput."""
    if field in REQUIRED and not value.strip():
        raise InvalidInput(f"The {field} must not be empty.", field=field)
    if len(value) > MAX_LENGTH[field]:
        raise InvalidInput(f"The {field} has at most {MAX_LENGTH[field]:,} characters.", field=field)
    return value


def check_count(field: str, values: Sized, most: int) -> None:
    """Raise InvalidInput if there are more than `most` values."""
    if len(values) > most:
        raise InvalidInput(f"There are at most {most} {field}.", field=field)


def check_tags(tags: Sequence[str]) -> list[str]:
    """The tags, each once and in order; raises InvalidInput if there are too many or one is empty or too long."""
    unique = list(dict.fromkeys(tags))
    check_count("tags", unique, MAX_TAGS)
    for tag in unique:
        if not tag.strip() or len(tag) > MAX_TAG_LENGTH:
            raise InvalidInput(f"A tag has 1 to {MAX_TAG_LENGTH} characters.", field="tags")
    return unique


def check_due(moment: datetime | None) -> datetime | None:
    """The due time if it lies within YEARS; else raises InvalidInput."""
    if moment is not None and moment.year not in YEARS:
        raise InvalidInput(f"A due time lies in the years {YEARS[0]} to {YEARS[-1]}.", field="due_at")
    return moment
