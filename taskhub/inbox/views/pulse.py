"""What has changed since the page was shown: asked for by poll.js, answered with nothing as long as nothing has.

Swaps the bell, the counts and a line that says what is new; never rows or fields that somebody may be using.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.listing import Listing, from_text
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import COUNTED, digest, view_links
from tasks import inbox
from tasks.domain.errors import NotFound
from tasks.models import Task

OLDEST = timedelta(days=1)
"""A page that was left open longer is not told how many tasks are new, only that some are."""


@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """204 while nothing has changed for this page; also to who is signed out, whose words must not be swept away."""
    return _answer(request) if request.user.is_authenticated else HttpResponse(status=204)


@staff_page
def _answer(request: HttpRequest, actor: Actor) -> HttpResponse:
    numbers, news = inbox.counts(actor, COUNTED), _news(request, actor)
    state = digest(numbers, news)
    if request.GET.get("state") == state:
        return HttpResponse(status=204)
    listing = from_text(request.GET.get("list", ""))
    current = listing.view if "list" in request.GET and not listing.team else ""
    query = request.GET.copy()
    query["state"] = state
    context = {
        "views": view_links(numbers, current),
        "unread": numbers[inbox.UNREAD].number,
        "news": news,
        "reload": _here(request, listing),
        "pulse_query": query.urlencode(),
        "oob": True,
    }
    return render(request, "partials/pulse_answer.html", context)


def _here(request: HttpRequest, listing: Listing) -> str:
    """The address of the page that asks, to load it afresh."""
    try:
        return f"{reverse('task', args=[UUID(request.GET['task'])])}?{listing.address}"
    except (KeyError, ValueError):
        return f"{reverse('inbox')}?{listing.address}"


def _news(request: HttpRequest, actor: Actor) -> str:
    if "task" in request.GET:
        return _of_task(actor, request.GET["task"], request.GET.get("version", ""))
    since = _since(request.GET.get("since", ""))
    return _of_list(actor, from_text(request.GET.get("list", "")), since) if since else ""


def _of_task(actor: Actor, key: str, version: str) -> str:
    """Whether the task that is open has been changed by somebody."""
    try:
        rows = Task.objects.filter(organization_id=actor.organization_id, uuid=UUID(key))
    except ValueError:
        return ""
    current = rows.values_list("version", flat=True).first()
    return "This task has changed." if current is not None and str(current) != version else ""


def _of_list(actor: Actor, listing: Listing, since: datetime) -> str:
    """How many tasks came into the list."""
    try:
        scope, filters = listing.scope(actor), listing.filters(actor)
    except NotFound:
        return ""
    found = inbox.page(scope, listing.view, now=timezone.now(), filters=filters, sort="newest")
    new = sum(task.created_at > since for task in found.tasks)
    if not new:
        return ""
    number = f"{new}+" if new == inbox.PAGE_SIZE else str(new)
    return f"{number} new task{'s' if new > 1 else ''}."


def _since(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or timezone.is_naive(moment):
        return None
    return max(moment, timezone.now() - OLDEST)
