"""Signing in and out, choosing the organization, changing the password. Checking one is `accounts.signin`'s work."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import commands
from accounts import signin as checking
from accounts.access import actor_for
from accounts.actor import Actor, Role
from accounts.addresses import client_address
from accounts.errors import InvalidCredential, NoMembership, TooManyAttempts
from accounts.ids import parse_uuid
from accounts.models import Membership, User

from .forms import PasswordForm, SignInForm

ORGANIZATION = "organization"
"""Session key: the id of the organization in which somebody with several memberships works."""
DEVICE_COOKIE = "__Host-taskhub-device" if settings.SESSION_COOKIE_SECURE else "taskhub-device"
WRONG = "The name or the password is not right."


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """The form; a right password leads to where the person wanted to go."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(_next(request))
        return render(request, "accounts/signin.html", {"form": SignInForm(), "next": _given_next(request)})
    form = SignInForm(request.POST)
    answer = HttpResponse(status=422)
    if form.is_valid():
        try:
            return _welcome(request, _checked(request, **form.cleaned_data))
        except InvalidCredential:
            form.add_error(None, WRONG)
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            answer = HttpResponse(status=429, headers={"Retry-After": str(error.facts["retry_after"])})
    answer.content = render_to_string("accounts/signin.html", {"form": form, "next": _given_next(request)}, request)
    return answer


@sensitive_variables("password")
def _checked(request: HttpRequest, *, username: str, password: str) -> User:
    device = request.COOKIES.get(DEVICE_COOKIE, "")
    return checking.check(username=username, password=password, address=client_address(request), device=device)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    """Signs in: a new session id, a new device cookie. Who works for several organizations is asked for which."""
    login(request, user)  # the backend is the one that knew the password
    homes = list(Membership.objects.filter(user=user).order_by("id").values_list("organization_id", flat=True)[:2])
    if homes:
        request.session[ORGANIZATION] = homes[0]
    response = redirect(_choice(request) if len(homes) > 1 else _next(request, at_home=bool(homes)))
    response.set_cookie(
        DEVICE_COOKIE,
        checking.device_cookie(user.username),
        max_age=checking.DEVICE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _choice(request: HttpRequest) -> str:
    wanted = _given_next(request)
    return resolve_url("organization") + (f"?{urlencode({'next': wanted})}" if wanted else "")


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """Ends this session."""
    logout(request)
    return redirect("signin")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization(request: HttpRequest) -> HttpResponse:
    """Where to work: the choice, and the switch to it (POST `organization`, a uuid)."""
    homes = Membership.objects.filter(user=_person(request)).select_related("organization")
    if request.method == "POST":
        chosen = get_object_or_404(homes, organization__uuid=parse_uuid(request.POST.get("organization", "")))
        request.session[ORGANIZATION] = chosen.organization_id
        return redirect(_next(request))
    context = {
        "organizations": [home.organization for home in homes.order_by("organization__name")],
        "current": request.session.get(ORGANIZATION),
        "next": _given_next(request),
    }
    return render(request, "accounts/organization.html", context)


@never_cache
@sensitive_post_parameters("current", "new")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password for who knows the old one. All other sessions and tokens of the person end."""
    user = _person(request)
    form = PasswordForm(request.POST or None, user=user)
    status = 422 if request.method == "POST" else 200
    if form.is_valid() and _knows(request, user, form):
        changed = commands.set_password(actor=_self(user), user_id=user.pk, password=form.cleaned_data["new"])
        update_session_auth_hash(request, changed)
        messages.success(request, "Your password is changed. Everything else that was signed in is signed out.")
        return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    return render(request, "accounts/password.html", {"form": form}, status=status)


def _knows(request: HttpRequest, user: User, form: Form) -> bool:
    """Whether the old password is right; guessing it here is bounded as at sign-in."""
    try:
        _checked(request, username=user.username, password=form.cleaned_data["current"])
    except InvalidCredential:
        form.add_error("current", "This is not your password.")
    except TooManyAttempts as error:
        form.add_error(None, error.message)
    return not form.errors


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "login_required lets nobody else get here"
    return request.user


def _self(user: User) -> Actor:
    """The person as an actor, also one who belongs to no organization."""
    try:
        return actor_for(user)
    except NoMembership:
        return Actor(kind="user", organization_id=0, role=Role.VIEWER, user_id=user.pk)


def _given_next(request: HttpRequest) -> str:
    """The address to go on to, if it is one of ours; an open redirect would send people to look-alikes."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, own, require_https=request.is_secure()) else ""


def _next(request: HttpRequest, *, at_home: bool = True) -> str:
    """Where to go on to. Staff who belong to no organization have no inbox, but work to do."""
    usual = settings.LOGIN_REDIRECT_URL if at_home or not _person(request).is_staff else "admin:index"
    return _given_next(request) or resolve_url(usual)
