"""Publishing, retiring and discarding a version: the page that asks first, and the deed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from taskhub.processes.definitions import placing
from taskhub.processes.definitions.acts import ACTS
from taskhub.processes.definitions.views.viewer import version_of
from tasks.domain.errors import StaleVersion, WrongState
from workflows import catalog, policy
from workflows.engine.faults import InvalidDefinition
from workflows.models import WorkflowDefinition

INVALID, REFUSED = 422, 409
MOST_FAULTS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act(request: HttpRequest, actor: Actor, key: str, version: int, verb: str) -> HttpResponse:
    """GET asks, POST does. Where it cannot be done, the same page says why."""
    if verb not in ACTS:
        raise Http404(verb)
    policy.check_definitions(actor)
    row = version_of(actor, key, version)
    if request.method != "POST":
        return _ask(request, actor, verb, row)
    try:
        return once(request, actor, lambda: _do(request, actor, verb, row))
    except InvalidDefinition as error:
        faults = tuple(placing.told(fault) for fault in error.faults[:MOST_FAULTS])
        return _ask(request, actor, verb, row, faults=faults, status=INVALID)
    except (StaleVersion, WrongState) as error:
        row = version_of(actor, key, version)
        return _ask(request, actor, verb, row, notice=f"{error.message} Nothing was changed.", status=REFUSED)


def _do(request: HttpRequest, actor: Actor, verb: str, row: WorkflowDefinition) -> HttpResponse:
    seen = request.POST.get("revision", "")
    believed = int(seen) if seen.isdecimal() and len(seen) < 10 else None
    ACTS[verb].run(actor=actor, definition=row.pk, version=believed)
    messages.success(request, ACTS[verb].done.format(version=row.version))
    if verb != "discard":
        return redirect("workflow-version", key=row.key, version=row.version)
    others = catalog.versions(actor, row.key).exists()
    return redirect("workflow", key=row.key) if others else redirect("workflows")


def _ask(
    request: HttpRequest,
    actor: Actor,
    verb: str,
    row: WorkflowDefinition,
    *,
    faults: tuple[str, ...] = (),
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "shell": shell(actor, here="workflows"),
        "row": row,
        "act": ACTS[verb],
        "verb": verb,
        "why_not": "" if row.status == ACTS[verb].of else f"This version is {row.get_status_display().lower()}.",
        "faults": faults,
        "notice": notice,
        "once": fresh_key(),
    }
    return render(request, "processes/act.html", context, status=status)
