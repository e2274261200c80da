"""Moments in words, in the reader's zone: "2 h late", "Today 17:00", "5 min ago". Pure."""

from datetime import datetime, timedelta, tzinfo

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = 4 * HOUR
"""How near a due time must be to be worth a second look."""

GROUPS = {
    "overdue": "Overdue",
    "today": "Today",
    "week": "Next 7 days",
    "later": "Later",
    "none": "No date",
}


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "5 min", "2 h", "3 d", "6 wk"."""
    if length < HOUR:
        return f"{max(length // MINUTE, 1)} min"
    if length < DAY:
        return f"{length // HOUR} h"
    if length < 21 * DAY:
        return f"{length // DAY} d"
    return f"{length // (7 * DAY)} wk"


def absolute(moment: datetime, zone: tzinfo) -> str:
    """The whole truth, with the zone's name: "Tue 17 Mar 2026, 11:30 CET"."""
    return f"{moment.astimezone(zone):%a %-d %b %Y, %H:%M %Z}"


def due(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """When open work is due, as short as it is clear."""
    if moment < now:
        return f"{span(now - moment)} late"
    if moment - now < HOUR:
        return f"in {span(moment - now)}"
    return _day(moment, now, zone, with_time=True)


def ago(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """When something happened."""
    if now - moment < MINUTE:
        return "just now"
    if now - moment < 6 * HOUR:
        return f"{span(now - moment)} ago"
    return _day(moment, now, zone, with_time=True)


def _day(moment: datetime, now: datetime, zone: tzinfo, *, with_time: bool) -> str:
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    distance = (local.date() - today).days
    clock = f" {local:%H:%M}" if with_time else ""
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get(distance)
    if near:
        return near + clock
    if 0 < distance < 7:
        return f"{local:%a}{clock}"
    return f"{local:%-d %b}" if local.year == today.year else f"{local:%-d %b %Y}"


def group(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    """The key of GROUPS that open work due at `moment` stands under."""
    if moment is None:
        return "none"
    if moment < now:
        return "overdue"
    local, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if local == today:
        return "today"
    return "week" if local <= today + timedelta(days=7) else "later"
