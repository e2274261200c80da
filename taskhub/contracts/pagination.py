"""Pages of lists: bounded in size, told how many there are, and linked.

A page is asked for by `limit` and `offset`. The links to the next page use `cursor` instead, the place after the last
row: following them shows each row once, also while others are added, and the last page costs no more than the first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import OpenApiParameter

from accounts.prepared import asked, prepared
from tasks import queries
from tasks.models.task import TaskQuerySet

from .contract import Fault, Kind
from .problems import Refused

P = ParamSpec("P")
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


class listed:  # noqa: N801  a decorator
    """Makes a list of a function that says which tasks are wanted, and in which order: it is compiled once for each
    shape of what is asked for, and its arguments are values (`accounts.prepared`).

    `columns` are read of each row, and `extra` expressions with them.
    """

    def __init__(self, columns: Sequence[str], extra: Mapping[str, Any] | None = None) -> None:
        self._columns, self._extra = columns, extra or {}

    def __call__(self, build: Callable[P, TaskQuerySet]) -> "Listing[P]":
        return Listing(build, self._columns, self._extra)


class Listing(Generic[P]):
    """What `listed` makes."""

    def __init__(self, build: Callable[P, TaskQuerySet], columns: Sequence[str], extra: Mapping[str, Any]) -> None:
        self._build: Callable[..., TaskQuerySet] = build
        self._columns, self._extra = columns, extra
        self._rows: prepared[..., dict[str, Any]] = prepared(self._window)

    def page(self, page: Page, *values: P.args, **shape: P.kwargs) -> Found:
        """What is on a page of the tasks that are wanted with these values. One query up to queries.COUNT_CAP rows."""
        this = (self, asked(*values, **shape))
        estimate = queries.known_estimate(this)
        window = slice(page.offset, page.offset + page.limit + 1)
        count_to = queries.COUNT_CAP + 1 if estimate is None else 0
        found = self._rows.part(window, page.after, *values, **shape, count_to=count_to)
        has_more, rows = len(found) > page.limit, found[: page.limit]
        if estimate is not None:
            return Found(rows, Total(estimate, is_exact=False), has_more)
        if found and found[0]["total"] <= queries.COUNT_CAP:
            return Found(rows, Total(found[0]["total"]), has_more)
        if not found and not page.offset and page.after is None:
            return Found([], Total(0), has_more=False)
        return Found(rows, Total(*queries.total(self._build(*values, **shape), this)), has_more)

    def _window(self, after: int | None, *values: Any, count_to: int, **shape: Any) -> QuerySet[Any, dict[str, Any]]:
        wanted = self._build(*values, **shape)
        total = {"total": queries.counting(wanted, count_to)} if count_to else {}
        rows = wanted if after is None else wanted.filter(pk__lt=after)
        return rows.values(*self._columns, **total, **self._extra)


def headers(request: HttpRequest, page: Page, found: Found) -> dict[str, str]:
    """`X-Total-Count` and `Link` of a page."""
    said = {"X-Total-Count": str(found.total.count)}
    if not found.total.is_exact:
        said["X-Total-Estimated"] = "true"
    links = []
    if found.has_more and found.rows:
        last = str(found.rows[-1]["id"])
        links.append(link(request, "next", offset=None, cursor=last, limit=str(page.limit)))
    if page.offset or page.after is not None:
        links.append(link(request, "first", offset=None, cursor=None, limit=str(page.limit)))
    if page.offset:
        before = str(max(page.offset - page.limit, 0))
        links.append(link(request, "prev", offset=before, cursor=None, limit=str(page.limit)))
    return {**said, "Link": ", ".join(links)} if links else said


def link(request: HttpRequest, rel: str, **changes: str | None) -> str:
    """One entry of a `Link` header: the same address with some parameters changed, those that are None left out."""
    query = {name: value for name, value in request.GET.items() if name not in changes}
    query |= {name: value for name, value in changes.items() if value is not None}
    return f'<{request.build_absolute_uri(request.path)}?{urlencode(query)}>; rel="{rel}"'
