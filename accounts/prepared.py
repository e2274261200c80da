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

import copy
import json
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import update_wrapper
from operator import itemgetter
from typing import Any, Generic, ParamSpec, TypeVar, overload
from uuid import UUID

from cachetools import LRUCache
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Expression, QuerySet, Value
from django.db.models.query import FlatValuesListIterable, ValuesIterable, ValuesListIterable

from accounts.actor import Actor, Role

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Statement:
    """What several querysets were compiled and put together to."""

    sql: str
    params: Sequence[Any]


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
        self._kept: LRUCache[Hashable, _Prepared | _Text | None] = LRUCache(MOST_SHAPES)
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
            slots = _Slots()
            found = _compiled(lambda: self._build(*[slots.of(value) for value in values], **shape))
            with self._lock:
                self._kept[key] = found
        return [] if found is None else found.rows(flat, window)


def asked(*values: Any, **shape: Any) -> tuple[Hashable, tuple[Any, ...]]:
    """What tells one shape from another, and the values."""
    flat: list[Any] = []
    key = (connection.vendor, *[_flatten(value, flat) for value in values], *shape.items())
    return key, tuple(flat)


def _flatten(value: Any, flat: list[Any]) -> Hashable:
    """Adds the values in an argument to `flat` and returns their shape."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        flat.extend(value)
        return len(value)
    if isinstance(value, list):
        flat.append(value)
        return "ids"
    if isinstance(value, Mapping):
        return tuple([(name, _flatten(each, flat)) for name, each in value.items()])
    if isinstance(value, Actor):
        flat += (value.organization_id, value.person_id, *value.team_ids)
        return value.is_manager, len(value.team_ids)
    flat.append(value)
    return "value"


class _Slots:
    """Gives out placeholders, in the order of `_flatten`."""

    def __init__(self) -> None:
        self._given = 0

    def of(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, tuple):
            return _Several([self._next() for _ in value])
        if isinstance(value, list):
            return _Ids(self._next())
        if isinstance(value, Mapping):
            return {name: self.of(each) for name, each in value.items()}
        if isinstance(value, Actor):
            organization, person = self._value(), self._value()
            teams: Any = _Several([self._next() for _ in value.team_ids])
            role = Role.MANAGER if value.is_manager else Role.MEMBER
            return Actor("any", organization_id=organization, role=role, user_id=person, team_ids=teams)
        return self._value()

    def _next(self) -> "_Slot":
        self._given += 1
        return _Slot(self._given - 1)

    def _value(self) -> Any:
        return Value(self._next())


class _Slot:
    """Where a value goes."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Several(Expression):
    """The placeholders on the right of an IN."""

    def __init__(self, slots: Sequence[_Slot]) -> None:
        super().__init__()
        self._slots = slots

    def __iter__(self) -> Iterator[Value]:
        """Each for itself, where a query has a part for each value."""
        return map(Value, self._slots)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        if not self._slots:
            raise EmptyResultSet
        return f"({', '.join(['%s'] * len(self._slots))})", tuple(self._slots)


class _Ids(Expression):
    """The placeholder of any number of ids."""

    def __init__(self, slot: _Slot) -> None:
        super().__init__()
        self._slot = slot

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor == "postgresql":
            return "(SELECT unnest(%s::bigint[]))", (self._slot,)
        return "(SELECT value FROM json_each(%s))", (self._slot,)


def _compiled(build: Callable[[], Any]) -> "_Prepared | _Text | None":
    """None for what can have no rows."""
    try:
        built = build()
        return _Text(built) if isinstance(built, Statement) else built if built is None else _Prepared(built)
    except EmptyResultSet:
        return None


def _filled(params: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple([_adapted(values[each.number]) if isinstance(each, _Slot) else each for each in params])


class _Text:
    """A statement."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement

    def rows(self, values: Sequence[Any], window: slice) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"{self._statement.sql}{_limits(window)}", _filled(self._statement.params, values))
            return cursor.fetchall()


class _Prepared:
    """A compiled queryset."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(rows.db)
        self._sql, self._params = self._compiler.as_sql()
        columns = [column for column, _, _ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)
        self._compiler.get_converters = lambda _: self._converters
        self._shaped = self._as(rows, len(columns))

    def _as(self, rows: QuerySet[Any, Any], count: int) -> Callable[[Any], Any] | None:
        """What makes a row of its columns; None where Django makes a model of them."""
        kind, query = rows._iterable_class, rows.query
        if kind is ValuesListIterable:
            return tuple
        if kind is FlatValuesListIterable:
            return itemgetter(0)
        if kind is ValuesIterable:
            names = tuple(query.selected or (*query.values_select, *query.annotation_select))
            assert len(names) == count, "columns are told by their names"
            return lambda row: dict(zip(names, row, strict=True))
        return None

    def rows(self, values: Sequence[Any], window: slice) -> list[Any]:
        """The rows for these values."""
        params = _filled(self._params, values)
        sql = f"{self._sql}{_limits(window)}"
        if self._shaped is None:
            return list(self._models(sql, params))
        return [self._shaped(row) for row in self._columns(sql, params)]

    def _columns(self, sql: str, params: tuple[Any, ...]) -> Any:
        asked = connections[self._rows.db]
        with asked.cursor() as cursor:
            cursor.execute(sql, params)
            found: Any = cursor.fetchall()
        for position, (convert, column) in self._converters.items():
            found = [list(row) for row in found]
            for row in found:
                for each in convert:
                    row[position] = each(row[position], column, asked)
        return found

    def _models(self, sql: str, params: tuple[Any, ...]) -> QuerySet[Any, Any]:
        query: Any = _Query(self._rows.query, self._compiler, (sql, params))
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


def _limits(window: slice) -> str:
    """In the text and not among the values, so that the database plans for so many rows."""
    start = window.start or 0
    limit = "" if window.stop is None else f" LIMIT {window.stop - start:d}"
    return f"{limit} OFFSET {start:d}" if start else limit


def _adapted(value: Any) -> Any:
    """As the database takes it. A field would do this, but placeholders stand for values of no field."""
    if isinstance(value, str | int) and not isinstance(value, Enum):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, list) and connection.vendor != "postgresql":
        return json.dumps(value)
    return value
