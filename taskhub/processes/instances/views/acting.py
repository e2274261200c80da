"""Doing something with an instance: stopping it, helping it on, telling it something. GET asks, POST does.

It sends the version that the person saw: if it has gone on since, nothing is changed and what was typed is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from taskhub.inbox.forms.verbs import Plain
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.renderer import PageForm
from taskhub.inbox.shell import shell
from taskhub.processes.instances import detail
from taskhub.processes.instances.forms import MORE, CancelForm, MessageForm, RetryForm
from taskhub.processes.instances.listing import parse
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleVersion
from workflows import commands

FORBIDDEN, REFUSED, INVALID = 403, 409, 422
Case = detail.Case


@dataclass(frozen=True)
class Doing:
    """How a verb is asked for and done."""

    form: Callable[[Case, Any], PageForm]
    run: Callable[..., Any]
    question: str
    button: str
    done: str
    explain: str = ""
    tone: str = ""


def _cancel(form: CancelForm, request: HttpRequest, **target: Any) -> None:
    commands.cancel(reason=form.cleaned_data["reason"], **target)


def _retry(form: PageForm, request: HttpRequest, **target: Any) -> None:
    run = request.POST.get("run", "")[:40].replace("\0", "")
    variables = form.variables if isinstance(form, RetryForm) else {}
    commands.retry(run=run, variables=variables, **target)


def _send(form: MessageForm, request: HttpRequest, *, version: int | None, **target: Any) -> None:
    given = form.cleaned_data
    said = {"name": given["name"], "payload": given["payload"], "correlation": given["correlation"] or None}
    commands.send_message(**said, **target)


def _message_form(case: Case, data: Any) -> MessageForm:
    waiting = {run.message: run for run in case.waiting}
    first = next(iter(waiting.values()), None)
    initial = {"correlation": first.correlation} if first else {}
    return MessageForm(
        data, waiting=[(name, f"{name}, for {run.name}") for name, run in waiting.items()], initial=initial
    )


DOINGS: dict[str, Doing] = {
    "cancel": Doing(
        lambda case, data: CancelForm(data), _cancel, "Cancel this workflow?", "Cancel workflow", "Canceled.",
        explain="Its open tasks are canceled, and the workflows it has started. This cannot be undone.", tone="danger",
    ),
    "retry": Doing(
        lambda case, data: RetryForm(data, values=case.state.variables), _retry, "Try it again?", "Try again",
        "It was tried again.", explain="Only what stands still is repeated. Change what was wrong with its data.",
    ),
    "message": Doing(
        _message_form, _send, "Send a message", "Send", "The message was given.",
        explain="The step that waits for it goes on with what the message says.",
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act(request: HttpRequest, actor: Actor, key: UUID, verb: str) -> HttpResponse:
    if verb not in DOINGS:
        raise Http404(verb)
    case, doing = detail.load(actor, key), DOINGS[verb]
    if request.method != "POST":
        return _ask(request, case, verb, doing.form(case, None))
    form = Plain({}) if _is_bare(request, verb) else doing.form(case, request.POST)
    if not form.is_valid():
        return _ask(request, case, verb, form, status=INVALID)
    try:
        return once(request, actor, lambda: _do(request, case, doing, form))
    except InvalidInput as error:
        form.add_error(_place_of(error, form), error.message)
        return _ask(request, case, verb, form, status=INVALID)
    except NotFound as error:
        if error.code == "instance_not_found":
            raise
        return _refused(request, actor, key, verb, form, error)
    except DomainError as error:
        return _refused(request, actor, key, verb, form, error)


def _is_bare(request: HttpRequest, verb: str) -> bool:
    """Whether it is only a button that says "again", without the form in which data can be corrected."""
    return verb == "retry" and MORE not in request.POST


def _refused(
    request: HttpRequest, actor: Actor, key: UUID, verb: str, form: PageForm, error: DomainError
) -> HttpResponse:
    """It has gone on, or it is not allowed: say why, keep what was typed, change nothing."""
    case = detail.load(actor, key)
    shown = DOINGS[verb].form(case, None) if isinstance(form, Plain) else form
    status = FORBIDDEN if isinstance(error, NotAllowed) else REFUSED
    return _ask(request, case, verb, shown, status=status, notice=_why(error))


def _do(request: HttpRequest, case: Case, doing: Doing, form: PageForm) -> HttpResponse:
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    doing.run(form, request, actor=case.actor, instance=case.instance.uuid, version=seen)
    messages.success(request, doing.done)
    return redirect(f"{case.url}?{parse(request.GET).address}")


def _why(error: DomainError) -> str:
    then = " Look again before you go on." if isinstance(error, StaleVersion) else ""
    return f"{error.message}{then} Nothing was changed."


def _place_of(error: InvalidInput, form: PageForm) -> str | None:
    named = f"answer-{error.field.removeprefix('variables.')}"
    return next((name for name in (error.field, named) if name in form.fields), MORE if MORE in form.fields else None)


def _ask(
    request: HttpRequest, case: Case, verb: str, form: PageForm, *, status: int = 200, notice: str = ""
) -> HttpResponse:
    run = request.POST.get("run") or request.GET.get("run", "")
    stuck = case.incidents if verb == "retry" else []
    context = {
        "shell": shell(case.actor, here="instances"),
        "case": case,
        "instance": case.instance,
        "doing": DOINGS[verb],
        "run": next((one for one in stuck if one.run == run or len(stuck) == 1), None),
        "why_not": case.why_not(verb),
        "form": form,
        "notice": notice,
        "once": fresh_key(),
        "back": f"{reverse('instance', args=[case.instance.uuid])}?{parse(request.GET).address}",
    }
    return render(request, "processes/instances/ask.html", context, status=status)
