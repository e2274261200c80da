"""Automation rules, what was fired by name, and what each rule made of what happened."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization, Project
from tasks.models import Event, Task


class AutomationRule(models.Model):
    """If this then that. `trigger`, `condition` and `actions` are valid by `workflows.rules`.

    A rule acts with the rights of its `author`, who is whoever last said what it does. Where they have lost them, it is
    off and `paused_reason` says why. A deleted rule stays as long as its runs are kept.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """Only what happens to this project's tasks sets it off, and what it makes is made there."""
    name = models.CharField(max_length=200)
    trigger_type = models.CharField(max_length=63)
    trigger_value = models.CharField(max_length=200, blank=True)
    condition = models.TextField(blank=True)
    actions = models.JSONField()
    enabled = models.BooleanField(default=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paused_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    next_fire_at = models.DateTimeField(null=True, blank=True)
    """The next slot of a schedule."""
    last_fired_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(paused_reason="") | Q(enabled=False), name="rule_paused_is_off"),
            models.CheckConstraint(condition=Q(deleted_at__isnull=True) | Q(enabled=False), name="rule_deleted_is_off"),
            models.CheckConstraint(
                condition=Q(next_fire_at__isnull=True) | Q(enabled=True, trigger_type="schedule"),
                name="rule_slots_of_schedules",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "trigger_type"], condition=Q(enabled=True), name="rule_of_organization"
            ),
            models.Index(fields=["organization", "name", "id"], name="rule_by_name"),
            models.Index(fields=["next_fire_at"], condition=Q(next_fire_at__isnull=False), name="rule_slot"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def document(self) -> dict[str, Any]:
        """As `workflows.rules.read` takes it."""
        trigger = {"type": self.trigger_type, "value": self.trigger_value}
        return {"name": self.name, "trigger": trigger, "condition": self.condition, "actions": self.actions}


class TriggerEvent(models.Model):
    """A trigger that somebody fired by its name. Rules look at it once; `looked_at` says when."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=63)
    value = models.CharField(max_length=200, blank=True)
    context = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cause_depth = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(looked_at__isnull=True), name="trigger_owed"),
            models.Index(fields=["organization", "type", "-id"], name="trigger_of_organization"),
            models.Index(fields=["created_at"], name="trigger_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.value}".strip()


class RuleRun(models.Model):
    """What a rule made of one thing that happened: one row for a rule and a cause, so that it acts once.

    `cause` is the key of an event, a trigger or a slot. A run is planned as `owed`; whoever does what it owes writes
    the result in the same transaction.
    """

    class Result(models.TextChoices):
        OWED = "owed", "About to act"
        FIRED = "fired", "Acted"
        NOT_MATCHED = "not_matched", "Did not match"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"
        REFUSED = "refused", "Not allowed"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.ForeignKey(AutomationRule, on_delete=models.PROTECT, related_name="runs", db_index=False)
    cause = models.CharField(max_length=40)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    trigger = models.ForeignKey(TriggerEvent, null=True, on_delete=models.PROTECT, related_name="runs")
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The task it is about, if there is one."""
    result = models.CharField(max_length=11, choices=Result)
    why = models.CharField(max_length=1_000, blank=True)
    """In words for people: why it did not match, what went wrong, why it was stopped."""
    made = models.JSONField(default=list, blank=True)
    """What it did: `{"action", "kind", "id", "label"}` for each action."""
    depth = models.PositiveSmallIntegerField(default=1)
    """How many automatic steps led here, this one included."""
    run_at = models.DateTimeField()
    """When what is owed may be done: at once, or after a failed try's pause."""
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "cause"], name="rule_acts_once"),
            models.CheckConstraint(
                condition=Q(result="owed", done_at__isnull=True) | (~Q(result="owed") & Q(done_at__isnull=False)),
                name="run_done_unless_owed",
            ),
        ]
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(result="owed"), name="run_owed"),
            models.Index(fields=["rule", "-id"], name="run_of_rule"),
            models.Index(fields=["rule", "result", "-id"], name="run_of_rule_by_result"),
            models.Index(fields=["created_at"], name="run_age"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_result_display()}"

    def end(self, result: str, why: str, now: datetime) -> None:
        """Say how it ended; the caller saves it."""
        self.result, self.why, self.done_at = result, why[:1_000], now
