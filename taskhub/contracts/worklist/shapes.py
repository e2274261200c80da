"""What the worklist contract reads, and its errors. What it answers: `answers.py`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import FreeObject, Text

from . import numbers

MAX_RESULT, MAX_COMMENT, MAX_REASON = 80, 2000, 500
ONE_OF_BOTH = "Give exactly one of assign_to_user_id and assign_to_group_id."


def _optional(most: int) -> Text:
    return Text(max_length=most, allow_null=True, allow_blank=True, default="")


class LoginIn(serializers.Serializer[Any]):
    """Who signs in."""

    username = Text(max_length=150)
    password = Text(max_length=1000)


class CompleteIn(serializers.Serializer[Any]):
    """Complete Task."""

    result_code = Text(max_length=MAX_RESULT)
    captured_data = FreeObject(allow_null=True, default=dict)
    comment = _optional(MAX_COMMENT)


class ReassignIn(serializers.Serializer[Any]):
    """Reassign Task: to a person or to a group."""

    assign_to_user_id = Text(max_length=numbers.MAX_LENGTH, allow_null=True, default=None)
    assign_to_group_id = Text(max_length=numbers.MAX_LENGTH, allow_null=True, default=None)
    comment = _optional(MAX_REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        places = ("assign_to_user_id", "assign_to_group_id")
        if len([place for place in places if attrs[place] is not None]) != 1:
            raise serializers.ValidationError(dict.fromkeys(places, ONE_OF_BOTH))
        return attrs


class DetailOut(serializers.Serializer[Any]):
    """A parameter, field or header, and what is wrong with it."""

    field = Text()
    message = Text()


class WrongOut(serializers.Serializer[Any]):
    """What went wrong."""

    code = Text()
    message = Text()
    details = DetailOut(many=True)


@extend_schema_field({"type": "object", "properties": {}, "additionalProperties": False})
class Nothing(FreeObject):
    """An empty object."""


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    success = serializers.ChoiceField([False])
    error = WrongOut()
    meta = Nothing()
