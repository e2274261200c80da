"""Who was told what, and who wants to be."""

from django.contrib import admin

from accounts.administration import OrganizationAdmin, OwnRelatedFilter
from tasks.models import Delivery, NotificationPreference


@admin.register(Delivery)
class DeliveryPages(OrganizationAdmin):
    list_display = (
        "id",
        "notice",
        "channel",
        "user",
        "reason",
        "state",
        "attempts",
        "created_at",
        "sent_at",
        "read_at",
    )
    list_filter = (
        "state",
        "channel",
        "notice",
        "reason",
        ("read_at", admin.EmptyFieldListFilter),
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("user",)
    search_fields = ("=uuid", "user__username", "=task__id", "external_id")
    exclude = ("lease",)


@admin.register(NotificationPreference)
class NotificationPreferencePages(OrganizationAdmin):
    """A person's own choice, changed by that person only."""

    list_display = ("user", "organization", "notice", "channel", "recipient", "enabled")
    list_filter = ("channel", "notice", "recipient", "enabled", ("organization", OwnRelatedFilter))
    list_select_related = ("user", "organization")
    search_fields = ("user__username",)
