"""Tasks and what hangs on them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.actor import Role
from accounts.administration import OrganizationAdmin, OwnRelatedFilter, ReadOnlyInline, words_filter
from tasks.domain.lifecycle import ClosedReason
from tasks.models import (
    Assignment,
    Attachment,
    Category,
    ChecklistItem,
    Comment,
    Deadline,
    Event,
    Reference,
    Task,
    TimeEntry,
    Watcher,
)

from .actions import ACTIONS, TaskActionForm

SOURCES = ("customers", "worklist", "bots", "documents", "intake", "hub", "inbox", "rule")


class TaskRowAdmin(OrganizationAdmin):
    """Rows below a task: shown to managers, changed by nobody here."""

    least_role = Role.MANAGER
    list_select_related: Any = ("organization", "task")


class Shares(ReadOnlyInline):
    model = Assignment
    fields = ("user", "team", "weight", "state", "is_open", "assigned_at", "acted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "team")


class References(ReadOnlyInline):
    model = Reference
    fields = ("kind", "key", "label")


class Comments(ReadOnlyInline):
    model = Comment
    fields = ("author", "text", "created_at")


class Attachments(ReadOnlyInline):
    model = Attachment
    fields = ("name", "content_type", "size", "uploaded_by", "created_at")


class Checklist(ReadOnlyInline):
    model = ChecklistItem
    fields = ("position", "text", "done_at", "done_by")


class TimeSpent(ReadOnlyInline):
    model = TimeEntry
    fields = ("user", "minutes", "note", "at")


class Events(ReadOnlyInline):
    model = Event
    fields = ("seq", "type", "actor_kind", "actor", "payload", "created_at")
    ordering = ("seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("actor")


@admin.register(Task)
class TaskPages(TaskRowAdmin):
    list_display = ("id", "title", "state", "priority", "project", "source", "due_at", "escalation_level", "created_at")
    list_display_links = ("id", "title")
    list_filter = (
        "state",
        "is_open",
        "priority",
        words_filter("source", SOURCES),
        words_filter("closed_reason", [reason.value for reason in ClosedReason]),
        ("escalated_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
        ("due_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
        ("project", OwnRelatedFilter),
    )
    list_select_related = ("project",)
    search_fields = ("title", "=id", "=uuid", "references__key")
    search_help_text = "Words of the title, a number, a uuid, or the key of something the task is about."
    inlines = (Shares, References, Checklist, TimeSpent, Attachments, Comments, Events)
    actions = ACTIONS
    action_form = TaskActionForm

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who reaches a task here may try; the task's own policy decides."""
        return self.has_view_permission(request)


@admin.register(Assignment)
class AssignmentPages(TaskRowAdmin):
    list_display = ("id", "task", "user", "team", "weight", "state", "is_open", "due_sort")
    list_filter = ("state", "is_open", ("organization", OwnRelatedFilter), ("team", OwnRelatedFilter))
    list_select_related = ("task", "user", "team")
    search_fields = ("=task__id", "user__username", "team__slug")


@admin.register(Reference)
class ReferencePages(TaskRowAdmin):
    list_display = ("id", "task", "kind", "key", "label")
    list_filter = (("organization", OwnRelatedFilter),)
    search_fields = ("=key", "=task__id")


@admin.register(Watcher)
class WatcherPages(TaskRowAdmin):
    list_display = ("id", "task", "user", "created_at")
    list_filter = ("created_at", ("organization", OwnRelatedFilter))
    list_select_related = ("task", "user")
    search_fields = ("=task__id", "user__username")


@admin.register(Attachment)
class AttachmentPages(TaskRowAdmin):
    """What is there; the files themselves are handed out by the pages of tasks."""

    list_display = ("id", "task", "name", "content_type", "size", "uploaded_by", "created_at")
    list_filter = ("created_at", ("organization", OwnRelatedFilter))
    list_select_related = ("task", "uploaded_by")
    search_fields = ("name", "=task__id", "uploaded_by__username")
    exclude = ("file",)


@admin.register(Comment)
class CommentPages(TaskRowAdmin):
    list_display = ("id", "task", "author", "text", "created_at")
    list_filter = ("created_at", ("organization", OwnRelatedFilter))
    list_select_related = ("task", "author")
    search_fields = ("text", "=task__id", "author__username")


@admin.register(ChecklistItem)
class ChecklistItemPages(TaskRowAdmin):
    list_display = ("id", "task", "position", "text", "done_at", "done_by")
    list_filter = (("done_at", admin.EmptyFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("task", "done_by")
    search_fields = ("text", "=task__id")


@admin.register(TimeEntry)
class TimeEntryPages(TaskRowAdmin):
    list_display = ("id", "task", "user", "minutes", "note", "at")
    list_filter = ("at", ("organization", OwnRelatedFilter))
    list_select_related = ("task", "user")
    search_fields = ("note", "=task__id", "user__username")


@admin.register(Deadline)
class DeadlinePages(TaskRowAdmin):
    list_display = ("id", "task", "kind", "fire_at", "attempts")
    list_filter = ("kind", "fire_at", ("organization", OwnRelatedFilter))
    search_fields = ("=task__id",)


@admin.register(Category)
class CategoryPages(OrganizationAdmin):
    """Words of an organization: plain rows that nothing hangs on, so they are written here."""

    may_add = may_change = may_delete = True
    list_display = ("slug", "title", "icon", "organization")
    list_filter = (("organization", OwnRelatedFilter),)
    list_select_related = ("organization",)
    search_fields = ("slug", "title")
