"""Uploads, their documents, what was found in them and what is owed to them. The files are handed out elsewhere."""

from typing import Any

from django.contrib import admin

from accounts.administration import OwnRelatedFilter
from workflows.models import Document, DocumentTask, Processing, Upload

from .pages import LatestInline, WorkflowAdmin

UNREAD = ("instance__state", "upload__definition__document")


class Documents(LatestInline):
    model = Document
    fk_name = "upload"
    fields = ("position", "name", "content_type", "size", "instance")


@admin.register(Upload)
class UploadPages(WorkflowAdmin):
    unread = ("definition__document",)
    list_display = ("id", "project", "definition", "created_by", "created_at")
    list_filter = (
        ("created_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
        ("project", OwnRelatedFilter),
    )
    list_select_related = ("project", "definition", "created_by")
    search_fields = ("=id", "=uuid", "=created_by__username")
    readonly_fields = ("uuid",)
    inlines = (Documents,)


@admin.register(Document)
class DocumentPages(WorkflowAdmin):
    unread = UNREAD[:1]
    list_display = ("id", "name", "upload", "position", "content_type", "size", "instance")
    list_display_links = ("id", "name")
    list_filter = ("content_type", ("organization", OwnRelatedFilter))
    list_select_related = ("upload", "instance")
    search_fields = ("=id", "=uuid", "=upload__uuid", "name", "=sha256")
    readonly_fields = ("uuid",)
    exclude = ("file",)


@admin.register(DocumentTask)
class DocumentTaskPages(WorkflowAdmin):
    list_display = ("task", "document", "upload", "step", "state", "exported_at")
    list_filter = (("exported_at", admin.DateFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("task", "document", "upload")
    search_fields = ("=task__id", "=task__uuid", "=upload__uuid", "=step", "document__name")

    @admin.display(ordering="task__state")
    def state(self, row: DocumentTask) -> Any:
        return row.task.get_state_display()


@admin.register(Processing)
class ProcessingPages(WorkflowAdmin):
    unread = UNREAD[:1]
    list_display = ("id", "processor", "task", "instance", "attempt", "fire_at", "worker")
    list_filter = (("fire_at", admin.DateFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("task", "instance")
    search_fields = ("=uuid", "=processor", "=run", "=worker", "=instance__id")
    readonly_fields = ("uuid",)
    exclude = ("lease",)
