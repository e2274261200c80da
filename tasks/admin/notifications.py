"""Who was told what, and who wants to be."""

from django.contrib import admin

from accounts.administration import OrganizationAdmin, OwnRelatedFilter, words_filter
from tasks.models import Delivery, NotificationPreference
from tasks.notifications.notices import CHANNELS, NOTICES, RECIPIENTS


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
        words_filter("channel", CHANNELS),
        words_filter("notice", tuple(NOTICES)),
        words_filter("reason", RECIPIENTS),
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
    list_filter = (
        words_filter("channel", CHANNELS),
        words_filter("notice", tuple(NOTICES)),
        "enabled",
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("user", "organization")
    search_fields = ("user__username",)
