"""What happened to an instance as a whole. What happened in its steps stands in their runs and tasks."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import Organization

from .instance import WorkflowInstance


class InstanceEvent(models.Model):
    """Something that happened to an instance, in the past tense. Never changed."""

    class Type(models.TextChoices):
        STARTED = "instance.started", "Started"
        COMPLETED = "instance.completed", "Completed"
        CANCELED = "instance.canceled", "Canceled"
        REOPENED = "instance.reopened", "Opened again"
        INCIDENT_RAISED = "incident.raised", "A step stands still"
        INCIDENT_RETRIED = "incident.retried", "A step is tried again"
        MESSAGE_RECEIVED = "message.received", "A message came"
        CONDITION_FAILED = "condition.failed", "A condition could not be judged and counted as false"
        STEP_SKIPPED = "step.skipped", "A path ended before this step"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    instance = models.ForeignKey(WorkflowInstance, on_delete=models.PROTECT, related_name="events", db_index=False)
    type = models.CharField(max_length=20, choices=Type)
    step = models.CharField(max_length=63, blank=True)
    text = models.CharField(max_length=2_000, blank=True)
    """Why, in words for people."""
    payload = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["instance", "id"], name="history_of_instance")]

    def __str__(self) -> str:
        return f"{self.type} of instance {self.instance_id}"
