"""Reusable shapes of tasks."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization, Team
from tasks.domain import placeholders

from .task import Priority


class TaskTemplate(models.Model):
    """What tasks made from it say, with `{{variables}}` that whoever makes one fills in.

    Templates belong to the whole organization. One that is archived makes no more tasks and gives its name free.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    title_template = models.CharField(max_length=500, blank=True)
    """The task's title; where it is empty, the name is."""
    description_template = models.TextField(blank=True)
    category = models.CharField(max_length=63, blank=True)
    default_priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.MEDIUM)
    default_tags = models.JSONField(default=list, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    default_due = models.DurationField(null=True, blank=True)
    """How long after it was made the task is due."""
    assign_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assign_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"], condition=Q(archived_at__isnull=True), name="template_name_once"
            ),
            models.CheckConstraint(
                condition=Q(assign_user__isnull=True) | Q(assign_team__isnull=True), name="template_one_assignee"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What the title is made of."""
        return self.title_template or self.name

    @property
    def variables(self) -> tuple[str, ...]:
        """What has to be filled in, in the order in which it stands."""
        return placeholders.names(self.title, self.description_template, *self.checklist)
