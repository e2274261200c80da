"""What every part of the hub contract has in common: strict bodies, pages, people, problems."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import Anything, Id, Text
from taskhub.contracts.hub.refusals import TYPE


class Strict(serializers.Serializer[Any]):
    """A body of which every field is known: a misspelled one would else go unnoticed (ADR 0083)."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name[:80]: ["This field is not known here."] for name in unknown[:20]}
                )
        return super().to_internal_value(data)


class PersonOut(serializers.Serializer[Any]):
    """Somebody."""

    id = Id()
    username = Text()
    name = Text(allow_blank=True)


class EntityOut(serializers.Serializer[Any]):
    """What an instance is about, in the words of whoever started it."""

    type = Text(allow_blank=True)
    id = Text(allow_blank=True)
    label = Text(allow_blank=True)  # type: ignore[assignment]  # names of fields are taken off the class


class PageOut(serializers.Serializer[Any]):
    """A page of a list. `next` is the `cursor` of the page after it; `total` is there if it was asked for."""

    next = Text(allow_null=True)
    total = serializers.IntegerField(required=False)


class MessageOut(serializers.Serializer[Any]):
    """A message that a step waits for."""

    name = Text()
    correlation = Text(allow_null=True)


_ERROR = {
    "type": "object",
    "required": ["in", "path", "message"],
    "properties": {
        "in": {"type": "string", "enum": ["body", "query"]},
        "path": {"type": "string", "description": "`steps[2].results[0].next`; empty for the whole."},
        "pointer": {"type": "string", "description": "The same as a JSON Pointer (RFC 6901), of what is in the body."},
        "message": {"type": "string"},
    },
    "additionalProperties": False,
}


@extend_schema_field({"type": "array", "items": _ERROR})
class Errors(Anything):
    """What is to be mended, and where."""


@extend_schema_field({"type": "string", "pattern": f"^{TYPE}"})
class ProblemType(Anything):
    """A URI that names the kind of problem."""


class ErrorOut(serializers.Serializer[Any]):
    """Every error: a problem as RFC 9457 has it. `code` is what programs go by."""

    type = ProblemType()
    title = Text()
    status = serializers.IntegerField()
    detail = Text()
    instance = Text()
    code = Text()
    errors = Errors()  # type: ignore[assignment]
