"""Rows written by statements that are put together once in a process and then only given their values.

    insert([Assignment(...), Assignment(...)])  # in this order; gives them their ids
    update(task, {"state", "closed_at"})

The other half of `accounts.prepared`: `save` and `bulk_create` build the same text anew each time (ADR 0160). Values go
through the model's fields as ever, and are of columns only: a model of several tables or with files, and whoever
listens to signals, needs `save`.
"""

from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models.expressions import RawSQL

MOST_ROWS = 20
"""Of one compiled statement. Of more, building it costs little beside them, and `bulk_create` sends them as arrays."""
MOST_SHAPES = 500

Fields = tuple["models.Field[Any, Any]", ...]


def insert(rows: Sequence[models.Model], *, unique: Sequence[str] = (), renewed: Sequence[str] = ()) -> None:
    """Write new rows of one model and give them their ids; none is fine.

    Where there is a row with the same `unique` fields, its `renewed` fields are written instead. A value may be RawSQL.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) > MOST_ROWS:
        for row in rows:
            row.pk, row._state.adding = None, True
        more = {"update_conflicts": True, "unique_fields": unique, "update_fields": renewed} if unique else {}
        model._default_manager.bulk_create(rows, **more)  # type: ignore[arg-type]
        return
    fields = _columns(model)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    said = tuple((place, value.sql) for place, value in enumerate(values) if isinstance(value, RawSQL))
    if said:
        values = [part for value in values for part in (value.params if isinstance(value, RawSQL) else (value,))]
    with connection.cursor() as cursor:
        cursor.execute(_insert(connection.vendor, model, len(rows), said, tuple(unique), tuple(renewed)), values)
        ids = cursor.fetchall()
    for row, (id,) in zip(rows, ids, strict=True):
        row.pk, row._state.adding, row._state.db = id, False, connection.alias


def update(row: models.Model, names: Collection[str]) -> None:
    """Write these fields of a row that is there. Raises DatabaseError if it is not."""
    sql, fields = _update(connection.vendor, type(row), tuple(sorted(names)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])
        if cursor.rowcount != 1:
            raise DatabaseError(f"There is no {type(row).__name__} {row.pk} to be written.")


@cache
def _columns(model: type[models.Model]) -> Fields:
    """Those that an INSERT is given values for: all but the id. Raises TypeError if they are not all there is to it."""
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)
    if model._meta.parents or any(_is_made_when_saved(field) for field in fields):
        raise TypeError(f"{model.__name__} must be written by its own save().")
    return fields


def _is_made_when_saved(field: "models.Field[Any, Any]") -> bool:
    return (
        isinstance(field, models.FileField)
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
    )


@lru_cache(maxsize=MOST_SHAPES)
def _insert(
    vendor: str,
    model: type[models.Model],
    count: int,
    said: tuple[tuple[int, str], ...],
    unique: tuple[str, ...],
    renewed: tuple[str, ...],
) -> str:
    """`said` is the SQL of the values that are expressions, by their place among all values."""
    fields, expressions = _columns(model), dict(said)
    marks = [f"({expressions[place]})" if place in expressions else "%s" for place in range(count * len(fields))]
    rows = [", ".join(marks[start : start + len(fields)]) for start in range(0, len(marks), len(fields))]
    conflict = ""
    if unique:
        changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in _named(model, renewed))
        conflict = f" ON CONFLICT ({', '.join(_named(model, unique))}) DO UPDATE SET {changes}"
    names = ", ".join(_named(model, [field.name for field in fields]))
    table, key = _table(model)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join(f'({row})' for row in rows)}{conflict} RETURNING {key}"


@lru_cache(maxsize=MOST_SHAPES)
def _update(vendor: str, model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Fields]:
    changes = ", ".join(f"{name} = %s" for name in _named(model, names))
    table, key = _table(model)
    fields = tuple(_field(model, name) for name in names)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s", (*fields, _field(model, "id"))


def _named(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """The columns of these fields."""
    return [connection.ops.quote_name(_field(model, name).column) for name in names]


def _table(model: type[models.Model]) -> tuple[str, str]:
    """Its name and the name of its id."""
    return connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(_field(model, "id").column)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
