"""Rows written by statements that are put together once in a process and then only given their values.

    insert([Assignment(...), Assignment(...)])  # in this order; gives them their ids
    insert_with([task], shares, by="task")      # and what refers to them, in one statement where the database can
    update(task, {"state", "closed_at"})

The other half of `accounts.prepared`: `save` and `bulk_create` build the same text anew each time (ADR 0160). Values go
through the model's fields as ever, and are of columns only: a model of several tables, with files, or without an id
that the database gives, and whoever listens to signals, needs `save`.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.models.expressions import RawSQL

MOST_ROWS = 100
"""Of one compiled statement. Of more, building it costs little beside them, and `bulk_create` sends them as arrays."""
MOST_SHAPES = 200

Fields = tuple["models.Field[Any, Any]", ...]
Said = tuple[tuple[int, str], ...]
"""The SQL of the values that are expressions or plain words, by their place among all values."""

PLAIN = {None: "NULL", "": "''", True: "true", False: "false"}
"""What stands in the text itself: most columns of a new row are empty, and psycopg takes a text of more than fifty
values apart anew each time.
"""


def insert(rows: Sequence[models.Model], *, unique: Sequence[str] = (), renewed: Sequence[str] = ()) -> None:
    """Write new rows of one model and give them their ids; none is fine.

    Where there is a row with the same `unique` fields, its `renewed` fields are written instead. A value may be RawSQL.
    """
    if not rows:
        return
    if len(rows) > MOST_ROWS:
        _insert_many(rows, unique, renewed)
        return
    values, said = _values(rows)
    text = _insert(connection.vendor, type(rows[0]), len(rows), said)
    _made(rows, text + _renewing(connection.vendor, type(rows[0]), tuple(unique), tuple(renewed)), values)


def insert_with(rows: Sequence[models.Model], parts: Sequence[models.Model], *, by: str) -> None:
    """Write new rows of one model, and new rows of another, each of which refers to one of them by its field `by`.

    The parts need not learn their ids: where one statement is enough for both, they do not.
    """
    if not parts or connection.vendor != "postgresql" or max(len(rows), len(parts)) > MOST_ROWS:
        insert(rows)
        for part in parts:
            setattr(part, by, getattr(part, by))  # the id, which is known now
        insert(parts)
        return
    values, said = _values(rows)
    places = {id(row): place for place, row in enumerate(rows, start=1)}
    own = [field for field in _columns(type(parts[0])) if field.name != by]
    of_parts, said_of_parts = _told(
        [value for part in parts for value in (places[id(getattr(part, by))], *_prepared(part, own))]
    )
    text = _insert_both(type(rows[0]), len(rows), said, type(parts[0]), len(parts), said_of_parts, by)
    _made(rows, text, values + of_parts)


def update(row: models.Model, names: Collection[str]) -> None:
    """Write these fields of a row that is there. Raises DatabaseError if it is not."""
    sql, fields = _update(connection.vendor, type(row), tuple(sorted(names)))
    with connection.cursor() as cursor:
        cursor.execute(sql, _prepared(row, fields))
        if cursor.rowcount != 1:
            raise DatabaseError(f"There is no {type(row).__name__} {row.pk} to be written.")


def _insert_many(rows: Sequence[models.Model], unique: Sequence[str], renewed: Sequence[str]) -> None:
    for row in rows:
        row.pk, row._state.adding = None, True
    more: dict[str, Any] = {"update_conflicts": True, "unique_fields": unique, "update_fields": renewed}
    type(rows[0])._default_manager.bulk_create(rows, **(more if unique else {}))


def _made(rows: Sequence[models.Model], text: str, values: Sequence[Any]) -> None:
    """Run the statement, which returns the ids of these rows."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        ids = cursor.fetchall()
    for row, (id,) in zip(rows, ids, strict=True):
        row.pk, row._state.adding, row._state.db = id, False, connection.alias


def _values(rows: Sequence[models.Model]) -> tuple[list[Any], Said]:
    """All values of all rows, one after the other, and what of them is said in SQL."""
    fields = _columns(type(rows[0]))
    return _told([value for row in rows for value in _prepared(row, fields)])


