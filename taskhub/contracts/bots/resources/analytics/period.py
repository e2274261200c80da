"""From when to when: days or moments in a query string. A day is one of the caller's time zone and counts whole."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from accounts.actor import Actor
from taskhub.contracts.fields import YEARS, Moment
from taskhub.contracts.pagination import bad_parameter

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HINT = "Must be a day such as 2026-03-21, or a date and time such as 2026-03-21T10:00:00Z."


def period(query: QueryDict, actor: Actor) -> tuple[datetime | None, datetime | None]:
    """The first moment that `from` means and the first after what `to` means. Raises Refused."""
    since = _edge(query, "from", actor, timedelta())
    until = _edge(query, "to", actor, timedelta(days=1))
    if since is not None and until is not None and until <= since:
        raise bad_parameter("to", "Must be after from.")
    return since, until


def _edge(query: QueryDict, name: str, actor: Actor, whole_day: timedelta) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        if DAY.fullmatch(text):
            return _midnight(date.fromisoformat(text) + whole_day, actor)
        moment: datetime = Moment().run_validation(text)
    except (ValueError, OverflowError, ValidationError):
        raise bad_parameter(name, HINT) from None
    return moment


def _midnight(day: date, actor: Actor) -> datetime:
    if day.year not in YEARS:
        raise ValueError(day)
    return datetime.combine(day, time(), ZoneInfo(actor.timezone))
