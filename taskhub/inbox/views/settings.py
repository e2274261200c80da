"""What people set for themselves: how they are called, their zone and colours, and what they are told."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import commands as people
from accounts.access import organization
from accounts.actor import Actor
from accounts.models import User
from taskhub.inbox.forms.settings import ProfileForm
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from tasks.notifications.bell import Preference, prefer_only, preferences
from tasks.notifications.notices import CHANNELS, NOTICES

INVALID = 422
FIELDS = ("name", "timezone", "theme", "shortcuts")
CHANNEL_NAMES = {"in_app": "In TaskHub", "email": "By e-mail"}
ROLE_NAMES = {
    "assignee": "assigned to me",
    "creator": "created by me",
    "watcher": "watched by me",
    "manager": "in my organization",
    "mentioned": "that name me",
}


@dataclass(frozen=True)
class Cell:
    """A checkbox of the matrix."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class Line:
    """A notice in one role, with a cell per channel. `notice` is empty on all but the first line of a notice."""

    notice: str
    role: str
    span: int
    cells: tuple[Cell, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def profile_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    zone = organization(actor.organization_id).timezone
    initial = {name: getattr(request.user, name) for name in FIELDS}
    form = ProfileForm(request.POST or None, initial=initial, organization_zone=zone)
    if request.method == "POST" and form.is_valid():
        people.update_user(actor=actor, user_id=cast(User, request.user).pk, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("settings")
    context = {"shell": shell(actor, here="settings"), "form": form, "tab": "profile"}
    return render(request, "settings/profile.html", context, status=INVALID if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notifications_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    current = preferences(actor)
    if request.method == "POST":
        ticked = set(request.POST.getlist("tell"))
        prefer_only(actor=actor, wanted={key for key in current if _value(key) in ticked})
        messages.success(request, "Saved.")
        return redirect("settings-notifications")
    context = {
        "shell": shell(actor, here="settings"),
        "channels": [CHANNEL_NAMES.get(channel, channel) for channel in CHANNELS],
        "lines": [line for notice in NOTICES for line in _lines(notice, current)],
        "tab": "notifications",
    }
    return render(request, "settings/notifications.html", context)


def _lines(notice: str, current: dict[Preference, bool]) -> list[Line]:
    about = NOTICES[notice]
    return [
        Line(
            notice=about.label if not number else "",
            role=ROLE_NAMES[role],
            span=len(about.recipients),
            cells=tuple(_cell(about.label, (notice, channel, role), current) for channel in CHANNELS),
        )
        for number, role in enumerate(about.recipients)
    ]


def _cell(notice: str, key: Preference, current: dict[Preference, bool]) -> Cell:
    _, channel, role = key
    label = f"{notice}, {ROLE_NAMES[role]}: {CHANNEL_NAMES.get(channel, channel)}"
    return Cell(_value(key), label, current[key])


def _value(key: Preference) -> str:
    return ":".join(key)
