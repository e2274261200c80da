"""Definitions in all their versions."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.administration import OwnRelatedFilter
from workflows import commands
from workflows.models import WorkflowDefinition

from .pages import WorkflowAdmin, action


@admin.register(WorkflowDefinition)
class WorkflowDefinitionPages(WorkflowAdmin):
    unread = ("document",)
    list_display = ("key", "version", "status", "name", "entity_type", "organization", "created_by", "published_at")
    list_display_links = ("key", "version")
    list_filter = (
        "status",
        "is_listed",
        ("published_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("organization", "created_by")
    search_fields = ("key", "name", "entity_type", "=uuid")
    exclude = ("document",)
    readonly_fields = ("uuid", "written")
    actions = (
        action(
            "Publish drafts",
            "published",
            lambda actor, row, _: commands.publish(actor=actor, definition=row.pk),
        ),
        action(
            "Retire: starts no new instance",
            "retired",
            lambda actor, row, _: commands.retire(actor=actor, definition=row.pk),
        ),
    )

    @admin.display(description="document")
    def written(self, row: WorkflowDefinition) -> SafeString:
        """As its author wrote it."""
        return format_html("<pre>{}</pre>", json.dumps(row.document, ensure_ascii=False, indent=2))
