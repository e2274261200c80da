"""Instances of workflows, what happened in them, and messages to them."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import Choice, Flag, FreeObject, Id, Moment, Text, Version
from tasks.domain.lifecycle import State
from workflows.commands.instances import MAX_REASON
from workflows.commands.messages import MAX_CORRELATION, MAX_NAME
from workflows.engine.steps import Kind
from workflows.models import InstanceEvent, StepRun, WorkflowInstance

from .common import EntityOut, MessageOut, PageOut, PersonOut, Strict

STATUSES = tuple(WorkflowInstance.Status.values)
VERBS = ("cancel", "retry", "message")


class EntityIn(Strict):
    """What the instance is about: its type, your id of it, and how people call it."""

    type = Text(max_length=63, allow_blank=True, default="")
    id = Text(max_length=200, allow_blank=True, default="")
    label = Text(max_length=255, allow_blank=True, default="")  # type: ignore[assignment]


class InstanceIn(Strict):
    """Start an instance. `definition` is a key, or the id of one version; `version` goes with a key."""

    definition = Text(max_length=100)
    version = Version(required=False, allow_null=True)
    project = Id(required=False, allow_null=True)
    entity = EntityIn(required=False, allow_null=True)
    variables = FreeObject(required=False)
    business_key = Text(max_length=200, allow_blank=True, required=False, allow_null=True)


class CancelIn(Strict):
    """Why it is canceled."""

    reason = Text(max_length=MAX_REASON, allow_blank=True, default="")


class RetryIn(Strict):
    """Which step is tried again: the `run` of it; without one, all that stand still. `variables` are corrected ones."""

    run = Text(max_length=40, allow_blank=True, default="")
    variables = FreeObject(required=False)


class MessageIn(Strict):
    """A message: its name, what is in it, and what says whom it is for."""

    name = Text(max_length=MAX_NAME)
    payload = FreeObject(required=False)
    correlation = Text(max_length=MAX_CORRELATION, required=False, allow_null=True)


class BroadcastIn(MessageIn):
    """A message to every instance that waits for it with this correlation."""

    correlation = Text(max_length=MAX_CORRELATION)


class DefinitionRefOut(serializers.Serializer[Any]):
    """The version that the instance keeps to its end."""

    id = Id()
    key = Text()
    name = Text()
    version = serializers.IntegerField()


class ProjectRefOut(serializers.Serializer[Any]):
    """A project."""

    id = Id()
    slug = Text()
    name = Text()


class InstanceOut(serializers.Serializer[Any]):
    """One run of a workflow. An incident leaves it running: a step stands still until somebody retries it."""

    id = Id()
    definition = DefinitionRefOut()
    status = Choice(STATUSES)
    has_incident = Flag()
    business_key = Text(allow_null=True)
    entity = EntityOut(allow_null=True)
    project = ProjectRefOut()
    started_by = PersonOut(allow_null=True)
    started_at = Moment()
    ended_at = Moment(allow_null=True)
    updated_at = Moment()
    cancel_reason = Text(allow_null=True)
    version = serializers.IntegerField()


class InstancesOut(PageOut):
    """A page of instances."""

    items = InstanceOut(many=True)


class TaskRefOut(serializers.Serializer[Any]):
    """The task of a step."""

    id = Id()
    title = Text()
    status = Choice([state.value for state in State])


class StepOut(serializers.Serializer[Any]):
    """One visit of a step. `instance` is the one that the step has started; `error` says why it stands still."""

    run = Text()
    step = Text()
    name = Text()
    type = Choice([kind.value for kind in Kind])
    visit = serializers.IntegerField()
    status = Choice(StepRun.State.values)
    task = TaskRefOut(allow_null=True)
    instance = Id(allow_null=True)
    waits_for = MessageOut(allow_null=True)
    entered_at = Moment()
    left_at = Moment(allow_null=True)
    outcome = Text(allow_null=True)
    form_data = FreeObject()
    completed_by = PersonOut(allow_null=True)
    attempt = serializers.IntegerField()
    error = Text(allow_null=True)


class StepsOut(PageOut):
    """A page of visits, the newest first."""

    items = StepOut(many=True)


class ProgressOut(serializers.Serializer[Any]):
    """Steps done of those that are or may still come, and how long the longest way on takes, in hours."""

    completed = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField()
    remaining_hours = serializers.FloatField()


class WholeInstanceOut(InstanceOut):
    """One run with its data and its latest 1,000 visits, the oldest of them first. `allowed` is what you may do now."""

    parent = Id(allow_null=True)  # type: ignore[assignment]
    variables = FreeObject()
    progress = ProgressOut()
    steps = StepOut(many=True)
    allowed = serializers.ListField(child=Choice(VERBS))


TYPES = [*InstanceEvent.Type.values, "step.entered", "step.left"]


class EventOut(serializers.Serializer[Any]):
    """Something that happened: to the instance, to a visit of a step (`step.*`), or to its task (`task.*`, ...)."""

    type = Text(help_text=f"{', '.join(TYPES)}, or an event of a task.")
    at = Moment()
    by = PersonOut(allow_null=True, help_text="Null: TaskHub itself.")
    step = Text(allow_null=True)
    run = Text(allow_null=True)
    task = Id(allow_null=True)
    text = Text(allow_null=True)
    data = FreeObject()  # type: ignore[assignment]


class HistoryOut(PageOut):
    """A page of the history, the oldest first."""

    items = EventOut(many=True)


class ReachedOut(serializers.Serializer[Any]):
    """The instances that the message has reached."""

    instances = serializers.ListField(child=Id())
