"""The builder: a rule as a sentence that is filled in. Without scripts its buttons redraw the form; nothing is lost."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from taskhub.automation.building import Builder, of_request, of_rule, with_faults
from taskhub.automation.tries import tried
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page, wants_fragment
from taskhub.inbox.shell import shell
from tasks.domain.errors import Conflict, StaleVersion
from workflows import commands, policy
from workflows.automation import queries
from workflows.automation.dry_run import DryRun, dry_run
from workflows.models import AutomationRule
from workflows.rules import InvalidRule
from workflows.rules.rule import NAMES

INVALID, REFUSED = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    policy.check_rules(actor)
    return _page(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    return _page(request, actor, queries.rule(actor, key))


def _page(request: HttpRequest, actor: Actor, row: AutomationRule | None) -> HttpResponse:
    if request.method != "POST":
        return _show(request, actor, row, of_rule(actor, row))
    act = request.GET.get("act") or request.POST.get("act", "")
    builder = of_request(actor, request, act)
    if act not in ("", "save", "try"):
        return _show(request, actor, row, builder)
    try:
        if act == "try":
            draft = commands.unsaved_rule(actor=actor, document=builder.document, project=builder.project)
            return _show(request, actor, row, builder, found=dry_run(actor=actor, rule=draft))
        return once(request, actor, _saving(request, actor, row, builder))
    except InvalidRule as error:
        return _show(request, actor, row, with_faults(builder, error), status=INVALID)
    except (StaleVersion, Conflict) as error:
        return _show(request, actor, row, builder, notice=error.message, status=REFUSED)


def _saving(
    request: HttpRequest, actor: Actor, row: AutomationRule | None, builder: Builder
) -> Callable[[], HttpResponse]:
    def save() -> HttpResponse:
        if row is None:
            saved = commands.create_rule(
                actor=actor, document=builder.document, project=builder.project, enabled=builder.enabled
            )
        else:
            seen = request.POST.get("version", "")
            values = builder.document | {"project": builder.project, "enabled": builder.enabled}
            version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
            saved = commands.update_rule(actor=actor, rule=row.pk, values=values, version=version)
        messages.success(request, f"Saved: {saved.name[:80]}")
        return redirect("rule", key=saved.uuid)

    return save


def _show(
    request: HttpRequest,
    actor: Actor,
    row: AutomationRule | None,
    builder: Builder,
    *,
    found: DryRun | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "builder": builder,
        "names": NAMES,
        "tried": tried(found) if found else None,
        "notice": notice,
        "version": request.POST.get("version") or (row.version if row else ""),
        "once": request.POST.get("once") or fresh_key(),
        "title": f"Edit {row.name}" if row else "New rule",
    }
    if wants_fragment(request):
        return render(request, "automation/_form.html", context, status=status)
    context["shell"] = shell(actor, here="rules")
    return render(request, "automation/edit.html", context, status=status)
