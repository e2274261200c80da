"""Turning a rule on and off, and deleting it: deleting asks first."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from taskhub.automation import words
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from workflows import commands
from workflows.automation import queries
from workflows.models import AutomationRule

SWITCH = {"on": (commands.enable_rule, "On: {}"), "off": (commands.disable_rule, "Off: {}")}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act(request: HttpRequest, actor: Actor, key: UUID, verb: str) -> HttpResponse:
    row = queries.rule(actor, key)
    if verb in SWITCH:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return _switch(request, actor, row, verb)
    if verb != "delete":
        raise Http404(verb)
    if request.method == "POST":
        return once(request, actor, lambda: _delete(request, actor, row))
    context = {
        "shell": shell(actor, here="rules"),
        "row": row,
        "sentence": words.sentence(row),
        "once": fresh_key(),
    }
    return render(request, "automation/delete.html", context)


def _switch(request: HttpRequest, actor: Actor, row: AutomationRule, verb: str) -> HttpResponse:
    command, done = SWITCH[verb]
    command(actor=actor, rule=row.pk)
    messages.success(request, done.format(row.name[:80]))
    return redirect("rules") if request.POST.get("back") == "list" else redirect("rule", key=row.uuid)


def _delete(request: HttpRequest, actor: Actor, row: AutomationRule) -> HttpResponse:
    commands.delete_rule(actor=actor, rule=row.pk)
    messages.success(request, f"Deleted: {row.name[:80]}")
    return redirect("rules")
