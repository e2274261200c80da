"""Comments on a task, and watching it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.actor import Actor
from taskhub.inbox.listing import parse
from taskhub.inbox.once import once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.views.task import Draft, show
from tasks import commands
from tasks.domain.errors import InvalidInput


@require_POST
@staff_page
def comment(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    try:
        return once(request, actor, lambda: _said(request, actor, key, text))
    except InvalidInput as error:
        message = error.message if text else "Write something before you send it."
        return show(request, actor, key, Draft(comment=text, comment_error=message), status=422)


def _said(request: HttpRequest, actor: Actor, key: UUID, text: str) -> HttpResponse:
    row = commands.comment(actor=actor, task=key, text=text)
    return redirect(f"{_back(request, key)}#comment-{row.pk}")


@require_POST
@staff_page
def watch(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    commands.watch(actor=actor, task=key)
    messages.success(request, "You are told what happens to this task.")
    return redirect(_back(request, key))


@require_POST
@staff_page
def unwatch(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    commands.unwatch(actor=actor, task=key)
    messages.success(request, "You no longer watch this task.")
    return redirect(_back(request, key))


def _back(request: HttpRequest, key: UUID) -> str:
    return f"{reverse('task', args=[key])}?{parse(request.GET).address}"
