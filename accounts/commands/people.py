"""People and their place in organizations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone as clock

from accounts import policy, tokens
from accounts.actor import Actor, Role
from accounts.credential_cache import forget_when_committed
from accounts.errors import Conflict, NotFound
from accounts.ids import uuid7
from accounts.models import ApiKey, Membership, ProjectUserGrant, Team, User
from accounts.validation import save, told_apart


def create_user(
    *,
    actor: Actor,
    username: str,
    role: Role,
    name: str = "",
    email: str = "",
    timezone: str = "",
    password: str | None = None,
    password_hash: str = "",
    uuid: UUID | None = None,
) -> User:
    """A new person, as a member of the actor's organization. Without a password they cannot sign in yet."""
    policy.administer(actor, actor.organization_id)
    user = User(username=User.normalize_username(username), name=name, email=email, timezone=timezone)
    user.uuid = uuid or uuid7()
    user.password = password_hash or _hashed(actor, user, password)
    with transaction.atomic():
        save(user)
        add_member(actor=actor, user_id=user.pk, role=role)
    return user


def _hashed(actor: Actor, user: User, password: str | None) -> str:
    """Slow on purpose, so it is done before the transaction begins. Who provisions may choose weak passwords."""
    if password is not None and actor.kind != "system":
        with told_apart("password"):
            validate_password(password, user)
    return make_password(password)


def set_password(
    *,
    actor: Actor,
    user_id: int,
    password: str | None = None,
    password_hash: str = "",
    now: datetime | None = None,
) -> User:
    """A new password. Everything the old one opened ends: sessions, access tokens and refresh tokens."""
    user = _person(actor, user_id)
    password_hash = password_hash or _hashed(actor, user, password)
    with transaction.atomic():
        user = _locked_person(actor, user_id)
        user.password = password_hash
        _end_sign_ins(user, "password", now)
    return user


def _person(actor: Actor, user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.", code="user_not_found")
    policy.control_person(actor, user)
    return user


def _locked_person(actor: Actor, user_id: int) -> User:
    User.objects.select_for_update().filter(pk=user_id).first()
    return _person(actor, user_id)


@transaction.atomic
def update_user(*, actor: Actor, user_id: int, **changes: Any) -> User:
    """Changes name, email, timezone, avatar_url, theme or shortcuts."""
    user = _locked_person(actor, user_id)
    for field, value in changes.items():
        setattr(user, field, value)
    save(user, update_fields=list(changes))
    forget_when_committed()
    return user


@transaction.atomic
def disable_user(*, actor: Actor, user_id: int, now: datetime | None = None) -> User:
    """The person can no longer sign in, and nothing of theirs opens anything: sessions, tokens, keys."""
    user = _locked_person(actor, user_id)
    user.is_active = False
    _end_sign_ins(user, "disabled", now)
    return user


@transaction.atomic
def enable_user(*, actor: Actor, user_id: int) -> User:
    """The person can sign in again. Their keys work again; what they were signed in with stays ended."""
    user = _locked_person(actor, user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    forget_when_committed()
    return user


def _end_sign_ins(user: User, because: str, now: datetime | None) -> None:
    user.token_epoch = F("token_epoch") + 1
    user.save(update_fields=["password", "is_active", "token_epoch"])
    user.refresh_from_db(fields=["token_epoch"])
    tokens.revoke_all(user, because, now=now)


@transaction.atomic
def add_member(*, actor: Actor, user_id: int, role: Role) -> Membership:
    """An existing person joins the actor's organization."""
    policy.administer(actor, actor.organization_id)
    if Membership.objects.filter(organization_id=actor.organization_id, user_id=user_id).exists():
        raise Conflict("This person is a member already.")
    with told_apart("user"):
        membership = Membership.objects.create(organization_id=actor.organization_id, user_id=user_id, role=role)
    forget_when_committed()
    return membership


@transaction.atomic
def change_role(*, actor: Actor, user_id: int, role: Role) -> Membership:
    """A member's new role. The last admin stays one, unless TaskHub's own hand does it."""
    membership = _membership(actor, user_id)
    if role < Role.ADMIN:
        _keep_an_admin(actor, membership)
    membership.role = role
    membership.save(update_fields=["role"])
    forget_when_committed()
    return membership


@transaction.atomic
def remove_member(*, actor: Actor, user_id: int, now: datetime | None = None) -> None:
    """The person leaves the organization with all they had in it: teams, grants, keys, sign-ins."""
    membership = _membership(actor, user_id)
    _keep_an_admin(actor, membership)
    user, organization_id = membership.user, membership.organization_id
    user.groups.remove(*Team.objects.filter(organization_id=organization_id, user=user))
    ProjectUserGrant.objects.filter(user=user, content_object__organization_id=organization_id).delete()
    ApiKey.objects.filter(user=user, organization_id=organization_id).update(revoked_at=now or clock.now())
    tokens.revoke_all(user, "left", organization_id=organization_id, now=now)
    membership.delete()
    forget_when_committed()


def _membership(actor: Actor, user_id: int) -> Membership:
    policy.administer(actor, actor.organization_id)
    rows = Membership.objects.select_related("user").select_for_update(of=("self",))
    membership = rows.filter(organization_id=actor.organization_id, user_id=user_id).first()
    if membership is None:
        raise NotFound("There is no such person.", code="user_not_found")
    return membership


def _keep_an_admin(actor: Actor, membership: Membership) -> None:
    if actor.kind == "system" or membership.role < Role.ADMIN:
        return
    admins = Membership.objects.select_for_update().filter(organization_id=actor.organization_id, role=Role.ADMIN)
    if not [other for other in admins if other.pk != membership.pk]:
        raise Conflict("An organization keeps at least one administrator.", code="last_admin")
