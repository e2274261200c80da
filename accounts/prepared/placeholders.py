"""What stands for values while a queryset is compiled, and the values that go there afterwards."""

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Value

from accounts.actor import Actor, Role


def flatten(value: Any, flat: list[Any]) -> Hashable:
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
        return tuple([(name, flatten(each, flat)) for name, each in value.items()])
    if isinstance(value, Actor):
        flat += (value.organization_id, value.person_id, *value.team_ids)
        return value.is_manager, len(value.team_ids)
    flat.append(value)
    return "value"


class Slots:
    """Gives out placeholders, in the order of `flatten`."""

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

    def _next(self) -> "Slot":
        self._given += 1
        return Slot(self._given - 1)

    def _value(self) -> Any:
        return Value(self._next())


class Slot:
    """Where a value goes."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Several(Expression):
    """The placeholders on the right of an IN."""

    def __init__(self, slots: Sequence[Slot]) -> None:
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

    def __init__(self, slot: Slot) -> None:
        super().__init__()
        self._slot = slot

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor == "postgresql":
            return "(SELECT unnest(%s::bigint[]))", (self._slot,)
        return "(SELECT value FROM json_each(%s))", (self._slot,)


def filled(params: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    """The parameters of a statement, with these values where there are slots."""
    return tuple([_adapted(values[each.number]) if isinstance(each, Slot) else each for each in params])


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
