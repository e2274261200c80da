"""The bell: what somebody is told inside TaskHub, and that they have read it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Empty, Pager, shell
from tasks.models import Delivery
from tasks.notifications import bell
from tasks.notifications.message import reason, sentence

SIZE = 30


@dataclass(frozen=True)
class Notice:
    """A line of the page."""

    id: UUID
    icon: str
    text: str
    why: str
    url: str
    at: datetime
    is_unread: bool


ICONS = {
    "task_assigned": "user-plus",
    "share_performed": "check",
    "share_declined": "x",
    "task_completed": "circle-check",
    "task_declined": "circle-x",
    "task_canceled": "ban",
    "task_failed": "triangle-alert",
    "task_reopened": "rotate-ccw",
    "task_overdue": "alarm-clock",
    "task_escalated": "circle-arrow-up",
    "comment_added": "message-square",
    "mentioned": "message-square",
    "told": "zap",
    "rule_stopped": "triangle-alert",
}


@require_safe
@staff_page
def notifications_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    only_unread = request.GET.get("show") != "all"
    rows = bell.told(actor, unread=only_unread)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SIZE + 1])
    context = {
        "shell": shell(actor, here="notifications"),
        "notices": [_notice(delivery) for delivery in found[:SIZE]],
        "only_unread": only_unread,
        "pager": _pager(found, before, "" if only_unread else "all"),
        "empty": _EMPTY[only_unread](),
        "now": timezone.now(),
    }
    return render(request, "notifications/page.html", context)


@require_POST
@staff_page
def mark_read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One notice, named by its id, or all of them."""
    which = request.POST.get("notice", "")
    try:
        changed = bell.mark_read(actor=actor, deliveries=[UUID(which)] if which else None)
    except ValueError:
        changed = 0
    if not which:
        messages.success(request, "Everything is marked as read." if changed else "There was nothing left to mark.")
    return redirect("notifications")


def _notice(delivery: Delivery) -> Notice:
    return Notice(
        id=delivery.uuid,
        icon=ICONS.get(delivery.notice, "bell"),
        text=sentence(delivery),
        why=reason(delivery),
        url=reverse("task", args=[delivery.task.uuid]),
        at=delivery.created_at,
        is_unread=delivery.read_at is None,
    )


def _pager(found: list[Delivery], before: str, show: str) -> Pager:
    here = reverse("notifications")
    return Pager(
        label="Pages",
        size=SIZE,
        newer=f"{here}?show={show}" if before else "",
        older=f"{here}?show={show}&before={found[SIZE - 1].pk}" if len(found) > SIZE else "",
    )


_EMPTY = {
    True: lambda: Empty(
        "check-check", "Nothing new", "You have read everything you were told.", "See all notifications",
        f"{reverse('notifications')}?show=all",
    ),
    False: lambda: Empty(
        "bell", "No notifications yet", "You are told here when you are given work, or when what you watch changes.",
        "Choose what you are told", reverse("settings-notifications"),
    ),
}  # fmt: skip
