"""Files that belong to a task."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization

from .activity import Comment
from .task import Task


def place(attachment: "Attachment", name: str) -> str:
    """Where the file lies: nothing of what somebody called it, and nothing that could be guessed."""
    token = secrets.token_hex(20)
    return f"attachments/{attachment.organization_id}/{token[:2]}/{token[2:]}"


class Attachment(models.Model):
    """A file that somebody added. It is handed out by a page that asks who wants it, never by its place."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="attachments")
    comment = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments", db_index=False
    )
    """The comment it was sent with, if it was."""
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=place, max_length=120)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["file"], name="attachment_file"),  # is there a row for this file?
            models.Index(fields=["comment"], condition=Q(comment__isnull=False), name="attachment_of_comment"),
        ]

    def __str__(self) -> str:
        return self.name
