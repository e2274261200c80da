"""Requests that must not take effect twice, to look at. Bodies are the callers' own and are not shown."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.administration import BaseAdmin

from .models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(BaseAdmin):
    """Read-only, for superusers: keys of all organizations stand here side by side."""

    list_display = ["created_at", "method", "path", "principal", "key", "status"]
    list_filter = ["method", "status", "created_at"]
    search_fields = ["path", "principal", "key"]
    fields = ("created_at", "principal", "method", "path", "key", "status", "headers")
    readonly_fields = ("created_at", "principal", "method", "path", "key", "status", "headers")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: IdempotencyKey | None = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: IdempotencyKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: IdempotencyKey | None = None) -> bool:
        return False
