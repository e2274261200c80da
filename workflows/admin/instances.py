"""Instances, the visits of their steps, what they wait for and what happened to them."""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest

from accounts.actor import Actor
from accounts.administration import OwnRelatedFilter, words_filter
from workflows import commands
from workflows.engine.steps import Kind
from workflows.models import InstanceEvent, StepRun, Timer, WorkflowInstance

from .pages import LatestInline, WorkflowAdmin, action

UNREAD = ("instance__state",)
ACTORS = ("user", "key", "rule", "system")


class InstanceActionForm(ActionForm):
    """What some actions need to know besides the instances."""

    reason = forms.CharField(required=False, label="reason", max_length=2_000)


class Runs(LatestInline):
    model = StepRun
    fk_name = "instance"
    fields = ("name", "kind", "visit", "state", "outcome", "entered_at", "left_at", "error")


class Timers(LatestInline):
    model = Timer
    fk_name = "instance"
    fields = ("kind", "run", "fire_at", "failures")


class History(LatestInline):
    model = InstanceEvent
    fk_name = "instance"
    fields = ("type", "step", "text", "actor_kind", "created_at")


def _cancel(actor: Actor, row: WorkflowInstance, request: HttpRequest) -> object:
    return commands.cancel(actor=actor, instance=row.pk, reason=request.POST.get("reason", ""))


@admin.register(WorkflowInstance)
class WorkflowInstancePages(WorkflowAdmin):
    unread = ("state", "definition__document", "root__state", "parent__state")
    list_display = (
        "id",
        "definition",
        "status",
        "has_incident",
        "entity_label",
        "business_key",
        "project",
        "started_by",
        "started_at",
        "ended_at",
    )
    list_display_links = ("id", "definition")
    list_filter = (
        "status",
        "has_incident",
        ("started_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
        ("project", OwnRelatedFilter),
    )
    list_select_related = ("definition", "project", "started_by")
    search_fields = ("=id", "=uuid", "=key", "=business_key", "=entity_id", "entity_label")
    search_help_text = "A number, a uuid, a workflow's key, a business key, or whom or what it is about."
    readonly_fields = ("uuid",)
    inlines = (Runs, Timers, History)
    action_form = InstanceActionForm
    actions = (
        action("Cancel (with reason)", "canceled", _cancel),
        action(
            "Try again what stands still",
            "tried again",
            lambda actor, row, _: commands.retry(actor=actor, instance=row.pk),
        ),
    )


@admin.register(StepRun)
class StepRunPages(WorkflowAdmin):
    unread = UNREAD
    list_display = ("id", "name", "instance", "kind", "visit", "state", "outcome", "task", "entered_at", "left_at")
    list_display_links = ("id", "name")
    list_filter = (
        "state",
        words_filter("kind", [kind.value for kind in Kind]),
        ("entered_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("instance", "task")
    search_fields = ("=instance__id", "=task__id", "=step", "=message", "=correlation")


@admin.register(Timer)
class TimerPages(WorkflowAdmin):
    unread = UNREAD
    list_display = ("id", "kind", "instance", "fire_at", "failures")
    list_filter = ("kind", ("fire_at", admin.DateFieldListFilter), ("organization", OwnRelatedFilter))
    list_select_related = ("instance",)
    search_fields = ("=instance__id", "=run")


@admin.register(InstanceEvent)
class InstanceEventPages(WorkflowAdmin):
    """History does not change, whoever asks."""

    unread = UNREAD
    list_display = ("id", "type", "instance", "step", "text", "actor_kind", "actor", "created_at")
    list_filter = (
        "type",
        words_filter("actor_kind", ACTORS),
        ("created_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("instance", "actor")
    search_fields = ("=instance__id", "=step", "actor__username")
