"""What the admin pages of workflows have in common."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.actor import Actor, Role
from accounts.administration import OrganizationAdmin, ReadOnlyInline, staff_actor

MOST = 500
"""Rows one action may touch; each is a transaction of its own."""

Verb = Callable[[Actor, Any, HttpRequest], object]


class WorkflowAdmin(OrganizationAdmin):
    """Shown to managers, changed by commands only. `unread` are large columns that lists have no use for."""

    least_role = Role.MANAGER
    unread: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*self.unread)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who reaches a row here may try; the command decides."""
        return self.has_view_permission(request)


class LatestInline(ReadOnlyInline):
    """The latest rows below an instance: a long one has thousands."""

    most = 200

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        match = request.resolver_match
        parent = {f"{self.fk_name}_id": match.kwargs.get("object_id", "0") if match else "0"}
        latest = self.model._default_manager.filter(**parent).order_by("-pk").values("pk")[: self.most]
        return super().get_queryset(request).filter(pk__in=latest)


def action(name: str, done: str, verb: Verb) -> Callable[..., None]:
    """An admin action that calls `verb` for each ticked row, as the staff member in the row's organization."""

    @admin.action(description=name, permissions=["act"])
    def act(pages: WorkflowAdmin, request: HttpRequest, rows: QuerySet[Any]) -> None:
        ticked = list(rows[: MOST + 1])
        if len(ticked) > MOST:
            pages.message_user(request, f"At most {MOST} at a time.", messages.ERROR)
            return
        pages.each(request, ticked, lambda row: verb(staff_actor(request, row.organization_id), row, request), done)

    act.__name__ = done.replace(" ", "_")
    return act
