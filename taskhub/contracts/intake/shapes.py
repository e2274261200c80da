"""What the intake contract reads and writes. Unknown fields are ignored: integrations send all they have."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import FreeObject, Id, Moment, Text, Version
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
    status = serializers.ChoiceField(list(STATUSES), default="pending")
    priority = serializers.ChoiceField(list(PRIORITIES), default="medium")
    type = Text(max_length=MAX_LENGTH["category"], allow_null=True, allow_blank=True, default=None)


class TaskPatch(serializers.Serializer[Any]):
    """Change a task. `version` is the one the client knows; if the task has moved on, nothing is changed."""

    version = Version(required=False)
    title = Text(max_length=MAX_LENGTH["title"], required=False)
    description = Text(max_length=MAX_LENGTH["description"], required=False)
    assigned_user_ids = _ids(required=False)
    deadline = Moment(required=False)
    tags = _tags(required=False)
    status = serializers.ChoiceField(list(STATUSES), required=False)
    priority = serializers.ChoiceField(list(PRIORITIES), required=False)
    type = Text(max_length=MAX_LENGTH["category"], allow_null=True, allow_blank=True, required=False)


class TaskOut(serializers.Serializer[Any]):
    """A task."""

    id = Id()
    title = Text()
    description = Text(allow_blank=True)
    tags = serializers.ListField(child=Text())
    deadline = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
    priority = serializers.ChoiceField(list(PRIORITIES))
    created_by_id = Id(allow_null=True)
    company_id = Id()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(list(STATUSES))
    call_id = Text(allow_null=True)
    fax_id = Text(allow_null=True)
    assistant_id = Text(allow_null=True)
    session_id = Text(allow_null=True)
    patient_id = Text(allow_null=True)
    type = Text(allow_null=True)
    external_message_ids = FreeObject()


class FaultOut(serializers.Serializer[Any]):
    """One thing wrong with what was sent."""

    type = Text()
    loc = serializers.ListField(child=FreeObject())
    msg = Text()


class ErrorOut(serializers.Serializer[Any]):
    """Every error: `detail` is a text, and with 422 a list of places and reasons."""

    detail = FreeObject()
