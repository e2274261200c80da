"""What has happened and what is owed after it: to look at, and to try again what was given up."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.actor import Role
from accounts.administration import OrganizationAdmin, OwnRelatedFilter, tell, words_filter
from tasks import outbox
from tasks.models import Event, OutboxEntry

KINDS = ("user", "key", "rule", "system")
TYPES = (
    *(f"task.{word}" for word in ("created", "started", "claimed", "released", "reassigned", "updated", "overdue")),
    *(
        f"task.{word}"
        for word in ("escalated", "completed", "declined", "canceled", "failed", "reopened", "deleted", "reported")
    ),
    *(f"task.{word}" for word in ("presented", "reprocessed", "unlocked")),
    *("share.performed", "share.declined", "task.progressed", "time.logged", "comment.added", "comment.mentioned"),
    *(f"checklist.{word}" for word in ("added", "changed", "ticked", "unticked", "removed")),
    *("attachment.added", "watcher.added", "watcher.removed"),
)


@admin.register(Event)
class EventPages(OrganizationAdmin):
    """History does not change, whoever asks."""

    least_role = Role.MANAGER
    list_display = ("id", "type", "task", "seq", "actor_kind", "actor", "created_at")
    list_filter = (
        words_filter("type", TYPES),
        words_filter("actor_kind", KINDS),
        "created_at",
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("task", "actor")
    search_fields = ("=task__id", "actor__username")


@admin.register(OutboxEntry)
class OutboxEntryPages(OrganizationAdmin):
    organization_path = "event__organization_id"
    list_display = ("id", "handler", "event", "run_at", "attempts", "dead_at", "last_error")
    list_filter = (("dead_at", admin.EmptyFieldListFilter), "attempts")
    list_select_related = ("event",)
    search_fields = ("handler", "=event__task__id", "last_error")
    actions = ("again",)

    @admin.action(description="Try again what was given up", permissions=["view"])
    def again(self, request: HttpRequest, rows: QuerySet[OutboxEntry]) -> None:
        tell(self, request, outbox.retry(list(rows.values_list("pk", flat=True))), [], "will be tried again")
