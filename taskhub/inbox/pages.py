"""What every staff page has in common: somebody signed in, acting in one organization, read in their own time zone."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import NoMembership, actor_for
from accounts.actor import Actor
from accounts.models import User
from accounts.pages.views import ORGANIZATION
from tasks.domain.errors import NotAllowed, NotFound

View = Callable[..., HttpResponse]


def staff_page(view: View) -> View:
    """Give `view` the actor as second argument; answer whoever has none. Nothing of a page is kept by caches."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        try:
            actor = _actor(request)
        except NoMembership:
            return render(request, "no_membership.html", status=403)
        response = _in_zone(view, request, actor, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response

    return page


def _actor(request: HttpRequest) -> Actor:
    """The person in the organization they chose; if they have left it meanwhile, in the first of the others."""
    user = cast(User, request.user)
    try:
        return actor_for(user, request.session.get(ORGANIZATION))
    except NoMembership:
        if request.session.pop(ORGANIZATION, None) is None:
            raise
        return actor_for(user)


def _in_zone(view: View, request: HttpRequest, actor: Actor, *args: Any, **kwargs: Any) -> HttpResponse:
    with timezone.override(ZoneInfo(actor.timezone)):
        try:
            return view(request, actor, *args, **kwargs)
        except NotFound as error:
            raise Http404(error.message) from error
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A part of a page cannot show a sign-in form: then the whole page goes there."""
    if wants_fragment(request):
        return HttpResponseClientRedirect(reverse("signin"))
    return redirect_to_login(request.get_full_path())


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; on Back it asks for the whole one."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request
