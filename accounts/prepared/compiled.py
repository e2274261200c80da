"""Statements that are ready but for their values, and how their rows are told."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ValuesIterable, ValuesListIterable

from .placeholders import filled


@dataclass(frozen=True, slots=True)
class Statement:
    """What several querysets were compiled and put together to."""

    sql: str
    params: Sequence[Any]


class Compiled(Protocol):
    """What is kept of a shape."""

    def rows(self, values: Sequence[Any], window: slice) -> list[Any]:
        """The rows of a window for these values."""


def compiled(build: Callable[[], Any]) -> Compiled | None:
    """What `build` makes, compiled; None for what can have no rows."""
    try:
        built = build()
        return None if built is None else _of_statement(built) if isinstance(built, Statement) else _of_rows(built)
    except EmptyResultSet:
        return None


def _of_statement(statement: Statement) -> Compiled:
    return _Columns(statement, {}, tuple, connection.alias)


def _of_rows(rows: QuerySet[Any, Any]) -> Compiled:
    compiler = rows.query.get_compiler(rows.db)
    statement = Statement(*compiler.as_sql())
    columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    shaped = _shaped(rows, len(columns))
    if shaped is not None:
        return _Columns(statement, converters, shaped, rows.db)
    return _Models(statement, converters, rows, compiler)


def _shaped(rows: QuerySet[Any, Any], count: int) -> Callable[[Any], Any] | None:
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


@dataclass(frozen=True, slots=True)
class _Columns:
    """Rows of `values()` and of statements: nothing of the queryset is needed any more."""

    statement: Statement
    converters: Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]
    shaped: Callable[[Any], Any]
    using: str

    def rows(self, values: Sequence[Any], window: slice) -> list[Any]:
        asked = connections[self.using]
        with asked.cursor() as cursor:
            cursor.execute(self.statement.sql + limits(window), filled(self.statement.params, values))
            found: Any = cursor.fetchall()
        if self.converters:
            found = [list(row) for row in found]
        for position, (convert, column) in self.converters.items():
            for row in found:
                for each in convert:
                    row[position] = each(row[position], column, asked)
        return [self.shaped(row) for row in found]


class _Models:
    """Rows that Django makes models of, as ever."""

    def __init__(self, statement: Statement, converters: Any, rows: QuerySet[Any, Any], compiler: Any) -> None:
        self._statement, self._rows, self._compiler = statement, rows, compiler
        compiler.get_converters = lambda _: converters

    def rows(self, values: Sequence[Any], window: slice) -> list[Any]:
        sql, params = self._statement.sql + limits(window), filled(self._statement.params, values)
        query: Any = _Query(self._rows.query, self._compiler, (sql, params))
        return list(type(self._rows)(model=self._rows.model, query=query, using=self._rows.db))


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


def limits(window: slice) -> str:
    """In the text and not among the values, so that the database plans for so many rows."""
    start = window.start or 0
    limit = "" if window.stop is None else f" LIMIT {window.stop - start:d}"
    return f"{limit} OFFSET {start:d}" if start else limit
