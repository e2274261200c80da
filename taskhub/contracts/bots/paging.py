"""Lists by page and limit: `{"<things>": [...], "total", "page", "limit"}`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from taskhub.contracts.pagination import number
from tasks import queries

DEFAULT_LIMIT, MOST, MAX_PAGE = 20, 100, 1_000
PARAMETERS = [
    OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}),
]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows are wanted."""

    page: int
    limit: int

    def of(self, rows: QuerySet[Any, Row]) -> Sequence[Row]:
        """The rows of this page. One query."""
        start = (self.page - 1) * self.limit
        return list(rows[start : start + self.limit])


def window_of(query: QueryDict) -> Window:
    """The page that a query string asks for. Raises Refused."""
    return Window(number(query, "page", 1, 1, MAX_PAGE), number(query, "limit", DEFAULT_LIMIT, 1, MOST))


def listed(
    name: str, rows: QuerySet[Any, Row], window: Window, shown: Callable[[Sequence[Row]], list[dict[str, Any]]]
) -> dict[str, Any]:
    """The body of a list: two queries besides those of `shown`."""
    total, _ = queries.total(rows)
    return {name: shown(window.of(rows)), "total": total, "page": window.page, "limit": window.limit}
