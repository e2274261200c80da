"""Work of processors outside of TaskHub: taken under a lease, answered by whoever still holds it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import Choice, FreeObject, Id, Moment, Number, Text
from taskhub.contracts.hub.shapes.common import Strict
from tasks.domain.form import FieldType
from workflows.processing.leases import LONGEST, LONGEST_REST, MAX_ERROR, MAX_NAME, MAX_NAMES, MAX_WORKER, MOST

MOST_ISSUES = 200
MAX_LEASE, MAX_WAIT = int(LONGEST.total_seconds()), int(LONGEST_REST.total_seconds())
CODES = ("unreadable", "invalid", "low_confidence", "rule", "missing")


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MOST})
class Limit(Number):
    """How much work."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, MOST, **kwargs)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MAX_LEASE})
class Lease(Number):
    """Seconds for which work is one's own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, MAX_LEASE, **kwargs)


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": MAX_WAIT})
class Wait(Number):
    """Seconds until it is tried again."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, MAX_WAIT, **kwargs)


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1})
class Confidence(serializers.Field[float, Any, float, Any]):
    """From 0, a guess, to 1."""

    default_error_messages = {"invalid": "Must be a number from 0 to 1."}

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not 0 <= data <= 1:
            self.fail("invalid")
        return float(data)

    def to_representation(self, value: float) -> float:
        return value


class FetchIn(Strict):
    """Which work is wanted: of these processors, at most so much, for so many seconds. `worker` is who takes it."""

    processors = serializers.ListField(child=Text(max_length=MAX_NAME), min_length=1, max_length=MAX_NAMES)
    limit = Limit(default=1)
    lease = Lease(default=60)
    worker = Text(max_length=MAX_WORKER, default="worker")


class ExtendIn(Strict):
    """Go on holding it for so many seconds from now."""

    token = Id()
    lease = Lease(default=60)


class IssueIn(Strict):
    """What a person should look at, of one field or of the whole."""

    field = Text(max_length=MAX_NAME, required=False, allow_null=True)
    code = Choice(CODES)
    message = Text(max_length=500)
    confidence = Confidence(required=False, allow_null=True)


class CompleteIn(Strict):
    """What was found: values by the names of the step's fields, or beyond them; and what is not sure."""

    token = Id()
    data = FreeObject(default=dict)  # type: ignore[assignment]  # names of fields are taken off the class
    issues = serializers.ListField(child=IssueIn(), max_length=MOST_ISSUES, default=list)
    metadata = FreeObject(default=dict)


class FailIn(Strict):
    """It did not work. It is tried again as the step says, or after `retry_in` seconds."""

    token = Id()
    error = Text(max_length=MAX_ERROR)
    retry_in = Wait(required=False, allow_null=True)


class DocumentOut(serializers.Serializer[Any]):
    """The document. Its content: `GET /processing/{id}/file?token=`."""

    id = Id()
    name = Text()
    content_type = Text()
    size = serializers.IntegerField(min_value=0)


_FIELD = {
    "type": "object",
    "required": ["id", "name", "type"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "type": {"type": "string", "enum": [kind.value for kind in FieldType]},
    },
    "additionalProperties": {},
}


@extend_schema_field(_FIELD)
class FieldOut(FreeObject):
    """A field of the step, as its definition has it."""


class WorkOut(serializers.Serializer[Any]):
    """Work that is yours until `lease_until`. Say `token` with whatever you do to it."""

    id = Id()
    token = Id()
    lease_until = Moment()
    processor = Text()
    attempt = serializers.IntegerField(min_value=1)
    instance = Id()
    step = Text()
    task = Id()
    options = FreeObject()
    variables = FreeObject()
    fields = serializers.ListField(child=FieldOut())  # type: ignore[assignment]
    document = DocumentOut(allow_null=True)


class FetchedOut(serializers.Serializer[Any]):
    """Work, the oldest first; empty where there is none."""

    items = WorkOut(many=True)


class ExtendedOut(serializers.Serializer[Any]):
    """Until when it is yours now."""

    lease_until = Moment()
