"""What the automations of the bots contract read and write."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.bots.shapes import ChangeOut, DeletionOut, PageOut
from taskhub.contracts.fields import Flag, FreeObject, Moment, Text, Version
from workflows.rules.reading import MAX_ACTIONS, MAX_NAME
from workflows.rules.triggers import MAX_VALUE

ACTIONS = (
    "create_task", "start_workflow", "assign", "set_priority", "set_due_date", "add_comment", "add_tag", "notify",
    "escalate",
)  # fmt: skip


@extend_schema_field(
    {"type": "object", "properties": {"type": {"type": "string", "enum": list(ACTIONS)}}, "additionalProperties": {}}
)
class ActionField(FreeObject):
    """What a rule does. Which fields go with which type stands in docs/automation.md; their values are the rule's."""


class TriggerIn(serializers.Serializer[Any]):
    """`type` is an event of tasks (task.created), `schedule` with a cron expression as value, or any other name."""

    type = Text(max_length=MAX_VALUE)
    value = Text(max_length=MAX_VALUE, allow_blank=True, required=False)


class AutomationChangeIn(serializers.Serializer[Any]):
    """What of a rule changes. Whoever changes what it does becomes its author."""

    name = Text(max_length=MAX_NAME, required=False)
    trigger = TriggerIn(required=False)
    condition = Text(max_length=2_000, allow_blank=True, required=False)
    action = ActionField(required=False)
    actions = serializers.ListField(child=ActionField(), max_length=MAX_ACTIONS, required=False)
    project = Text(max_length=100, required=False, allow_null=True)
    enabled = Flag(required=False)
    version = Version(required=False, allow_null=True)


class AutomationIn(AutomationChangeIn):
    """A new rule: `trigger`, `condition` (CEL) and what then is done, `action` or several `actions`."""

    name = Text(max_length=MAX_NAME)
    trigger = TriggerIn()
    version = None  # type: ignore[assignment]


class TriggerOut(serializers.Serializer[Any]):
    """What sets the rule off."""

    type = Text()
    value = Text()


class AutomationOut(serializers.Serializer[Any]):
    """A rule. `action` is the first of `actions`; `paused_reason` says why TaskHub has turned it off."""

    automation_id = Text()
    name = Text()
    trigger = TriggerOut()
    condition = Text()
    action = ActionField()
    actions = serializers.ListField(child=ActionField())
    project = Text(allow_null=True)
    enabled = Flag()
    paused_reason = Text()
    author = Text()
    version = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()
    last_fired_at = Moment(allow_null=True)
    next_fire_at = Moment(allow_null=True)


class AutomationsOut(PageOut):
    """A page of rules, by name."""

    automations = AutomationOut(many=True)


class AutomationUpdatedOut(ChangeOut):
    """What has changed."""

    automation_id = Text()


class AutomationDeletedOut(DeletionOut):
    automation_id = Text()
