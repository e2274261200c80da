"""Fields and shapes that several resources of the bots contract read or write."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import Choice, Text
from tasks.domain.content import MAX_MINUTES

from .mapping import PRIORITIES, STATUSES


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    error = Text()
    message = Text()


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


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": 100})
class Percent(Number):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, 100, **kwargs)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MAX_MINUTES})
class Minutes(Number):
    """Time spent, of one entry."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, MAX_MINUTES, **kwargs)


class Username(Text):
    """How people are called in this contract."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=150, **kwargs)


def status_out() -> Choice:
    return Choice(STATUSES)


def priority(**options: Any) -> Choice:
    return Choice(PRIORITIES, **options)


class UserOut(serializers.Serializer[Any]):
    """Somebody, by username and name."""

    user_id = Text()
    name = Text()
