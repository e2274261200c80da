"""What the intake contract reads and writes. Unknown fields are ignored: integrations send all they have."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import Anything, Choice, FreeObject, Id, Moment, Text, Version
from tasks.domain.content import MAX_ASSIGNEES, MAX_LENGTH, MAX_TAG_LENGTH, MAX_TAGS

from .mapping import PRIORITIES, STATUSES

MAX_REFERENCE = 255


def _ids(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=64), min_length=1, max_length=MAX_ASSIGNEES, **options)


def _tags(**options: Any) -> serializers.ListField:
    child = Text(max_length=MAX_TAG_LENGTH)
    return serializers.ListField(child=child, max_length=MAX_TAGS, allow_null=True, **options)


def _reference() -> Text:
    return Text(max_length=MAX_REFERENCE, allow_null=True, allow_blank=True, default=None)


class TaskIn(serializers.Serializer[Any]):
    """Create Task."""

    title = Text(max_length=MAX_LENGTH["title"])
    description = Text(max_length=MAX_LENGTH["description"])
    assigned_user_ids = _ids()
    created_by_id = Text(max_length=64)
    deadline = Moment()
    tags = _tags(default=None)
    call_id = _reference()
    fax_id = _reference()
    assistant_id = _reference()
    session_id = _reference()
    patient_id = _reference()
    status = Choice(STATUSES, default="pending")
    priority = Choice(PRIORITIES, default="medium")
    type = Text(max_length=MAX_LENGTH["category"], allow_null=True, allow_blank=True, default=None)


class TaskPatch(serializers.Serializer[Any]):
    """Change a task. `version` is the one the client knows; if the task has moved on, nothing is changed."""

    version = Version(required=False)
    title = Text(max_length=MAX_LENGTH["title"], required=False)
    description = Text(max_length=MAX_LENGTH["description"], required=False)
    assigned_user_ids = _ids(required=False)
    deadline = Moment(required=False)
    tags = _tags(required=False)
    status = Choice(STATUSES, required=False)
    priority = Choice(PRIORITIES, required=False)
    type = Text(max_length=MAX_LENGTH["category"], allow_null=True, allow_blank=True, required=False)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})
class MessageIds(FreeObject):
    """Channel -> ids of the messages that were sent for the task."""


class TaskOut(serializers.Serializer[Any]):
    """A task."""

    id = Id()
    title = Text()
    description = Text(allow_blank=True)
    tags = serializers.ListField(child=Text())
    deadline = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
    priority = Choice(PRIORITIES)
    created_by_id = Id(allow_null=True)
    company_id = Id()
    version = serializers.IntegerField()
    status = Choice(STATUSES)
    call_id = Text(allow_null=True)
    fax_id = Text(allow_null=True)
    assistant_id = Text(allow_null=True)
    session_id = Text(allow_null=True)
    patient_id = Text(allow_null=True)
    type = Text(allow_null=True)
    external_message_ids = MessageIds()


_FAULT = {
    "type": "object",
    "required": ["type", "loc", "msg"],
    "properties": {
        "type": {"type": "string"},
        "loc": {"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "integer"}]}},
        "msg": {"type": "string"},
    },
    "additionalProperties": False,
}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": _FAULT}]})
class Detail(Anything):
    """A text, and with 422 a list of places and reasons."""


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    detail = Detail()
