"""What the customers contract reads and writes. Input is validated here; output is built in `rendering.py`."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.customers.mapping import STATUSES
from taskhub.contracts.fields import Anything, Flag, FreeObject, Id, Moment, Text, Weight
from tasks.commands import NewReference, NewShare
from tasks.domain.content import MAX_ASSIGNEES, MAX_LENGTH, MAX_REFERENCES

_SHARE = {
    "type": "object",
    "required": ["user_id"],
    "properties": {
        "user_id": {"type": "string", "format": "uuid"},
        "weight": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1_000_000},
    },
}


@extend_schema_field({"oneOf": [{"type": "string", "format": "uuid"}, _SHARE]})
class Assignee(serializers.Field[NewShare, Any, Any, Any]):
    """A user's id, or an object of it and the weight of their share."""

    default_error_messages = {"invalid": 'Must be a user\'s UUID or {{"user_id": ..., "weight": ...}}.'}
    _id, _weight = Id(), Weight()

    def to_internal_value(self, data: Any) -> NewShare:
        if isinstance(data, str):
            return NewShare(user=self._id.to_internal_value(data))
        if not isinstance(data, dict) or not isinstance(data.get("user_id"), str):
            self.fail("invalid")
        weight = data.get("weight")
        share = None if weight is None else self._weight.to_internal_value(weight)
        return NewShare(user=self._id.to_internal_value(data["user_id"]), weight=share)


class ObjectIn(serializers.Serializer[NewReference]):
    """A thing the task is about."""

    type = Text(max_length=63)
    content = Anything(required=False, default=None)

    def validate(self, attrs: dict[str, Any]) -> NewReference:
        content = attrs["content"]
        key = content if isinstance(content, str) else ""
        return NewReference(kind=attrs["type"], key=key[:255], label=key[:255], content=content)


class TaskIn(serializers.Serializer[Any]):
    """Create Task."""

    id = Id(required=False)
    title = Text(max_length=MAX_LENGTH["title"])
    category = Text(max_length=MAX_LENGTH["category"])
    description = Text(max_length=MAX_LENGTH["description"], allow_blank=True, default="")
    is_urgent = Flag(default=False)
    objects = serializers.ListField(child=ObjectIn(), max_length=MAX_REFERENCES, default=list)
    assignees = serializers.ListField(child=Assignee(), min_length=1, max_length=MAX_ASSIGNEES)
    weight = Weight(default=Decimal(1))
    metadata = FreeObject(default=dict)


class ReassignIn(serializers.Serializer[Any]):
    """Reassign Task."""

    assignees = serializers.ListField(child=Assignee(), min_length=1, max_length=MAX_ASSIGNEES)
    metadata = FreeObject(default=dict)


class ActionIn(serializers.Serializer[Any]):
    """Perform, decline and cancel: why, or nothing at all."""

    metadata = FreeObject(default=dict)


class AssigneeOut(serializers.Serializer[Any]):
    """One person's share."""

    id = Id()
    name = Text()
    task_id = Id()
    user_id = Id(allow_null=True)
    status = serializers.ChoiceField(["pending", "completed", "declined", "canceled"])
    weight = Weight()
    task_completed = Flag()
    assigned_at = Moment()


_LOG = {
    "type": "object",
    "required": ["action", "user_id", "name", "at"],
    "properties": {
        "action": {"type": "string", "enum": ["performed", "decline", "cancel", "reassign"]},
        "user_id": {"type": "string", "format": "uuid", "nullable": True},
        "name": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "reason": {"type": "string"},
        "weight": {"type": "number"},
        "metadata": {"type": "object", "additionalProperties": {}},
    },
    "additionalProperties": False,
}
"""Something that was done to the task."""


@extend_schema_field(
    {
        "type": "object",
        "required": ["logs", "actions"],
        "properties": {
            "logs": {"type": "array", "items": _LOG},
            "actions": {"type": "object", "additionalProperties": _LOG},
        },
        "additionalProperties": {},
    }
)
class Metadata(FreeObject):
    """The client's own metadata, with the history: `logs` in order, `actions` with the latest of each."""


@extend_schema_field({"type": "number", "minimum": 0})
class PerformedWeight(Weight):
    """What was performed so far; several shares may reach more than was required."""


class TaskOut(serializers.Serializer[Any]):
    """A task."""

    id = Id()
    title = Text()
    category = Text(allow_blank=True)
    description = Text(allow_blank=True)
    is_urgent = Flag()
    status = serializers.ChoiceField(list(STATUSES))
    weight = Weight()
    performed_weight = PerformedWeight()
    customer_id = Id()
    assignees = AssigneeOut(many=True)
    created_at = Moment()
    created_by = Id(allow_null=True)
    metadata = Metadata()


CATEGORIES_OUT = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["title", "icon"],
        "properties": {"title": {"type": "string"}, "icon": {"type": "string"}},
        "additionalProperties": False,
    },
}
"""Category -> how the organization names it."""


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    code = Text()
    message = Text()
