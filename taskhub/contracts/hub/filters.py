"""What lists are asked to show: every parameter is known, and each value means something, or the request is refused."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from accounts.ids import parse_uuid
from taskhub.contracts.fields import Moment
from taskhub.contracts.pagination import bad_parameter

MAX_TEXT = 200

Read = Callable[[QueryDict, str], Any]
"""Takes the value of a parameter that is there, or raises Refused."""


def check_names(query: QueryDict, known: Iterable[OpenApiParameter]) -> None:
    """Refuse a parameter that the list does not have, and one that stands there twice."""
    names = {parameter.name for parameter in known}
    for name, values in query.lists():
        if name not in names:
            raise bad_parameter(name[:80], f"Is not known here. Known are {', '.join(sorted(names))}.")
        if len(values) > 1:
            raise bad_parameter(name, "Stands there twice.")


def read(query: QueryDict, filters: Mapping[str, tuple[str, Read]]) -> dict[str, Any]:
    """What the query says with `filters`, parameter -> column and how its value is read: column -> value, for `Q`."""
    return {column: value(query, name) for name, (column, value) in filters.items() if name in query}


def text(query: QueryDict, name: str) -> str:
    found: str = query.get(name, "")
    if len(found) > MAX_TEXT:
        raise bad_parameter(name, f"Has more than {MAX_TEXT} characters.")
    return found


def one_of(known: Collection[str]) -> Read:
    """One of the known words."""

    def read(query: QueryDict, name: str) -> str:
        found: str = query.get(name, "")
        if found not in known:
            raise bad_parameter(name, f"Must be one of {', '.join(known)}.")
        return found

    return read


def uuid(query: QueryDict, name: str) -> UUID:
    found = parse_uuid(query.get(name))
    if found is None:
        raise bad_parameter(name, "Must be a UUID.")
    return found


def whole(query: QueryDict, name: str) -> int:
    """The number of a version."""
    found: str = query.get(name, "")
    if not (found.isascii() and found.isdigit() and len(found) < 10 and int(found)):
        raise bad_parameter(name, "Must be a whole number from 1.")
    return int(found)


def moment(query: QueryDict, name: str) -> datetime:
    try:
        found: datetime = Moment().run_validation(query.get(name))
    except ValidationError:
        raise bad_parameter(name, "Must be a date and time such as 2026-03-21T10:00:00Z.") from None
    return found
