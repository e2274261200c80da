"""Moments at which time itself acts on a task."""

from django.db import models
from django.db.models import Q

from accounts.models import Organization
from tasks.domain import deadlines

from .task import Task


class Deadline(models.Model):
    """A slim row per pending moment, gone when it has fired or its task is closed: sweeps see only what is due."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in (deadlines.DUE, deadlines.ESCALATION)])
    fire_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often firing it failed; a broken row is pushed ahead and never blocks the others."""

    class Meta:
        ordering = ["fire_at"]
        constraints = [
            models.UniqueConstraint(fields=["task", "kind"], name="deadline_once"),
            models.CheckConstraint(condition=~Q(kind=""), name="deadline_has_kind"),
        ]
        indexes = [models.Index(fields=["fire_at"], name="deadline_fire")]

    def __str__(self) -> str:
        return f"{self.kind} of task {self.task_id}"
