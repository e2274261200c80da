"""Fields and shapes that several resources of the bots contract read or write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import Choice, Flag, Moment, Number, Text
from tasks.domain.content import MAX_MINUTES

from .mapping import PRIORITIES, STATUSES


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    error = Text()
    message = Text()


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


class PageOut(serializers.Serializer[Any]):
    """Where a page stands in its list. The list itself goes by the resource's name."""

    total = serializers.IntegerField(min_value=0)
    page = serializers.IntegerField(min_value=1)
    limit = serializers.IntegerField(min_value=1)


class ChangeOut(serializers.Serializer[Any]):
    """What was changed. The thing itself goes by its id."""

    updated = Flag()
    updated_fields = serializers.ListField(child=Text())
    updated_at = Moment()


class DeletionOut(serializers.Serializer[Any]):
    """It is gone."""

    deleted = Flag()


def changed(name: str, public_id: str, fields: Sequence[str], at: datetime) -> dict[str, Any]:
    """The body of a change: `changed("task", "tsk_...", ["status"], moment)`."""
    return {f"{name}_id": public_id, "updated": bool(fields), "updated_fields": fields, "updated_at": at}


def deleted(name: str, public_id: str) -> dict[str, Any]:
    """The body of a deletion."""
    return {"deleted": True, f"{name}_id": public_id}
