"""Files that came in for a project, and what its pipeline made of each."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization, Project
from tasks.models import Task

from .definition import WorkflowDefinition
from .instance import WorkflowInstance

ENTITY_TYPE = "document"
"""What an instance is about that goes through a pipeline; so are those that it starts."""


def place(document: "Document", name: str) -> str:
    """Where the file lies: nothing of what somebody called it, and nothing that could be guessed."""
    token = secrets.token_hex(20)
    return f"documents/{document.organization_id}/{token[:2]}/{token[2:]}"


class Upload(models.Model):
    """Files that came in together. All of them go through `definition`; the status is derived from their tasks."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    definition = models.ForeignKey(WorkflowDefinition, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["project", "-id"], name="upload_of_project"),
            models.Index(fields=["organization", "-id"], name="upload_of_organization"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Document(models.Model):
    """One file of an upload, and the instance of the pipeline that it goes through."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="documents", db_index=False)
    instance = models.OneToOneField(WorkflowInstance, on_delete=models.PROTECT, related_name="document")
    position = models.PositiveIntegerField()
    """Counts from 1 within the upload, without gaps."""
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=place, max_length=120)

    class Meta:
        ordering = ["upload_id", "position"]
        constraints = [models.UniqueConstraint(fields=["upload", "position"], name="document_place_once")]
        indexes = [models.Index(fields=["file"], name="document_file")]  # is there a row for this file?

    def __str__(self) -> str:
        return self.name


class DocumentTask(models.Model):
    """What a task of a pipeline has beside other tasks: its document, and what processing found.

    Written with the task by whatever moves the instance, and by `export`. `upload` and `organization` repeat those of
    the document: lists and counts of an upload read nothing else but the tasks.
    """

    task = models.OneToOneField(Task, primary_key=True, on_delete=models.PROTECT, related_name="document_task")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="tasks")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    step = models.CharField(max_length=63)
    found = models.JSONField(default=dict, blank=True)
    """What the processor found beyond the step's fields, which are in the task's `form_data`."""
    issues = models.JSONField(default=list, blank=True)
    """`{"field", "code", "message", "confidence"}` each: why somebody should look at it."""
    metadata = models.JSONField(default=dict, blank=True)
    """What the processor says of the document besides its data."""
    exported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["task_id"]
        indexes = [models.Index(fields=["upload", "task"], name="task_of_upload")]

    def __str__(self) -> str:
        return f"{self.step} of document {self.document_id}"


class Processing(models.Model):
    """Work that a processor owes to a run. The row is there only while it is owed; deleted by who answers.

    `fire_at` says when somebody may take it; while somebody has, it is the end of their lease. Only who still holds
    the lease may answer.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    instance = models.ForeignKey(WorkflowInstance, on_delete=models.PROTECT, related_name="processings")
    run = models.CharField(max_length=40)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    processor = models.CharField(max_length=63)
    options = models.JSONField(default=dict, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    fire_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True, editable=False)
    worker = models.CharField(max_length=100, blank=True)
    """Who holds the lease, as they call themselves."""
    losses = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How many leases have run out without an answer."""
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["fire_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run"], name="processing_of_run"),
            models.CheckConstraint(condition=Q(lease__isnull=False) | Q(worker=""), name="processing_held_by_worker"),
        ]
        indexes = [
            models.Index(fields=["processor", "fire_at", "id"], name="processing_owed"),
            models.Index(fields=["organization", "processor", "fire_at", "id"], name="processing_owed_to"),
        ]

    def __str__(self) -> str:
        return f"{self.processor} for run {self.run}"
