"""Files, points and time of a task: each form is a button that works without a script and leads back to the page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.actor import Actor
from taskhub.inbox.listing import parse
from taskhub.inbox.once import once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.views.task import Draft, show
from taskhub.uploads import too_large
from tasks import commands
from tasks.domain import files
from tasks.domain.errors import InvalidInput, WrongState


@require_POST
@staff_page
def add_files(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """Keep what was chosen; one file refused is no reason to lose those before it."""

    def keep() -> None:
        if "files" in too_large(request):
            raise files.too_large(settings.ATTACHMENT_MAX_BYTES)
        chosen = request.FILES.getlist("files")
        if not chosen:
            raise InvalidInput("Choose a file first.", field="file")
        for file in chosen:
            commands.attach(actor=actor, task=key, name=file.name or "", content=file)

    return _done(request, actor, key, "files", keep)


@require_POST
@staff_page
def add_item(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    text = request.POST.get("text", "").strip()
    return _done(request, actor, key, "checklist", lambda: commands.add_item(actor=actor, task=key, text=text))


@require_POST
@staff_page
def change_item(request: HttpRequest, actor: Actor, key: UUID, item: UUID) -> HttpResponse:
    """Tick off, take back, or remove, as the pressed button says."""
    pressed = request.POST.get("do", "")

    def change() -> None:
        if pressed == "remove":
            commands.remove_item(actor=actor, task=key, item=item)
        else:
            commands.change_item(actor=actor, task=key, item=item, done=pressed == "done")

    return _done(request, actor, key, "checklist", change)


@require_POST
@staff_page
def add_time(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    minutes, note = _number(request, "minutes"), request.POST.get("note", "").strip()
    return _done(
        request, actor, key, "time", lambda: commands.log_time(actor=actor, task=key, minutes=minutes, note=note)
    )


@require_POST
@staff_page
def say_progress(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    percent = _number(request, "percent")
    return _done(request, actor, key, "time", lambda: commands.progress(actor=actor, task=key, percent=percent))


def _done(request: HttpRequest, actor: Actor, key: UUID, anchor: str, change: Callable[[], Any]) -> HttpResponse:
    """Back to the page where the change is seen; or the page with the reason why there is none."""
    address = f"{reverse('task', args=[key])}?{parse(request.GET).address}#{anchor}"

    def run() -> HttpResponse:
        change()
        return redirect(address)

    try:
        return once(request, actor, run)
    except InvalidInput as error:
        return show(request, actor, key, Draft(notice=error.message), status=422)
    except WrongState as error:
        return show(request, actor, key, Draft(notice=error.message), status=409)


def _number(request: HttpRequest, name: str) -> int:
    """A whole number as it was typed; what is none is out of every bound."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
