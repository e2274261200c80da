"""Work counted ahead: to look at only."""

from django.contrib import admin

from accounts.administration import OrganizationAdmin, OwnRelatedFilter
from tasks.models import Rollup, RollupEntry


@admin.register(Rollup)
class RollupPages(OrganizationAdmin):
    list_display = ("project", "width", "start", "priority", "user", "tasks", "completed", "under_way", "took_ms")
    list_filter = ("width", "priority", ("organization", OwnRelatedFilter))
    list_select_related = ("project", "user")
    search_fields = ("project__slug", "user__username")


@admin.register(RollupEntry)
class RollupEntryPages(OrganizationAdmin):
    list_display = ("project", "day", "priority", "user", "tasks", "completed", "under_way", "took_ms")
    list_filter = ("priority", ("organization", OwnRelatedFilter))
    list_select_related = ("project", "user")
    search_fields = ("project__slug", "user__username")
