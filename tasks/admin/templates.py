"""Templates of tasks: to look at, to archive and to bring back. They are written on the staff pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.actor import Actor, Role
from accounts.administration import OrganizationAdmin, OwnRelatedFilter, staff_actor
from tasks.commands.templates import archive_template, restore_template
from tasks.models import TaskTemplate


@admin.register(TaskTemplate)
class TaskTemplatePages(OrganizationAdmin):
    least_role = Role.MANAGER
    list_display = ("id", "name", "default_priority", "assign_user", "assign_team", "version", "updated_at")
    list_display_links = ("id", "name")
    list_filter = (
        ("archived_at", admin.EmptyFieldListFilter),
        "default_priority",
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("assign_user", "assign_team")
    search_fields = ("name", "=id", "=uuid")
    actions = ("archive", "restore")

    @admin.action(description="Archive the chosen templates", permissions=["act"])
    def archive(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.each(request, rows, lambda row: archive_template(actor=_actor(request, row), template=row.pk), "archived")

    @admin.action(description="Bring the chosen templates back", permissions=["act"])
    def restore(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.each(request, rows, lambda row: restore_template(actor=_actor(request, row), template=row.pk), "restored")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who reaches a template here may try; the command decides."""
        return self.has_view_permission(request)


def _actor(request: HttpRequest, row: TaskTemplate) -> Actor:
    return staff_actor(request, row.organization_id)
