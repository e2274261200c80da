"""The list's documented filters, read from the query string."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from accounts.ids import parse_uuid
from taskhub.contracts.pagination import bad_parameter
from tasks.models import Priority

from .mapping import STATUSES

FLAGS = {"true": True, "1": True, "false": False, "0": False}


def read(query: QueryDict) -> dict[str, Any]:
    """Name -> value of the filters that are there. Raises Refused for a value that means nothing."""
    given: dict[str, Any] = {}
    if (text := query.get("status")) is not None:
        given["states"] = _states(text)
    if (text := query.get("is_urgent")) is not None:
        given["is_urgent"] = _flag(text)
    if text := query.get("category"):
        given["category"] = text
    if (text := query.get("not_created_by")) is not None:
        given["not_created_by"] = _user(text)
    return given


def conditions(given: Mapping[str, Any]) -> Q:
    """What these values ask for."""
    wanted = Q()
    if "states" in given:
        wanted &= Q(state__in=given["states"])
    if "is_urgent" in given:
        urgent = Q(priority=Priority.URGENT)
        wanted &= urgent if given["is_urgent"] else ~urgent
    if "category" in given:
        wanted &= Q(category=given["category"])
    if "not_created_by" in given:
        wanted &= ~Q(created_by__uuid=given["not_created_by"])
    return wanted


def _states(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in words if word not in STATUSES]
    if unknown or not words:
        raise bad_parameter("status", f"Must be one of {', '.join(STATUSES)}.")
    return tuple(STATUSES[word].value for word in words)


def _flag(text: str) -> bool:
    if text.lower() not in FLAGS:
        raise bad_parameter("is_urgent", "Must be true or false.")
    return FLAGS[text.lower()]


def _user(text: str) -> UUID:
    user = parse_uuid(text)
    if user is None:
        raise bad_parameter("not_created_by", "Must be a user's UUID.")
    return user
