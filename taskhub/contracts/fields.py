"""Serializer fields that take JSON at its word: a text is a text, a number a number, and nothing is changed on the way.

DRF's own fields were made for forms; they read 5 as "5" and "yes" as true, which hides a client's mistakes.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.ids import parse_uuid

SEPARATED = re.compile(r"[0-9-]+[Tt ][0-9]")
YEARS = range(1900, 9999)
"""Of due times: outside of it, a time zone or a day's delay would leave the calendar."""


class Text(serializers.CharField):
    """A string, kept as it is, white space included."""

    default_error_messages = {"blank": "This text must not be empty."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    """One of some words, and the refusal names them."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        known = list(words)
        text = f"Input should be {', '.join(repr(word) for word in known[:-1])} or {known[-1]!r}"
        super().__init__(known, error_messages={"invalid_choice": text}, **kwargs)


class Flag(serializers.Field[bool, Any, bool, Any]):
    """true or false."""

    default_error_messages = {"invalid": "Must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: bool) -> bool:
        return value


@extend_schema_field({"type": "number", "exclusiveMinimum": True, "minimum": 0, "maximum": 1_000_000})
class Weight(serializers.Field[Decimal, Any, float, Any]):
    """A JSON number as an exact decimal; its bounds are the domain's."""

    default_error_messages = {"invalid": "Must be a number."}

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return Decimal(str(data))

    def to_representation(self, value: Decimal) -> float:
        return float(value)


class Id(serializers.Field[UUID, Any, str, Any]):
    """A UUID in its canonical spelling."""

    default_error_messages = {"invalid": "Must be a UUID."}

    def to_internal_value(self, data: Any) -> UUID:
        found = parse_uuid(data)
        if found is None:
            self.fail("invalid")
        return found

    def to_representation(self, value: UUID) -> str:
        return str(value)


class Moment(serializers.Field[datetime, Any, datetime, Any]):
    """An ISO 8601 date and time; without an offset it is UTC."""

    default_error_messages = {"invalid": "Must be a date and time such as 2026-03-21T10:00:00Z."}

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or len(data) > 40 or not SEPARATED.match(data):
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")
        if moment.year not in YEARS:
            self.fail("invalid")
        return moment

    def to_representation(self, value: datetime) -> datetime:
        return value


@extend_schema_field({"type": "object", "additionalProperties": {}})
class FreeObject(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    """A JSON object whose content is the client's own."""

    default_error_messages = {"invalid": "Must be an object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        return dict(data)

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return value


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 2**31 - 1})
class Version(serializers.Field[int, Any, int, Any]):
    """The number of a task's version."""

    default_error_messages = {"invalid": "Must be a whole number."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data

    def to_representation(self, value: int) -> int:
        return value


class Number(serializers.Field[int, Any, int, Any]):
    """A whole number within bounds."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(error_messages={"invalid": f"Must be a whole number from {least} to {most}."}, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or not self.least <= data <= self.most:
            self.fail("invalid")
        return data

    def to_representation(self, value: int) -> int:
        return value


@extend_schema_field({})
class Anything(serializers.Field[Any, Any, Any, Any]):
    """Any JSON value."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


extend_schema_field(OpenApiTypes.BOOL)(Flag)
extend_schema_field(OpenApiTypes.UUID)(Id)
extend_schema_field(OpenApiTypes.DATETIME)(Moment)


def parse(shape: serializers.BaseSerializer[Any], data: Any) -> dict[str, Any]:
    """What `shape` reads in `data`; raises ValidationError. One instance serves all requests: it keeps nothing."""
    validated: dict[str, Any] = shape.run_validation(data)
    return validated
