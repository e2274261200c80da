"""People's own API keys: made, seen once, revoked. An admin sees those of everybody in the organization."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import commands, keys
from accounts.actor import Actor
from accounts.errors import DomainError, InvalidInput
from accounts.models import ApiKey
from taskhub.inbox.forms.keys import SCOPE_NAMES, KeyForm
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell

INVALID = 422
MOST = 200


@dataclass(frozen=True)
class Line:
    """A key as the page lists it."""

    key: ApiKey
    may: str
    state: str
    """Empty while it works."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def keys_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = KeyForm(request.POST or None, role=actor.role)
    if request.method != "POST":
        return _show(request, actor, form)
    if not form.is_valid():
        return _show(request, actor, form, INVALID)
    try:
        return _issue(request, actor, form)
    except DomainError as error:
        form.add_error(
            error.field if isinstance(error, InvalidInput) and error.field in form.fields else None, error.message
        )
        return _show(request, actor, form, INVALID)


@require_POST
@staff_page
def revoke(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    revoked = commands.revoke_key(actor=actor, key_id=keys.visible_key(actor, key).pk)
    messages.success(request, f"Revoked: {revoked.name}")
    return redirect("settings-keys")


def _issue(request: HttpRequest, actor: Actor, form: KeyForm) -> HttpResponse:
    """The page with the secret, which is kept nowhere: a form that comes twice leads to the list."""
    made: list[tuple[ApiKey, str]] = []

    def issue() -> HttpResponse:
        now = timezone.now()
        given = form.cleaned_data
        made.append(
            commands.issue_key(
                actor=actor,
                user_id=actor.person_id,
                name=given["name"],
                scopes=given["scopes"],
                expires_at=form.expires_at(now),
                now=now,
            )
        )
        return redirect("settings-keys")

    answer = once(request, actor, issue)
    if not made:
        return answer
    key, secret = made[0]
    return render(request, "settings/key_issued.html", {**_frame(actor), "key": key, "secret": secret})


def _show(request: HttpRequest, actor: Actor, form: KeyForm, status: int = 200) -> HttpResponse:
    rows = list(keys.visible_keys(actor)[:MOST])
    context = {
        **_frame(actor),
        "form": form,
        "once": fresh_key(),
        "lines": [_line(key) for key in rows],
        "sees_all": keys.sees_all(actor),
    }
    return render(request, "settings/keys.html", context, status=status)


def _frame(actor: Actor) -> dict[str, object]:
    return {"shell": shell(actor, here="settings"), "tab": "keys"}


def _line(key: ApiKey) -> Line:
    state = "Revoked" if key.revoked_at else "Expired" if keys.has_expired(key, timezone.now()) else ""
    return Line(key, ", ".join(SCOPE_NAMES.get(scope, scope) for scope in key.scopes), state)
