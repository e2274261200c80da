"""Querysets that are compiled once in a process and then only given their values.

    @prepared
    def of_uuid(organization_id: int, uuid: UUID) -> QuerySet[Task]:
        return Task.objects.filter(organization_id=organization_id, uuid=uuid).select_related("project")

Building a queryset and compiling it to SQL costs the process several times what the database needs for a look-up, and
the text is the same each time (ADR 127). The function is called once, with placeholders; it must use its arguments as
values of filters and for nothing else, and they are never None. Keyword-only arguments are given as they are: each
combination of them is compiled apart.
"""

import copy
import threading
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from cachetools import LRUCache
from django.db import connection, connections, models
from django.db.models import QuerySet, Value

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
R = TypeVar("R")


class _Slot:
    """Where the value of an argument goes."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Prepared:
    """A compiled queryset."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(rows.db)
        self._sql, self._params = self._compiler.as_sql()
        columns = [column for column, _, _ in self._compiler.select[: self._compiler.col_count]]
        converters = self._compiler.get_converters(columns)
        self._compiler.get_converters = lambda _: converters

    def given(self, values: Sequence[Any]) -> QuerySet[Any, Any]:
        """The rows for these values, not yet asked for."""
        adapted = [_adapted(value) for value in values]
        params = tuple(adapted[each.number] if isinstance(each, _Slot) else each for each in self._params)
        query: Any = _Query(self._rows.query, self._compiler, (self._sql, params))
        rows = type(self._rows)(model=self._rows.model, query=query, using=self._rows.db)
        rows._iterable_class = self._rows._iterable_class
        return rows


class _Query:
    """The queryset's query, whose compiler has done its work already."""

    def __init__(self, query: Any, compiler: Any, said: tuple[str, tuple[Any, ...]]) -> None:
        self._query, self._compiler, self._said = query, compiler, said

    def get_compiler(self, using: str, *_: Any, **__: Any) -> Any:
        """A copy, for this thread's connection."""
        compiler = copy.copy(self._compiler)
        compiler.as_sql = lambda *_, **__: self._said
        compiler.connection = connections[using]
        return compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


MOST_SHAPES = 200
"""Of one function; those that were used least go."""


def prepared(build: Callable[P, QuerySet[M, R]]) -> Callable[P, list[R]]:
    """Asks for the rows of the queryset that `build` makes."""
    kept: LRUCache[Hashable, _Prepared] = LRUCache(MOST_SHAPES)
    lock = threading.Lock()

    @wraps(build)
    def ask(*values: Any, **shape: Any) -> list[R]:
        key = (connection.vendor, *sorted(shape.items()))
        with lock:
            found = kept.get(key)
        if found is None:
            slots: Any = [Value(_Slot(number)) for number in range(len(values))]
            found = _Prepared(build(*slots, **shape))
            with lock:
                kept[key] = found
        return list(found.given(values))

    return ask


def _adapted(value: Any) -> Any:
    """As the database takes it. A field would do this, but placeholders stand for values of no field."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
