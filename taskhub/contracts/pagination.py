"""Pages of lists: bounded in size, told how many there are, and linked.

A page is asked for by `limit` and `offset`. The links to the next page use `cursor` instead, the place after the last
row: following them shows each row once, also while others are added, and the last page costs no more than the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import OpenApiParameter

from tasks import queries
from tasks.models.task import TaskQuerySet

from .contract import Fault, Kind
from .problems import Refused

MAX_OFFSET = 10_000
MAX_CURSOR = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted. `after` is the id of the last row already seen, None on a page asked for by offset."""

    limit: int
    offset: int = 0
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows there are in all; `is_exact` is False for the planner's estimate."""

    count: int
    is_exact: bool = True


def page_of(query: QueryDict, *, default: int, most: int) -> Page:
    """The page that a query string asks for. Raises Refused for what is no number or out of bounds."""
    limit = number(query, "limit", default, 1, most)
    offset = number(query, "offset", 0, 0, MAX_OFFSET)
    after = number(query, "cursor", 0, 1, MAX_CURSOR) if "cursor" in query else None
    return Page(limit, offset, after)


def number(query: QueryDict, name: str, default: int, least: int, most: int) -> int:
    """A whole number between `least` and `most` in the query string, or `default`."""
    text = query.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    raise bad_parameter(name, f"Must be a whole number from {least} to {most}.")


def bad_parameter(name: str, message: str) -> Refused:
    """The refusal of one query parameter."""
    return Refused(Kind.BAD_QUERY, f"{name}: {message}", faults=(Fault(("query", name), message),))


def parameters(*, default: int, most: int) -> list[OpenApiParameter]:
    """How the query parameters of `page_of` stand in an OpenAPI document."""
    limit = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    offset = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    cursor = {"type": "integer", "format": "int64", "minimum": 1, "maximum": MAX_CURSOR}
    return [
        OpenApiParameter("limit", limit, description="Rows on a page."),
        OpenApiParameter("offset", offset, description="Rows to leave out."),
        OpenApiParameter("cursor", cursor, description="Where the last page ended: from a `Link` header."),
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a page, how many rows there are on all pages, and whether there is a page after this one."""

    rows: list[dict[str, Any]]
    total: Total
    has_more: bool


def found_on(
    page: Page,
    wanted: TaskQuerySet,
    columns: Sequence[str],
    *,
    order: Sequence[Any] = ("-id",),
    extra: Mapping[str, Any] | None = None,
) -> Found:
    """What is on a page of the wanted rows, newest first or in `order`. One query up to queries.COUNT_CAP rows.

    `extra` are expressions that are read with the columns.
    """
    rows = wanted if page.after is None else wanted.filter(pk__lt=page.after)
    try:
        count = queries.counting(wanted)
    except EmptyResultSet:
        return Found([], Total(0), has_more=False)
    counted = {} if isinstance(count, int) else {"total": count}
    window = rows.order_by(*order).values(*columns, **counted, **(extra or {}))
    found = list(window[page.offset : page.offset + page.limit + 1])
    total = Total(count, is_exact=False) if isinstance(count, int) else _total(wanted, page, found)
    return Found(found[: page.limit], total, len(found) > page.limit)


def rows_of(
    request: HttpRequest, wanted: TaskQuerySet, page: Page, columns: Sequence[str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The rows of a page, newest first, and the headers that go with them."""
    found = found_on(page, wanted, columns)
    last_id = found.rows[-1]["id"] if found.rows else None
    return found.rows, headers(request, page, found.total, last_id=last_id, has_more=found.has_more)


def _total(wanted: TaskQuerySet, page: Page, found: list[dict[str, Any]]) -> Total:
    is_first = not page.offset and page.after is None
    if found and found[0]["total"] <= queries.COUNT_CAP:
        return Total(found[0]["total"])
    return Total(0) if is_first and not found else Total(*queries.total(wanted))


def headers(request: HttpRequest, page: Page, total: Total, *, last_id: int | None, has_more: bool) -> dict[str, str]:
    """`X-Total-Count` and `Link` of a page that ends with the row `last_id`."""
    found = {"X-Total-Count": str(total.count)}
    if not total.is_exact:
        found["X-Total-Estimated"] = "true"
    links = []
    if has_more and last_id is not None:
        links.append(link(request, "next", offset=None, cursor=str(last_id), limit=str(page.limit)))
    if page.offset or page.after is not None:
        links.append(link(request, "first", offset=None, cursor=None, limit=str(page.limit)))
    if page.offset:
        before = str(max(page.offset - page.limit, 0))
        links.append(link(request, "prev", offset=before, cursor=None, limit=str(page.limit)))
    return {**found, "Link": ", ".join(links)} if links else found


def link(request: HttpRequest, rel: str, **changes: str | None) -> str:
    """One entry of a `Link` header: the same address with some parameters changed, those that are None left out."""
    query = {name: value for name, value in request.GET.items() if name not in changes}
    query |= {name: value for name, value in changes.items() if value is not None}
    return f'<{request.build_absolute_uri(request.path)}?{urlencode(query)}>; rel="{rel}"'
