"""Querysets that are compiled once in a process and then only given their values.

    @prepared
    def of_uuid(organization_id: int, uuid: UUID) -> QuerySet[Task]:
        return Task.objects.filter(organization_id=organization_id, uuid=uuid).select_related("project")

Building a queryset and compiling it to SQL costs the process several times what the database needs for a look-up, and
the text is the same each time (ADR 127). The function is called with placeholders, once for each shape; it must use
its arguments as values of filters and for nothing else. What makes another shape: which arguments are None or a bool,
how many values a tuple has (for `__in`), which names a mapping has, whether an Actor is a manager, and what is given
by keyword. The rest are values; a list of ids (for `__in`, too) is one, however long.

Instead of a queryset the function may return a `Statement`, whose rows are tuples as the database gives them, or None
where there can be no rows.
"""

import threading
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, overload

from cachetools import LRUCache
from django.db import connection
from django.db.models import QuerySet

from .compiled import Compiled, Statement, compiled
from .placeholders import Slots, flatten

__all__ = ["Statement", "asked", "prepared"]

P = ParamSpec("P")
R = TypeVar("R")
WHOLE = slice(None)
MOST_SHAPES = 100
"""Of one function; those that were used least go."""


class prepared(Generic[P, R]):  # noqa: N801  a decorator
    """Asks for the rows of the queryset that `build` makes."""

    @overload
    def __init__(self, build: Callable[P, QuerySet[Any, R]]) -> None: ...

    @overload
    def __init__(self: "prepared[P, tuple[Any, ...]]", build: Callable[P, Statement | None]) -> None: ...

    def __init__(self, build: Callable[P, Any]) -> None:
        self._build: Callable[..., Any] = build
        self._kept: LRUCache[Hashable, Compiled | None] = LRUCache(MOST_SHAPES)
        self._lock = threading.Lock()
        update_wrapper(self, build)

    def __call__(self, *values: P.args, **shape: P.kwargs) -> list[R]:
        """All of them."""
        return self.part(WHOLE, *values, **shape)

    def part(self, window: slice, *values: P.args, **shape: P.kwargs) -> list[R]:
        """Those from `window.start` to before `window.stop`: a queryset that bears no slice itself."""
        key, flat = asked(*values, **shape)
        with self._lock:
            known = key in self._kept
            found = self._kept[key] if known else None
        if not known:
            slots = Slots()
            found = compiled(lambda: self._build(*[slots.of(value) for value in values], **shape))
            with self._lock:
                self._kept[key] = found
        return [] if found is None else found.rows(flat, window)


def asked(*values: Any, **shape: Any) -> tuple[Hashable, tuple[Any, ...]]:
    """What tells one shape from another, and the values."""
    flat: list[Any] = []
    key = (connection.vendor, *[flatten(value, flat) for value in values], *shape.items())
    return key, tuple(flat)
