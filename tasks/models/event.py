"""What happened, and what is owed after it. Written by `tasks.events.record` only."""

from typing import NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.models import Organization

from .task import Task


class AppendOnly(models.QuerySet["Event"]):
    """History does not change. On PostgreSQL a trigger says the same to raw SQL."""

    def update(self, **_: object) -> NoReturn:
        raise TypeError("Events are never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("Events are never deleted.")


class Event(models.Model):
    """Something that happened to a task, in the past tense (`task.completed`).

    `seq` counts from 1 without gaps per task. `payload` holds ids and changed facts; where the event changed the task's
    state, `payload["state"]` is the new one, so that the state is the fold of the events.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    cause_depth = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["task", "seq"], name="event_seq_once")]
        indexes = [models.Index(fields=["organization", "id"], name="event_of_organization")]

    def __str__(self) -> str:
        return f"{self.type} #{self.seq} of task {self.task_id}"


class OutboxEntry(models.Model):
    """One handler's work for one event. It vanishes when done; one that failed for good stays, with `dead_at`.

    Without a foreign key in the database, where it would be a third of what writing an entry costs: entries are written
    with their event, which is never deleted.
    """

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="outbox", db_index=False, db_constraint=False
    )
    handler = models.CharField(max_length=100)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "outbox entries"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="outbox_once")]
        indexes = [models.Index(fields=["run_at", "id"], condition=Q(dead_at__isnull=True), name="outbox_owed")]

    def __str__(self) -> str:
        return f"{self.handler} for event {self.event_id}"
