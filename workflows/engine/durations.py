"""ISO 8601 durations of fixed length: weeks, days, hours, minutes, seconds. Months and years have none."""

import re
from datetime import timedelta

LONGEST = timedelta(days=3_650)
_FORM = re.compile(
    r"P(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_UNITS = (("H", 3_600), ("M", 60))


def parse_duration(text: str) -> timedelta:
    """The duration that `text` says: `PT48H`, `P2D`, `P1W`, `PT1H30M`. Raises ValueError with words for a person."""
    match = _FORM.fullmatch(text)
    parts = {unit: float(amount) for unit, amount in (match.groupdict() if match else {}).items() if amount}
    if not parts:
        raise ValueError("is not an ISO 8601 duration of weeks, days, hours, minutes and seconds, like PT48H or P2D")
    duration = timedelta(**parts)
    if not timedelta(0) < duration <= LONGEST:
        raise ValueError(f"must be longer than nothing and at most {LONGEST.days:,} days")
    return duration


def format_duration(duration: timedelta) -> str:
    """The ISO 8601 form of a duration that is not negative: `P1DT2H`."""
    rest = duration.seconds
    clock = ""
    for letter, length in _UNITS:
        amount, rest = divmod(rest, length)
        clock += f"{amount}{letter}" if amount else ""
    if rest or duration.microseconds:
        clock += f"{rest}{f'.{duration.microseconds:06}'.rstrip('0') if duration.microseconds else ''}S"
    days = f"{duration.days}D" if duration.days else ""
    return f"P{days}T{clock}" if clock else f"P{days or 'T0S'}"
