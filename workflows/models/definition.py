"""Process models in versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization

from .document import DocumentField


class WorkflowDefinition(models.Model):
    """One version of a process model.

    A draft may be changed; publishing freezes it, and running instances keep the version they started with. A retired
    version starts no new instance.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.SlugField(max_length=63, db_index=False)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    name = models.CharField(max_length=200)
    entity_type = models.CharField(max_length=63, blank=True)
    is_listed = models.BooleanField(default=True)
    """Whether people choose from it. The others came with the request that started their first instance."""
    document = DocumentField()
    """The definition as it was written, valid by `workflows.engine` once published."""
    revision = models.PositiveIntegerField(default=1)
    """Counts every change of this row, so that two people who edit one draft do not overwrite each other."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "key", "version"], name="definition_version_once"),
            models.UniqueConstraint(fields=["organization", "key"], condition=Q(status="draft"), name="one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
