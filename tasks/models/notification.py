"""Who is told what, through which channel."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization

from .event import Event
from .task import Task


class Delivery(models.Model):
    """One message to one person through one channel. Its `uuid` is the stable id that outside systems see.

    In-app deliveries are delivered by being written. The others are claimed with a lease, sent outside of any
    transaction and then marked; a claim whose sender died is free again when its lease ends.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        FAILED = "failed"

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=16)
    notice = models.CharField(max_length=32)
    """What the person is told: a key of `tasks.notifications.notices.NOTICES`."""
    reason = models.CharField(max_length=16)
    """Why this person: assignee, creator, watcher or manager."""
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    run_at = models.DateTimeField()
    """When it may be claimed: now, after a failed try's pause, or at the end of a lease."""
    lease = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    external_id = models.CharField(max_length=255, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["event", "user", "channel"], name="delivery_once")]
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(channel="in_app"), name="delivery_of_user"),
            models.Index(
                fields=["user", "organization"],
                condition=Q(channel="in_app", read_at__isnull=True),
                name="delivery_unread",
            ),
            models.Index(fields=["run_at", "id"], condition=Q(state="pending"), name="delivery_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.user} by {self.channel}"


class NotificationPreference(models.Model):
    """A person's own answer to: tell me of this notice, in this role, by this channel? No row: the default holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", db_index=False)
    notice = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    recipient = models.CharField(max_length=16)
    enabled = models.BooleanField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "notice", "channel", "recipient"], name="preference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} by {self.channel} as {self.recipient}: {'yes' if self.enabled else 'no'}"
