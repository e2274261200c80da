"""Doing something with a task: the page that asks first, the deed, and what follows it.

Every deed is a plain POST. It sends the task's version as the person saw it: if somebody was faster, nothing
is changed, and the page says who it was and keeps what was typed.
"""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from taskhub.inbox import detail
from taskhub.inbox.answers import files_of
from taskhub.inbox.document import next_document
from taskhub.inbox.doing import DOINGS, build_form
from taskhub.inbox.forms.answers import PREFIX, CompleteForm
from taskhub.inbox.listing import parse
from taskhub.inbox.moments import ago
from taskhub.inbox.neighbours import after
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.onward import onward, said
from taskhub.inbox.pages import staff_page
from taskhub.inbox.renderer import PageForm
from taskhub.inbox.shell import shell
from taskhub.inbox.uploads import keep
from taskhub.inbox.verbs import look_of, reason
from taskhub.inbox.views.task import Draft, show
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleVersion
from tasks.models import Task

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
    if request.method != "POST":
        if verb == "complete" and found.is_form:
            return redirect(f"{_address(request, found.task)}#act")
        return _ask(request, actor, verb, found, build_form(verb, actor, found))
    form = _sent(request, actor, verb, found)
    if not form.is_valid() and not _is_over(verb, found):
        return _again(request, actor, verb, found, form)
    try:
        return once(request, actor, lambda: _do(request, actor, verb, found.task, form))
    except InvalidInput as error:
        _blame(form, error)
        return _again(request, actor, verb, found, form)
    except NotFound as error:
        if error.code == "task_not_found":
            raise
        form.add_error(None, error.message)
        return _again(request, actor, verb, found, form)
    except DomainError as error:
        return _refused(request, actor, verb, key, form, error)


def _is_over(verb: str, found: detail.Detail) -> bool:
    """Whether what is wrong with the form is not worth saying: it was sent twice, or somebody was faster."""
    return verb == "complete" and not found.may_complete


def _sent(request: HttpRequest, actor: Actor, verb: str, found: detail.Detail) -> PageForm:
    """The form as it was sent, its files kept with the task."""
    if verb != "complete" or not found.may_complete:
        return build_form(verb, actor, found, request.POST)
    kept = keep(request, actor, found.task, found.questions)
    given = {question.name: kept.data.get(PREFIX + question.name) for question in found.questions}
    files = files_of([(found.questions, given)], task_id=found.task.pk, instance_id=found.task.instance_id)
    return build_form(verb, actor, found, kept.data, files=files, refused=kept.refused)


def _blame(form: PageForm, error: InvalidInput) -> None:
    """Say what is wrong where it is wrong."""
    if isinstance(form, CompleteForm) and error.code == "invalid_form":
        form.blame(cast(Mapping[str, str | Sequence[str]], error.facts.get("faults", {})))
    else:
        form.add_error(error.field if error.field in form.fields else None, error.message)


def _do(request: HttpRequest, actor: Actor, verb: str, task: Task, form: PageForm) -> HttpResponse:
    """Run the command, say so, and go on: to the workflow's next step if that is theirs, else along the list."""
    doing, listing, now = DOINGS[verb], parse(request.GET), timezone.now()
    following = after(actor, listing, task, now) if doing.moves_on else task
    done = doing.run(form, actor=actor, task=task.uuid, version=_version(request), now=now)
    way = onward(actor, done, now)
    following = way.own or (next_document(actor, task) if doing.moves_on else None) or following
    moved_on = doing.moves_on and following is not None
    messages.success(request, said(doing.done, task, way, moved_on=moved_on))
    if following is None:
        return redirect(f"{reverse('inbox')}?{listing.without('after')}")
    return redirect(_address(request, following))


def _address(request: HttpRequest, task: Task) -> str:
    """The task's page, with the list it was opened from."""
    return f"{reverse('task', args=[task.uuid])}?{parse(request.GET).address}"


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _again(request: HttpRequest, actor: Actor, verb: str, found: detail.Detail, form: PageForm) -> HttpResponse:
    """The form once more, with what is wrong and all that was typed."""
    if isinstance(form, CompleteForm):
        return show(request, actor, found.task.uuid, Draft(form=form), status=INVALID)
    return _ask(request, actor, verb, found, form, status=INVALID)


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
        "shell": shell(actor, listing=listing),
        "detail": found,
        "task": found.task,
        "look": look_of(verb),
        "doing": DOINGS[verb],
        "explain": _explained(verb, found.task),
        "why_not": button.why_not if button else "This cannot be done with this task now.",
        "form": form,
        "notice": notice,
        "once": fresh_key(),
        "address": listing.address,
        "task_url": _address(request, found.task),
    }
    return render(request, "tasks/ask.html", context, status=status)


def _explained(verb: str, task: Task) -> str:
    """What comes of it, and of ending a step in another way than its workflow knows."""
    ends = verb in ("cancel", "delete") and task.is_open and task.instance_id is not None
    stands = "Its workflow stands still at this step then, unless it knows what to do without it." if ends else ""
    return " ".join(part for part in (DOINGS[verb].explain, stands) if part)


def _refused(
    request: HttpRequest, actor: Actor, verb: str, key: UUID, form: PageForm, error: DomainError
) -> HttpResponse:
    """Somebody was faster, or it is not allowed: say who and why, keep what was typed, change nothing."""
    found = detail.load(actor, key)
    status = FORBIDDEN if isinstance(error, NotAllowed) else REFUSED
    notice = f"{_why(found, verb, error)} Nothing of yours was changed."
    if look_of(verb).asks:
        return _ask(request, actor, verb, found, form, status=status, notice=notice)
    typed = form if isinstance(form, CompleteForm) else None
    return show(request, actor, key, Draft(notice=notice, form=typed), status=status)


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
