"""What a task is about."""

from django.db import models

from accounts.models import Organization

from .task import Task


class Reference(models.Model):
    """A thing in another system that the task is about: an invoice, a call, a patient.

    `kind` and `key` are how tasks are found by it; `content` is what the contract's client gave, unchanged.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="references")
    kind = models.CharField(max_length=63)
    key = models.CharField(max_length=255)
    label = models.CharField(max_length=255, blank=True)
    content = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organization", "kind", "key", "task"], name="reference_by_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.label or self.key}"
