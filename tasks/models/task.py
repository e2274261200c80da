"""The piece of human work."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.ids import uuid7
from accounts.models import Organization, Project
from tasks.domain.lifecycle import OPEN, State
from tasks.domain.shares import PLACES


class Priority(models.IntegerChoices):
    """A number, so that it sorts; contracts map it to their own words."""

    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"
    URGENT = 4, "Urgent"


class TaskQuerySet(models.QuerySet["Task"]):
    def present(self) -> Self:
        """Without deleted tasks, whose rows stay only for their history."""
        return self.filter(deleted_at__isnull=True)

    def open(self) -> Self:
        return self.filter(is_open=True)


class Task(models.Model):
    """What a person is asked to do.

    `is_open` and `due_sort` repeat `state` and `due_at` in the form that indexes want (constraints hold them equal).
    Both are copied to the open assignments, from which the inbox is read without touching this wide table.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="tasks")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="tasks")
    source = models.CharField(max_length=12)
    """The door it came in by: the name of a contract, or inbox."""

    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=63, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.MEDIUM)
    tags = models.JSONField(default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)

    state = models.CharField(
        max_length=12, choices=[(s.value, s.value.replace("_", " ")) for s in State], default=State.PENDING
    )
    closed_reason = models.CharField(max_length=12, blank=True)
    is_open = models.BooleanField(default=True)
    weight = models.DecimalField(max_digits=13, decimal_places=PLACES, default=Decimal(1))
    performed_weight = models.DecimalField(max_digits=13, decimal_places=PLACES, default=Decimal(0))
    progress = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How far the work is, in percent, as those who do it say."""
    outcome = models.CharField(max_length=80, blank=True)
    resolution = models.TextField(blank=True)

    outcomes = models.JSONField(default=list, blank=True)
    """The results it may end with, as `domain.results.to_json` writes them. Without any, an outcome is free words."""
    form_fields = models.JSONField(default=list, blank=True)
    """What is asked for beside the result, as `domain.form.Field.to_json` writes it."""
    form_data = models.JSONField(default=dict, blank=True)
    """The answers by the fields' names; until somebody has answered, what the form shows at first."""
    instance_id = models.BigIntegerField(null=True, blank=True)
    """The workflow instance whose step it is. Only a number here: this layer does not know what that is."""

    due_at = models.DateTimeField(null=True, blank=True)
    due_sort = models.DateTimeField()
    escalate_at = models.DateTimeField(null=True, blank=True)
    """When it is escalated, where that is not the organization's pause after the due time."""
    escalation_level = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True, blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="created_tasks"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="closed_tasks"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0), name="task_weight_positive"),
            models.CheckConstraint(condition=Q(performed_weight__gte=0), name="task_performed_not_negative"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="task_progress_percent"),
            models.CheckConstraint(
                condition=Q(is_open=True, state__in=sorted(OPEN)) | (Q(is_open=False) & ~Q(state__in=sorted(OPEN))),
                name="task_is_open_as_its_state",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_sort=F("due_at")), name="task_due_sort_as_due_at"
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(is_open=False), name="task_deleted_is_closed"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], condition=Q(deleted_at__isnull=True), name="task_org_newest"),
            models.Index(fields=["project", "-id"], condition=Q(deleted_at__isnull=True), name="task_project_newest"),
            models.Index(
                fields=["organization", "created_at"], condition=Q(deleted_at__isnull=True), name="task_org_created"
            ),
            models.Index(
                fields=["organization", "due_sort", "id", "project", "created_at"],
                condition=Q(is_open=True),
                name="task_org_open_due",
            ),
            models.Index(
                fields=["created_by", "due_sort", "id", "organization"],
                condition=Q(is_open=True),
                name="task_creator_open_due",
            ),
            models.Index(
                fields=["organization", "-id"],
                condition=Q(instance_id__isnull=False, deleted_at__isnull=True),
                name="task_org_steps_newest",
            ),
            models.Index(
                fields=["instance_id"], condition=Q(instance_id__isnull=False, is_open=True), name="task_instance_open"
            ),
            models.Index(
                fields=["closed_by", "-closed_at", "-id"], condition=Q(is_open=False), name="task_closer_closed"
            ),
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="task_deleted"),
        ]

    def __str__(self) -> str:
        return self.title
