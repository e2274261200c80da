"""What is read and written of tasks. Unknown fields are ignored: bots send what they have."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots.mapping import STATUSES
from taskhub.contracts.bots.shapes import (
    ChangeOut,
    DeletionOut,
    Minutes,
    PageOut,
    Percent,
    Username,
    priority,
    status_out,
)
from taskhub.contracts.fields import Choice, FreeObject, Moment, Text, Version
from tasks.domain.content import MAX_ITEMS, MAX_LENGTH, MAX_TAG_LENGTH, MAX_TAGS

MAX_OUTCOMES = 20


def _tags(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=MAX_TAG_LENGTH), max_length=MAX_TAGS, **options)


def _text(name: str, **options: Any) -> Text:
    return Text(max_length=MAX_LENGTH[name], **options)


class TaskIn(serializers.Serializer[Any]):
    """Create Task. `context` is kept as it is; `project` is a slug or uuid, else the default project."""

    title = _text("title")
    description = _text("description", allow_blank=True, allow_null=True, default="")
    assignee = Username(allow_null=True, default=None)
    due_date = Moment(allow_null=True, default=None)
    priority = priority(default="medium")
    tags = _tags(allow_null=True, default=None)
    context = FreeObject(allow_null=True, default=None)  # type: ignore[assignment]
    checklist = serializers.ListField(child=_text("item"), max_length=MAX_ITEMS, default=list)
    project = Text(max_length=63, allow_null=True, default=None)


class TaskPatch(serializers.Serializer[Any]):
    """Change a task. `status` is a verb in disguise; `version` is the one the client has seen."""

    title = _text("title", required=False)
    description = _text("description", required=False, allow_blank=True)
    status = Choice(STATUSES, required=False)
    progress = Percent(required=False)
    assignee = Username(required=False)
    due_date = Moment(required=False, allow_null=True)
    priority = priority(required=False)
    tags = _tags(required=False)
    version = Version(required=False)


class CompleteIn(serializers.Serializer[Any]):
    """Complete Task. `form_data` answers the questions of a workflow's step."""

    resolution = _text("resolution", allow_blank=True, allow_null=True, default="")
    time_spent_minutes = Minutes(allow_null=True, default=None)
    outcomes = serializers.ListField(child=_text("outcome"), max_length=MAX_OUTCOMES, default=list)
    form_data = FreeObject(default=dict)
    version = Version(required=False)


class CreatedOut(serializers.Serializer[Any]):
    """What is answered to a new task."""

    task_id = Text()
    title = Text()
    status = status_out()
    created_at = Moment()
    created_by = Text(allow_null=True)


class AssigneeOut(serializers.Serializer[Any]):
    """Who does it."""

    user_id = Text()
    name = Text()
    avatar_url = Text(allow_null=True)


class PointsOut(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    done = serializers.IntegerField()


class TaskOut(serializers.Serializer[Any]):
    """A task. What stands after `attachments_count` is there with `full=true`."""

    task_id = Text()
    title = Text()
    description = Text(allow_blank=True)
    status = status_out()
    assignee = AssigneeOut(allow_null=True)
    priority = priority()
    due_date = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
    progress = Percent()
    time_spent_minutes = serializers.IntegerField(min_value=0)
    comments_count = serializers.IntegerField(min_value=0)
    attachments_count = serializers.IntegerField(min_value=0)
    tags = serializers.ListField(child=Text(), required=False)
    context = FreeObject(required=False)  # type: ignore[assignment]
    project = Text(required=False)
    created_by = Text(required=False, allow_null=True)
    checklist = PointsOut(required=False)
    resolution = Text(required=False, allow_blank=True)
    outcomes = serializers.ListField(child=Text(), required=False)
    completed_at = Moment(required=False, allow_null=True)
    completed_by = Text(required=False, allow_null=True)
    version = serializers.IntegerField(required=False)


class TaskRowOut(serializers.Serializer[Any]):
    """A task as lists show it."""

    task_id = Text()
    title = Text()
    status = status_out()
    assignee = Text(allow_null=True)
    priority = priority()
    due_date = Moment(allow_null=True)
    progress = Percent()


class TasksOut(PageOut):
    """A page of tasks."""

    tasks = TaskRowOut(many=True)


class UpdatedOut(ChangeOut):
    """What was changed."""

    task_id = Text()


class CompletedOut(serializers.Serializer[Any]):
    """How it ended. A task that others still have a share of stays `in_progress`."""

    task_id = Text()
    status = status_out()
    completed_at = Moment(allow_null=True)
    completed_by = Text(allow_null=True)


class DeletedOut(DeletionOut):
    task_id = Text()
