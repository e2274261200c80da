"""Processes as they run."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization, Project
from tasks.models import Task

from .definition import WorkflowDefinition


class WorkflowInstance(models.Model):
    """One run of a definition. `state` is the engine's value; everything else repeats what people search and see.

    An instance that a step of another one started has a `parent`, and the `root` of them all. The row of the root is
    the lock of the whole tree: whoever moves an instance holds it, before any task of it.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        COMPLETED = "completed", "Completed"
        CANCELED = "canceled", "Canceled"
        FAILED = "failed", "Failed"

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    definition = models.ForeignKey(
        WorkflowDefinition, on_delete=models.PROTECT, related_name="instances", db_index=False
    )
    key = models.SlugField(max_length=63, db_index=False)
    """The definition's key, for the uniqueness of business keys over its versions."""
    business_key = models.CharField(max_length=200, null=True, blank=True)
    entity_type = models.CharField(max_length=63, blank=True)
    entity_id = models.CharField(max_length=200, blank=True)
    entity_label = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.RUNNING)
    has_incident = models.BooleanField(default=False)
    """A step broke and waits for somebody to retry it or to cancel the instance."""
    state = models.JSONField()
    cancel_reason = models.CharField(max_length=2_000, blank=True)
    root = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    parent_run = models.CharField(max_length=40, blank=True)
    """The run of the parent that waits for this instance to end."""
    depth = models.PositiveSmallIntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key", "business_key"],
                condition=Q(business_key__isnull=False),
                name="business_key_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "status", "-id"], name="instance_of_organization"),
            models.Index(fields=["definition", "status", "-id"], name="instance_of_definition"),
            models.Index(fields=["organization", "entity_type", "entity_id"], name="instance_of_entity"),
            models.Index(fields=["organization", "-id"], condition=Q(has_incident=True), name="instance_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.pk}"


class StepRun(models.Model):
    """One visit of a step."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    instance = models.ForeignKey(WorkflowInstance, on_delete=models.PROTECT, related_name="runs", db_index=False)
    run = models.CharField(max_length=40)
    """The engine's id of this visit."""
    step = models.CharField(max_length=63)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=9)
    visit = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    task = models.OneToOneField(Task, null=True, on_delete=models.PROTECT, related_name="step_run")
    child = models.ForeignKey(WorkflowInstance, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The instance that the step started and waits for."""
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=80, blank=True)
    form_data = models.JSONField(default=dict, blank=True)
    completed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    message = models.CharField(max_length=100, blank=True)
    """The name of the message it waits for."""
    correlation = models.CharField(max_length=200, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=1000, blank=True)
    """Why it stands still, or why it was canceled."""

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["instance", "run"], name="run_once")]
        indexes = [
            models.Index(fields=["instance", "id"], name="run_of_instance"),
            models.Index(
                fields=["organization", "message", "correlation"],
                condition=Q(state="open") & ~Q(message=""),
                name="run_waiting_for_message",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of instance {self.instance_id}"


class Timer(models.Model):
    """A slim row per moment that an instance waits for, and per action that is owed; deleted when it has fired."""

    class Kind(models.TextChoices):
        WAIT = "wait", "The wait is over"
        TIMEOUT = "timeout", "The message has not come"
        RETRY = "retry", "An action is to be tried again"
        ACTION = "action", "An action is to be run"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    instance = models.ForeignKey(WorkflowInstance, on_delete=models.PROTECT, related_name="timers", db_index=False)
    run = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    fire_at = models.DateTimeField()
    """When it is due; while somebody runs the action, the end of their lease."""
    lease = models.UUIDField(null=True, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0)
    """How often firing it broke; it is put off each time, so that it stops nobody else."""
    payload = models.JSONField(default=dict, blank=True)
    """Of an action: its name, inputs and attempt."""

    class Meta:
        ordering = ["fire_at"]
        constraints = [models.UniqueConstraint(fields=["instance", "run", "kind"], name="timer_once")]
        indexes = [models.Index(fields=["fire_at", "id"], name="timer_fire")]

    def __str__(self) -> str:
        return f"{self.kind} of run {self.run}"
