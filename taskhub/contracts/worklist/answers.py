"""What the worklist contract answers, for its OpenAPI document. The answers themselves are made in `rendering.py`.

The ignored types: names of the document that DRF's classes have, too. DRF takes declared fields out of the class.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from taskhub.contracts.fields import Anything, Flag, FreeObject, Text
from tasks.domain.form import FieldType

from .mapping import INSTANCE_STATUSES, STATUSES
from .shapes import Nothing


@extend_schema_field({"type": "string", "pattern": "^[1-9][0-9]{0,18}$"})
class Number(Text):
    """The number of a row, as a text."""


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"})
class LocalTime(Text):
    """A moment as the organization's clocks show it: no offset, whole seconds."""


class NamedOut(serializers.Serializer[Any]):
    """A person or a group."""

    id = Number()
    name = Text()


class EntityOut(serializers.Serializer[Any]):
    """The thing that the workflow is about."""

    type = Text()
    id = Text()
    label = Text()  # type: ignore[assignment]


class ListedOut(serializers.Serializer[Any]):
    """A task of a list."""

    id = Number()
    instance_id = Number()
    workflow_name = Text()
    step_name = Text()
    status = serializers.ChoiceField(list(STATUSES))
    assigned_to_user = NamedOut(allow_null=True)
    assigned_to_group = NamedOut(allow_null=True)
    entity = EntityOut()
    due_date = LocalTime(allow_null=True)
    escalated = Flag()
    created_at = LocalTime()


class ResultOut(serializers.Serializer[Any]):
    """A result that a task may be completed with."""

    code = Text()
    label = Text()  # type: ignore[assignment]


class OptionOut(serializers.Serializer[Any]):
    """One of the answers of a select."""

    value = Text()
    label = Text()  # type: ignore[assignment]


class FieldOut(serializers.Serializer[Any]):
    """A field of a task's form."""

    id = Text()
    name = Text()
    type = serializers.ChoiceField([kind.value for kind in FieldType])
    required = Flag()  # type: ignore[assignment]
    value = Anything(allow_null=True)
    label = Text(required=False)  # type: ignore[assignment]
    help = Text(required=False)
    options = OptionOut(many=True, required=False)
    min = Anything(required=False)
    max = Anything(required=False)


class PreviousOut(serializers.Serializer[Any]):
    """A step that somebody completed before."""

    step_name = Text()
    completed_by = Text()
    completed_at = LocalTime()
    result = Text()
    captured_data = FreeObject()


class TaskOut(ListedOut):
    """A task with its form and its history."""

    step_description = Text(allow_null=True)
    available_results = ResultOut(many=True)
    fields = FieldOut(many=True)  # type: ignore[assignment]
    previous_steps_data = PreviousOut(many=True)


class CompletedOut(serializers.Serializer[Any]):
    """What completing has led to. While others still owe their share, the task is IN_PROGRESS."""

    task_id = Number()
    status = serializers.ChoiceField(["IN_PROGRESS", "COMPLETED"])
    result = Text()
    completed_at = LocalTime(allow_null=True)
    instance_status = serializers.ChoiceField(list(INSTANCE_STATUSES.values()))
    next_step = Text(allow_null=True)
    next_steps = serializers.ListField(child=Text())


class ReassignedOut(serializers.Serializer[Any]):
    """Who has the task now."""

    task_id = Number()
    assigned_to_user = NamedOut(allow_null=True)
    assigned_to_group = NamedOut(allow_null=True)
    reassigned_at = LocalTime()


class TokenOut(serializers.Serializer[Any]):
    """A token, and until when it opens something."""

    token = Text()
    expires_at = LocalTime()


class MetaOut(serializers.Serializer[Any]):
    """Which part of how many rows this is. Beyond 10,000 `total` is an estimate, and `total_estimated` is true."""

    total = serializers.IntegerField(min_value=0)
    limit = serializers.IntegerField(min_value=1)
    offset = serializers.IntegerField(min_value=0)
    total_estimated = Flag(required=False)


class _Enveloped(serializers.Serializer[Any]):
    success = serializers.ChoiceField([True])


@extend_schema_serializer(many=False)
class ListAnswer(_Enveloped):
    """A page of tasks."""

    data = ListedOut(many=True)  # type: ignore[assignment]
    meta = MetaOut()


class TaskAnswer(_Enveloped):
    """One task."""

    data = TaskOut()  # type: ignore[assignment]
    meta = Nothing()


class CompletedAnswer(_Enveloped):
    """A completed task."""

    data = CompletedOut()  # type: ignore[assignment]
    meta = Nothing()


class ReassignedAnswer(_Enveloped):
    """A reassigned task."""

    data = ReassignedOut()  # type: ignore[assignment]
    meta = Nothing()


class TokenAnswer(_Enveloped):
    """Signed in."""

    data = TokenOut()  # type: ignore[assignment]
    meta = Nothing()
