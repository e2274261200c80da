"""The list's documented filters and orders, read from the query string."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from accounts.actor import Actor
from taskhub.contracts.bots import paging
from taskhub.contracts.bots.mapping import PRIORITIES, STATES, STATUSES
from taskhub.contracts.fields import Moment
from taskhub.contracts.pagination import bad_parameter
from tasks import queries
from tasks.domain.content import MAX_TAGS
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment

SORTS = {"created_at": "id", "due_date": "due_at", "priority": "priority", "updated_at": "updated_at"}
"""Word -> column. Ids are given in the order of creation."""
ORDERS = ("asc", "desc")
_MOMENT = Moment()

PARAMETERS = [
    OpenApiParameter("status", enum=list(STATUSES), description="Several with commas."),
    OpenApiParameter("assignee", description="A username."),
    OpenApiParameter("priority", enum=list(PRIORITIES), description="Several with commas."),
    OpenApiParameter("due_before", description="A date, or a date and time."),
    OpenApiParameter("due_after", description="A date, or a date and time."),
    OpenApiParameter("tags", description="With commas: tasks that bear all of them."),
    OpenApiParameter("sort", enum=list(SORTS), default="created_at"),
    OpenApiParameter("order", enum=list(ORDERS), default="desc"),
    *paging.PARAMETERS,
]


def read(query: QueryDict) -> dict[str, Any]:
    """Name -> value of the filters that are there. Raises Refused for a value that means nothing."""
    given: dict[str, Any] = {}
    if (text := query.get("status")) is not None:
        words = _words("status", text, STATUSES)
        given["states"] = tuple(state.value for state, word in STATES.items() if word in words)
    if (text := query.get("priority")) is not None:
        given["priorities"] = tuple(PRIORITIES[word] for word in _words("priority", text, PRIORITIES))
    if text := query.get("assignee"):
        given["assignee"] = text
    if (text := query.get("due_before")) is not None:
        given["due_before"] = _moment("due_before", text)
    if (text := query.get("due_after")) is not None:
        given["due_after"] = _moment("due_after", text)
    if text := query.get("tags"):
        given["tags"] = dict(enumerate(_tags(text)))
    return given


def order_of(query: QueryDict) -> dict[str, str]:
    """How the rows are to be ordered. Raises Refused."""
    column = SORTS[_word("sort", query.get("sort", "created_at"), SORTS)]
    return {"by": column, "order": _word("order", query.get("order", "desc"), ORDERS)}


def conditions(actor: Actor, given: Mapping[str, Any]) -> Q:
    """What these values ask for."""
    wanted = Q()
    if "states" in given:
        wanted &= Q(state__in=given["states"])
    if "priorities" in given:
        wanted &= Q(priority__in=given["priorities"])
    if "assignee" in given:
        wanted &= _assigned_to(actor, given["assignee"])
    if "due_before" in given:
        wanted &= Q(due_at__lt=given["due_before"])
    if "due_after" in given:
        wanted &= Q(due_at__gt=given["due_after"])
    for tag in given.get("tags", {}).values():
        wanted &= queries.tagged(tag)
    return wanted


def ordering(column: str, order: str) -> tuple[Any, ...]:
    """What has no due date stands last either way, and the newest first among equals."""
    descends = order == "desc"
    first = F(column).desc(nulls_last=True) if descends else F(column).asc(nulls_last=True)
    if column == "id":
        return ("-id" if descends else "id",)
    return first, "-id"


def _word(name: str, text: str, known: Any) -> str:
    if text not in known:
        raise bad_parameter(name, f"Must be one of {', '.join(known)}.")
    return text


def _words(name: str, text: str, known: Any) -> set[str]:
    return {_word(name, word.strip(), known) for word in text.split(",")}


def _assigned_to(actor: Actor, username: str) -> Q:
    shares = Assignment.objects.filter(organization_id=actor.organization_id, user__username=username)
    return Q(pk__in=shares.exclude(state=ShareState.REPLACED).order_by().values("task_id"))


def _moment(name: str, text: str) -> datetime:
    # Query strings spell a plus sign as a space.
    spelled = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        if len(spelled) == 10:
            return datetime.combine(date.fromisoformat(spelled), time(), tzinfo=UTC)
        return _MOMENT.to_internal_value(spelled)
    except (ValueError, ValidationError):
        raise bad_parameter(name, "Must be a date such as 2026-03-21, or a date and time.") from None


def _tags(text: str) -> list[str]:
    tags = list(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))
    if len(tags) > MAX_TAGS:
        raise bad_parameter("tags", f"There are at most {MAX_TAGS} tags.")
    return tags
