"""The list's documented filters, read from the query string."""

from django.db.models import Q
from django.http import QueryDict

from accounts.ids import parse_uuid
from taskhub.contracts.pagination import bad_parameter
from tasks.models import Priority

from .mapping import STATUSES

FLAGS = {"true": True, "1": True, "false": False, "0": False}


def conditions(query: QueryDict) -> Q:
    """What the filters ask for. Raises Refused for a value that means nothing."""
    wanted = Q()
    if (text := query.get("status")) is not None:
        wanted &= Q(state__in=_states(text))
    if (text := query.get("is_urgent")) is not None:
        urgent = Q(priority=Priority.URGENT)
        wanted &= urgent if _flag(text) else ~urgent
    if text := query.get("category"):
        wanted &= Q(category=text)
    if (text := query.get("not_created_by")) is not None:
        wanted &= _not_by(text)
    return wanted


def _states(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in words if word not in STATUSES]
    if unknown or not words:
        raise bad_parameter("status", f"Must be one of {', '.join(STATUSES)}.")
    return [STATUSES[word].value for word in words]


def _flag(text: str) -> bool:
    if text.lower() not in FLAGS:
        raise bad_parameter("is_urgent", "Must be true or false.")
    return FLAGS[text.lower()]


def _not_by(text: str) -> Q:
    user = parse_uuid(text)
    if user is None:
        raise bad_parameter("not_created_by", "Must be a user's UUID.")
    return ~Q(created_by__uuid=user)
