"""One instance: where it stands, what was done, what it knows, and what this person can do with it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.once import fresh_key
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from taskhub.processes.instances import detail, story
from taskhub.processes.instances.listing import parse
from workflows import queries

DATA, HISTORY = "data", "history"
TABS = ("", DATA, HISTORY)


@require_safe
@staff_page
def instance_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    return show(request, actor, key)


def show(request: HttpRequest, actor: Actor, key: UUID, *, notice: str = "", status: int = 200) -> HttpResponse:
    """The page of an instance. Twelve queries at most, whatever it has been through."""
    case, listing = detail.load(actor, key), parse(request.GET)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    context: dict[str, Any] = {
        "shell": shell(actor, here="instances"),
        "case": case,
        "instance": case.instance,
        "tab": tab,
        "visits": case.visits if not tab else (),
        "entries": _history(case) if tab == HISTORY else (),
        "why_not_cancel": case.why_not("cancel"),
        "why_not_retry": case.why_not("retry"),
        "may_send": bool(case.waiting) and not case.why_not("message"),
        "notice": notice,
        "now": timezone.now(),
        "once": fresh_key(),
        "address": listing.address,
        "list_url": f"{reverse('instances')}?{listing.address}",
    }
    return render(request, "processes/instances/page.html", context, status=status)


def _history(case: detail.Case) -> list[Any]:
    return story.entries(case.definition, queries.history(case.instance), case.runs)


@require_safe
def picture(request: HttpRequest, key: UUID) -> HttpResponse:
    """204 as long as the instance stands where the page has seen it; also to who is signed out in the meantime."""
    return _picture(request, key) if request.user.is_authenticated else HttpResponse(status=204)


@staff_page
def _picture(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    instance, _ = queries.instance(actor, key)
    if request.GET.get("seen") == str(instance.version):
        return HttpResponse(status=204)
    context = {"case": detail.load(actor, key), "instance": instance, "address": parse(request.GET).address}
    return render(request, "processes/instances/picture.html", context)
