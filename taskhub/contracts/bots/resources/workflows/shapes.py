"""What the workflows of the bots contract read and write."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.bots.mapping import STATUSES
from taskhub.contracts.bots.shapes import ChangeOut, DeletionOut, PageOut, Username, status_out
from taskhub.contracts.fields import Choice, FreeObject, Moment, Text, Version
from workflows.commands.instances import MAX_REASON
from workflows.engine.definition import MAX_DESCRIPTION
from workflows.engine.reading.steps import MAX_DEPENDENCIES, MAX_HOURS, MAX_STEPS
from workflows.engine.steps import Kind


class StepIn(serializers.Serializer[Any]):
    """A step: who does it, how long it takes, and the names of the steps that have to be done before.

    `assignee` is a username, `team` the slug of one whose members may claim the work.
    """

    name = Text(max_length=200)
    assignee = Username(required=False, allow_null=True)
    team = Text(max_length=63, required=False, allow_null=True)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False, allow_null=True)
    duration_hours = serializers.FloatField(required=False, allow_null=True, max_value=MAX_HOURS)
    depends_on = serializers.ListField(
        child=Text(max_length=200), required=False, allow_null=True, max_length=MAX_DEPENDENCIES
    )


@extend_schema_field(StepIn(many=True))
class Steps(serializers.Field[list[Any], Any, list[Any], Any]):
    """Taken as they come: what is wrong with them is told of all at once, each fault by its path."""

    default_error_messages = {
        "invalid": "Must be a list of steps.",
        "empty": "There must be at least one step.",
        "many": f"There are at most {MAX_STEPS:,} steps.",
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("invalid")
        if not data:
            self.fail("empty")
        if len(data) > MAX_STEPS:
            self.fail("many")
        return data

    def to_representation(self, value: list[Any]) -> list[Any]:
        return value


class WorkflowIn(serializers.Serializer[Any]):
    """A workflow to be started. `context` goes with it; `project` is a slug or an id, else the default project."""

    name = Text(max_length=200)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False, allow_null=True)
    steps = Steps()
    context = FreeObject(required=False, allow_null=True)  # type: ignore[assignment]
    project = Text(max_length=100, required=False, allow_null=True)


class WorkflowChangeIn(serializers.Serializer[Any]):
    """A workflow goes on by its tasks; all that can be said of it is that it is cancelled, and why."""

    status = Choice(STATUSES, required=False)
    reason = Text(max_length=MAX_REASON, allow_blank=True, required=False, allow_null=True)
    version = Version(required=False, allow_null=True)


class WorkflowStatusOut(serializers.Serializer[Any]):
    """How far a workflow is. `current_step` is the first open one in the order of the definition.

    `estimated_completion` is null where nobody knows how long the steps that remain take.
    """

    workflow_id = Text()
    name = Text()
    status = status_out()
    progress = serializers.IntegerField(min_value=0, max_value=100)
    completed_steps = serializers.IntegerField(min_value=0)
    total_steps = serializers.IntegerField(min_value=0)
    current_step = Text(allow_null=True)
    estimated_completion = Moment(allow_null=True)


class StepOut(serializers.Serializer[Any]):
    """A step and its latest visit. `task_id` is the task that somebody does for it."""

    name = Text()
    type = Choice([kind.value for kind in Kind])
    status = status_out()
    assignee = Text(allow_null=True)
    team = Text(allow_null=True)
    duration_hours = serializers.FloatField(allow_null=True)
    depends_on = serializers.ListField(child=Text())
    task_id = Text(allow_null=True)
    started_at = Moment(allow_null=True)
    completed_at = Moment(allow_null=True)


class WorkflowOut(WorkflowStatusOut):
    """A workflow with its steps."""

    created_at = Moment()
    created_by = Text(allow_null=True)
    completed_at = Moment(allow_null=True)
    project = Text()
    context = FreeObject()  # type: ignore[assignment]
    version = serializers.IntegerField()
    steps = StepOut(many=True)


class WorkflowRowOut(serializers.Serializer[Any]):
    """A workflow in a list."""

    workflow_id = Text()
    name = Text()
    status = status_out()
    created_at = Moment()
    created_by = Text(allow_null=True)
    completed_at = Moment(allow_null=True)


class WorkflowsOut(PageOut):
    """A page of workflows, the newest first."""

    workflows = WorkflowRowOut(many=True)


class WorkflowUpdatedOut(ChangeOut):
    """What was changed."""

    workflow_id = Text()


class WorkflowDeletedOut(DeletionOut):
    """It is cancelled, with its open tasks. What was done stays to be read."""

    workflow_id = Text()
