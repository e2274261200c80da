"""Automation rules, what they made of what happened, and the triggers that were fired by name."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.administration import OwnRelatedFilter
from workflows import commands
from workflows.models import AutomationRule, RuleRun, TriggerEvent

from .pages import LatestInline, WorkflowAdmin, action


class Runs(LatestInline):
    model = RuleRun
    fk_name = "rule"
    fields = ("cause", "result", "why", "depth", "created_at", "done_at")


@admin.register(AutomationRule)
class AutomationRulePages(WorkflowAdmin):
    list_display = ("name", "trigger_type", "trigger_value", "enabled", "paused_reason", "author", "organization",
                    "last_fired_at", "deleted_at")  # fmt: skip
    list_filter = ("enabled", ("last_fired_at", admin.DateFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("author", "organization")
    search_fields = ("name", "=uuid", "=trigger_type")
    exclude = ("actions",)
    readonly_fields = ("uuid", "written")
    inlines = (Runs,)
    actions = (
        action("Turn off", "turned off", lambda actor, row, _: commands.disable_rule(actor=actor, rule=row.pk)),
        action("Delete", "deleted", lambda actor, row, _: commands.delete_rule(actor=actor, rule=row.pk)),
    )

    @admin.display(description="actions")
    def written(self, row: AutomationRule) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(row.actions, ensure_ascii=False, indent=2))


@admin.register(RuleRun)
class RuleRunPages(WorkflowAdmin):
    unread = ("rule__actions", "trigger__context")
    list_display = ("id", "rule", "cause", "result", "why", "depth", "created_at")
    list_filter = ("result", ("created_at", admin.DateFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("rule",)
    search_fields = ("=rule__uuid", "rule__name", "=cause")


@admin.register(TriggerEvent)
class TriggerEventPages(WorkflowAdmin):
    list_display = ("id", "type", "value", "actor", "organization", "created_at", "looked_at")
    list_filter = (("created_at", admin.DateFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("actor", "organization")
    search_fields = ("=type", "=value", "=uuid")