def _told(all_values: Iterable[Any]) -> tuple[list[Any], Said]:
    values: list[Any] = []
    said: list[tuple[int, str]] = []
    for place, value in enumerate(all_values):
        if value is None or value is True or value is False or value == "":
            said.append((place, PLAIN[value]))
        elif isinstance(value, RawSQL):
            said.append((place, f"({value.sql})"))
            values += value.params
        else:
            values.append(value)
    return values, tuple(said)


def _prepared(row: models.Model, fields: Iterable["models.Field[Any, Any]"]) -> list[Any]:
    """The values of these fields as the database takes them."""
    own = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up for each of the many things asked of it
    return [field.get_db_prep_save(getattr(row, field.attname), own) for field in fields]


@cache
def _columns(model: type[models.Model]) -> Fields:
    """Those that an INSERT is given values for: all but the id. Raises TypeError if they are not all there is to it."""
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)
    if model._meta.auto_field is None or any(_is_made_when_saved(field) for field in fields):
        raise TypeError(f"{model.__name__} must be written by its own save().")
    return fields


def _is_made_when_saved(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.FileField) or any(getattr(field, name, 0) for name in ("auto_now", "auto_now_add"))


@lru_cache(maxsize=MOST_SHAPES)
def _insert(vendor: str, model: type[models.Model], count: int, said: Said) -> str:
    fields, expressions = _columns(model), dict(said)
    marks = [expressions.get(place, "%s") for place in range(count * len(fields))]
    return f"INSERT INTO {_table(model)} ({_names(fields)}) VALUES {_in_rows(marks, len(fields))}"


def _in_rows(marks: Sequence[str], width: int) -> str:
    rows = [", ".join(marks[start : start + width]) for start in range(0, len(marks), width)]
    return ", ".join(f"({row})" for row in rows)


@lru_cache(maxsize=MOST_SHAPES)
def _renewing(vendor: str, model: type[models.Model], unique: tuple[str, ...], renewed: tuple[str, ...]) -> str:
    """The end of an INSERT: what becomes of a row that is there, and what is returned."""
    key = _names([_field(model, "id")])
    if not unique:
        return f" RETURNING {key}"
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in (_names([_field(model, each)]) for each in renewed))
    return f" ON CONFLICT ({_names(_field(model, each) for each in unique)}) DO UPDATE SET {changes} RETURNING {key}"


@lru_cache(maxsize=MOST_SHAPES)
def _insert_both(
    model: type[models.Model],
    count: int,
    said: Said,
    part: type[models.Model],
    parts: int,
    said_of_parts: Said,
    by: str,
) -> str:
    """PostgreSQL numbers the rows in the order in which they are given; a part says the place of its row."""
    own = [field for field in _columns(part) if field.name != by]
    kinds = [(field.db_type(connection) or "").split("(")[0] for field in own]  # a cast to varchar(9) would cut it off
    types, expressions = ["bigint", *kinds] * parts, dict(said_of_parts)
    marks = [f"{expressions.get(place, '%s')}::{kind}" for place, kind in enumerate(types)]
    values = _in_rows(marks, len(kinds) + 1)
    key, names = _names([_field(model, "id")]), _names(own)
    return f"""
        WITH made AS ({_insert("postgresql", model, count, said)} RETURNING {key}),
        placed AS (SELECT {key}, row_number() OVER (ORDER BY {key}) AS place FROM made),
        parts AS (
            INSERT INTO {_table(part)} ({_names([_field(part, by)])}, {names})
            SELECT placed.{key}, {names} FROM (VALUES {values}) AS part (place, {names}) JOIN placed USING (place)
        )
        SELECT {key} FROM placed ORDER BY place"""


@lru_cache(maxsize=MOST_SHAPES)
def _update(vendor: str, model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Fields]:
    fields, key = tuple(_field(model, name) for name in names), _field(model, "id")
    changes = ", ".join(f"{_names([field])} = %s" for field in fields)
    return f"UPDATE {_table(model)} SET {changes} WHERE {_names([key])} = %s", (*fields, key)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _names(fields: Iterable["models.Field[Any, Any]"]) -> str:
    """Their columns."""
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
