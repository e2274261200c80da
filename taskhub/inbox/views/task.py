"""One task: everything about it, and what this person can do with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox import detail
from taskhub.inbox.answers import Told, told
from taskhub.inbox.forms.answers import CompleteForm
from taskhub.inbox.listing import Listing, parse
from taskhub.inbox.neighbours import after
from taskhub.inbox.once import fresh_key
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import VIEW_NAMES, shell
from taskhub.inbox.work import work
from tasks.notifications.bell import mark_read


@dataclass(frozen=True)
class Draft:
    """What somebody had typed when their change was refused, and why it was. Shown again, so that nothing is lost."""

    notice: str = ""
    form: CompleteForm | None = None
    comment: str = ""
    comment_error: str = ""

    @property
    def typed(self) -> list[Told]:
        """What stood in the form, for where it cannot be shown any more."""
        if self.form is None:
            return []
        said = told(self.form.questions, self.form.given, {})
        note = Told("Note on the result", self.form.data.get("resolution", ""))
        return [one for one in [*said, note] if one.text]


@require_safe
@staff_page
def task_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    return show(request, actor, key, Draft())


def show(request: HttpRequest, actor: Actor, key: UUID, draft: Draft, status: int = 200) -> HttpResponse:
    """The page of a task. Looking at it means having read what the bell said of it."""
    now, tab = timezone.now(), request.GET.get("tab", "")
    found = detail.load(actor, key, full_history=tab == detail.HISTORY)
    mark_read(actor=actor, task_id=found.task.pk, now=now)
    listing = parse(request.GET)
    context = {
        "shell": shell(actor, listing=listing, about=_about(found, listing)),
        "detail": found,
        "work": work(found.task, found.standing),
        "most_bytes": settings.ATTACHMENT_MAX_BYTES,
        "task": found.task,
        "now": now,
        "tab": tab if tab in detail.TABS else "",
        "raw": detail.raw(found) if tab == detail.DATA else "",
        "draft": draft,
        "form": _form(found, draft),
        "once": fresh_key(),
        **_place(actor, listing, found, now),
    }
    return render(request, "tasks/page.html", context, status=status)


def _form(found: detail.Detail, draft: Draft) -> CompleteForm | None:
    """How it is completed, for who may."""
    if not found.may_complete:
        return None
    return draft.form or CompleteForm(task=found.task, files=found.files, doubts=found.doubts)


def _about(found: detail.Detail, listing: Listing) -> dict[str, str]:
    task = found.task
    return {"task": str(task.uuid), "version": str(task.version), "list": listing.address}


def _place(actor: Actor, listing: Listing, found: detail.Detail, now: datetime) -> dict[str, object]:
    """Where the task stands: the list it was opened from and the task after it there."""
    following = after(actor, listing, found.task, now)
    address = listing.address
    return {
        "listing": listing,
        "address": address,
        "list_url": f"{reverse('inbox')}?{address}",
        "list_title": VIEW_NAMES[listing.view].label,
        "next_url": f"{reverse('task', args=[following.uuid])}?{address}" if following else "",
    }
