"""What people and systems say is wrong with a task."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization

from .task import Task


class Report(models.Model):
    """A complaint about a task, kept for good and forwarded to the project's report URL if it has one.

    `fire_at` is the moment of the next try; while somebody tries (`lease`), the end of that lease.
    """

    class State(models.TextChoices):
        LOCAL = "local", "Kept here"
        OWED = "owed", "To be forwarded"
        SENT = "sent", "Forwarded"
        GIVEN_UP = "given_up", "Given up"

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    reason = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    state = models.CharField(max_length=8, choices=State)
    error = models.CharField(max_length=300, blank=True)
    """Why it was not forwarded yet, in words for people."""
    attempts = models.PositiveSmallIntegerField(default=0)
    fire_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="owed", fire_at__isnull=False) | (~Q(state="owed") & Q(fire_at__isnull=True)),
                name="report_owed_has_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["fire_at"], condition=Q(state="owed"), name="report_owed")]

    def __str__(self) -> str:
        return self.reason
