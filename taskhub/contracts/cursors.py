"""Pages of lists that are followed by a cursor: `{items, next, total?}`.

A page goes on after the last row that was seen, wherever rows are added meanwhile, and the last one costs what the
first did. Cursors are signed: they mean nothing to clients, and one that was made up or is of another list is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import OpenApiParameter

from tasks import queries

from .formats import Answer
from .pagination import bad_parameter, link, number

LIMIT, MOST = 50, 200
MAX_CURSOR = 500

Row = Any
Place = Sequence[Any]
"""Of a row in its list: the values that the list is ordered by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page is asked for: `limit` rows after the place `after`, and whether to say how many there are in all."""

    of: str
    limit: int = LIMIT
    after: Place | None = None
    total: bool = False


def wanted_of(query: QueryDict, of: str) -> Wanted:
    """The page of the list `of` that a query string asks for. Raises Refused for what cannot be meant."""
    limit = number(query, "limit", LIMIT, 1, MOST)
    cursor = query.get("cursor")
    after = None if cursor is None else _place(cursor, of)
    return Wanted(of, limit, after, flag(query, "total"))


def flag(query: QueryDict, name: str) -> bool:
    """Whether a query parameter says true; without it, it says false."""
    text = query.get(name, "false")
    if text not in ("true", "false"):
        raise bad_parameter(name, "Must be true or false.")
    return text == "true"


def _signer(of: str) -> Signer:
    return Signer(salt=f"taskhub.cursor.{of}", sep=".")


def cursor_after(of: str, place: Place) -> str:
    """The text that leads on from `place`."""
    return _signer(of).sign_object(list(place))


def _place(cursor: str, of: str) -> Place:
    try:
        if len(cursor) > MAX_CURSOR:
            raise BadSignature
        place: Place = _signer(of).unsign_object(cursor)
    except BadSignature:
        raise bad_parameter("cursor", "Must be what `next` of a page of this list was.") from None
    return place


def page_of_rows(
    request: HttpRequest,
    rows: QuerySet[Any, Any],
    of: str,
    show: Callable[[Sequence[Row]], Any],
    *,
    by: str = "pk",
) -> Answer:
    """A page of `rows`, the largest number in the column `by` first. One query, and one or two for a total."""
    wanted = wanted_of(request.GET, of)
    after = rows if wanted.after is None else rows.filter(**{f"{by}__lt": wanted.after[0]})
    found = list(after.order_by(f"-{by}")[: wanted.limit + 1])
    return page(request, wanted, found, show, place=lambda row: [getattr(row, by)], count=lambda: queries.total(rows))


def page(
    request: HttpRequest,
    wanted: Wanted,
    found: Sequence[Row],
    show: Callable[[Sequence[Row]], Any],
    *,
    place: Callable[[Row], Place],
    count: Callable[[], tuple[int, bool]] | None = None,
) -> Answer:
    """The answer to a request for a page, of which up to one row more than was wanted has been found."""
    shown = found[: wanted.limit]
    following = cursor_after(wanted.of, place(shown[-1])) if len(found) > wanted.limit else None
    body: dict[str, Any] = {"items": show(shown), "next": following}
    headers: dict[str, str] = {}
    if following:
        headers["Link"] = link(request, "next", cursor=following, limit=str(wanted.limit))
    if wanted.total and count is not None:
        body["total"], is_exact = count()
        headers |= {} if is_exact else {"X-Total-Estimated": "true"}
    return Answer(body, headers=headers)


def parameters(*, counted: bool = True) -> list[OpenApiParameter]:
    """How the query parameters of `wanted_of` stand in an OpenAPI document."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    cursor = {"type": "string", "maxLength": MAX_CURSOR}
    total = {"type": "boolean", "default": False}
    found = [
        OpenApiParameter("limit", limit, description="Rows on a page."),
        OpenApiParameter("cursor", cursor, description="`next` of the page before."),
    ]
    words = "Whether to say how many there are: exactly up to 10,000, else estimated (`X-Total-Estimated`)."
    return [*found, OpenApiParameter("total", total, description=words)] if counted else found
