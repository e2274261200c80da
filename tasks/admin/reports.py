"""What was reported, and whether the other system knows."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.administration import OrganizationAdmin, OwnRelatedFilter, tell
from tasks.models import Report
from tasks.reports import forward


@admin.register(Report)
class ReportPages(OrganizationAdmin):
    list_display = ("id", "task", "reason", "created_by", "created_at", "state", "attempts", "error")
    list_filter = ("state", "created_at", ("organization", OwnRelatedFilter))
    list_select_related = ("task", "created_by")
    search_fields = ("=uuid", "=task__id", "reason", "created_by__username")
    exclude = ("lease",)
    actions = ("again",)

    @admin.action(description="Forward again what was given up", permissions=["view"])
    def again(self, request: HttpRequest, rows: QuerySet[Report]) -> None:
        tell(self, request, forward.retry(list(rows.values_list("pk", flat=True))), [], "will be forwarded again")
