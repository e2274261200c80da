"""Templates in words for people, and what people write taken apart again. Pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

HOUR = timedelta(hours=1)


def label_of(variable: str) -> str:
    """`customer.first_name` is "Customer, first name"."""
    words = variable.replace(".", ", ").replace("_", " ").replace("-", " ").strip() or variable
    return words[:1].upper() + words[1:]


def hours_in_words(length: timedelta | None) -> str:
    """`2 days 4 hours`; minutes below that."""
    if length is None:
        return ""
    minutes = int(length / timedelta(minutes=1))
    parts = ((minutes // 1_440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    return " ".join(f"{count} {word}{'s' if count != 1 else ''}" for count, word in parts if count) or "at once"


def lines_of(text: str) -> list[str]:
    """What stands on each line that is not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def nested(values: Iterable[tuple[str, Any]]) -> Mapping[str, Any]:
    """`customer.name` and `customer.mail` are two entries of `customer`."""
    found: dict[str, Any] = {}
    for path, value in sorted(values, key=lambda pair: pair[0].count("."), reverse=True):
        *parents, last = path.split(".")
        place = found
        for name in parents:
            place = place.setdefault(name, {})
        place.setdefault(last, value)
    return found
