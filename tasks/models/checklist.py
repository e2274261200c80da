"""What belongs to one task's work: the points to tick off, and the time that went into it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization

from .task import Task


class ChecklistItem(models.Model):
    """A point of a task's checklist; done while `done_at` says when."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="checklist")
    text = models.CharField(max_length=500)
    position = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class TimeEntry(models.Model):
    """Minutes that somebody spent on a task. Entries are only added: the time spent is their sum."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="time_entries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "time entries"
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="time_entry_positive")]

    def __str__(self) -> str:
        return f"{self.minutes} min"
