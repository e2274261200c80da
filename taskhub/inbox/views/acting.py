"""Doing something with a task: the page that asks first, the deed, and what follows it.

Every deed is a plain POST. It sends the task's version as the person saw it: if somebody was faster, nothing
is changed, and the page says who it was and keeps what was typed.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from taskhub.inbox import detail
from taskhub.inbox.doing import DOINGS, build_form
from taskhub.inbox.forms.content import EditForm, holders
from taskhub.inbox.listing import parse
from taskhub.inbox.moments import ago
from taskhub.inbox.neighbours import after
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.renderer import PageForm
from taskhub.inbox.shell import shell
from taskhub.inbox.verbs import LOOKS, reason
from taskhub.inbox.views.task import Draft, show
from tasks import queries
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleVersion
from tasks.models import Task
from tasks.notifications.bell import unread_count

FORBIDDEN = 403
REFUSED = 409
INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act(request: HttpRequest, actor: Actor, key: UUID, verb: str) -> HttpResponse:
    """GET asks, POST does. Both are the same page where something is wrong with what was given."""
    if verb not in DOINGS:
        raise Http404(verb)
    found = detail.load(actor, key)
    form = _form(request, actor, verb, found)
    if request.method != "POST":
        return _ask(request, actor, verb, found, form)
    if not form.is_valid():
        return _ask(request, actor, verb, found, form, status=INVALID)
    try:
        return once(request, actor, lambda: _do(request, actor, verb, found.task, form))
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _ask(request, actor, verb, found, form, status=INVALID)
    except NotFound as error:
        if error.code == "task_not_found":
            raise
        form.add_error(None, error.message)
        return _ask(request, actor, verb, found, form, status=INVALID)
    except DomainError as error:
        return _refused(request, actor, verb, key, form, error)


def _form(request: HttpRequest, actor: Actor, verb: str, found: detail.Detail) -> PageForm:
    initial: dict[str, Any] = EditForm.initial_of(found.task) if verb == "update" else {}
    if verb == "reassign":
        waiting = [share for share in found.shares if share.state == "pending"]
        initial["assignees"] = holders((share.user_uuid, share.team_uuid) for share in waiting)
    categories = queries.categories(actor.organization_id) if verb == "update" else {}
    return build_form(verb, actor, request.POST if request.method == "POST" else None, initial, categories)


def _do(request: HttpRequest, actor: Actor, verb: str, task: Task, form: PageForm) -> HttpResponse:
    """Run the command, say so, and go on."""
    doing, listing, now = DOINGS[verb], parse(request.GET), timezone.now()
    following = after(actor, listing, task, now) if doing.moves_on else task
    doing.run(form, actor=actor, task=task.uuid, version=_version(request), now=now)
    messages.success(request, _said(doing.done, task, moved_on=doing.moves_on and following is not None))
    if following is None:
        return redirect(f"{reverse('inbox')}?{listing.without('after')}")
    return redirect(f"{reverse('task', args=[following.uuid])}?{listing.address}")


def _said(done: str, task: Task, *, moved_on: bool) -> str:
    title = task.title if len(task.title) <= 60 else task.title[:59] + "…"
    return f"{done.rstrip('.')}: {title}. This is the next one." if moved_on else done


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _ask(
    request: HttpRequest,
    actor: Actor,
    verb: str,
    found: detail.Detail,
    form: PageForm,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    listing = parse(request.GET)
    button = next((button for button in [*found.work, *found.manage] if button.code == verb), None)
    context = {
        "shell": shell(actor, unread_count(actor), listing=listing),
        "detail": found,
        "task": found.task,
        "look": LOOKS[verb],
        "doing": DOINGS[verb],
        "why_not": button.why_not if button else "This cannot be done with this task now.",
        "form": form,
        "notice": notice,
        "once": fresh_key(),
        "address": listing.address,
        "task_url": f"{reverse('task', args=[found.task.uuid])}?{listing.address}",
    }
    return render(request, "tasks/ask.html", context, status=status)


def _refused(
    request: HttpRequest, actor: Actor, verb: str, key: UUID, form: PageForm, error: DomainError
) -> HttpResponse:
    """Somebody was faster, or it is not allowed: say who and why, keep what was typed, change nothing."""
    found = detail.load(actor, key)
    status = FORBIDDEN if isinstance(error, NotAllowed) else REFUSED
    notice = f"{_why(found, verb, error)} Nothing of yours was changed."
    if LOOKS[verb].asks:
        return _ask(request, actor, verb, found, form, status=status, notice=notice)
    return show(request, actor, key, Draft(notice=notice, resolution=form.data.get("resolution", "")), status=status)


def _why(found: detail.Detail, verb: str, error: DomainError) -> str:
    if isinstance(error, NotAllowed):
        return reason(error, verb)
    then = "Look again before you go on." if isinstance(error, StaleVersion) else reason(error, verb)
    return f"{_who_was_faster(found)} {then}"


def _who_was_faster(found: detail.Detail) -> str:
    """The last change of the task, in a sentence."""
    changes = [entry for entry in found.entries if entry.type not in ("comment.added", "task.overdue")]
    if not changes:
        return ""
    last, zone = changes[-1], timezone.get_current_timezone()
    return f"{last.who} {last.what} ({ago(last.at, timezone.now(), zone)})."
