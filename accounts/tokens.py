"""Signing in through an API: a short access token and a refresh token that is good for one use.

Each refresh hands out a new pair and uses the old refresh token up. One that is shown twice was stolen, so the whole
family ends (ADR 0011). Transactions are owned here; nothing secret is stored, logged or raised.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import access_tokens, signin
from accounts.access import identity
from accounts.access_tokens import verify
from accounts.credential_cache import forget_when_committed
from accounts.errors import InvalidCredential, NoMembership
from accounts.ids import parse_uuid
from accounts.models import Membership, RefreshToken, TokenFamily, User

__all__ = ["TokenPair", "end", "issue", "refresh", "revoke", "revoke_all", "sign_in", "verify"]

PREFIX = "thr_"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a client gets. The texts exist nowhere else."""

    access: str
    refresh: str
    access_expires_at: datetime
    refresh_expires_at: datetime

    def __repr__(self) -> str:
        return f"TokenPair(until {self.access_expires_at:%Y-%m-%dT%H:%M:%SZ})"


def sign_in(
    *,
    username: str,
    password: str,
    organization: str | UUID | None = None,
    address: str = "",
    now: datetime | None = None,
) -> TokenPair:
    """Tokens for who knows the password. `organization` is a slug or uuid; without it, the first one they joined.

    Raises InvalidCredential, TooManyAttempts or NoMembership.
    """
    user = signin.check(username=username, password=password, address=address)
    return issue(user=user, organization_id=_organization_of(user, organization), now=now)


def _organization_of(user: User, organization: str | UUID | None) -> int:
    rows = Membership.objects.filter(user=user)
    if organization is not None:
        uuid = parse_uuid(organization)
        rows = rows.filter(organization__uuid=uuid) if uuid else rows.filter(organization__slug=str(organization))
    first = rows.order_by("id").values_list("organization_id", flat=True).first()
    if first is None:
        raise NoMembership("You are not a member of this organization.")
    return first


@transaction.atomic
def issue(*, user: User, organization_id: int, now: datetime | None = None) -> TokenPair:
    """The first pair of a new family."""
    now = now or timezone.now()
    family = TokenFamily.objects.create(user=user, organization_id=organization_id)
    return _pair(family, now)


def _pair(family: TokenFamily, now: datetime) -> TokenPair:
    text = PREFIX + secrets.token_urlsafe(32)
    ends = now + settings.REFRESH_TOKEN_LIFETIME
    RefreshToken.objects.create(family=family, digest=_digest(text), expires_at=ends)
    access, access_ends = access_tokens.issue(family, now)
    return TokenPair(access, text, access_ends, ends)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()


def refresh(text: str, now: datetime | None = None) -> TokenPair:
    """A new pair for a refresh token, which is thereby used up. Raises InvalidCredential."""
    pair = _rotate(text, now or timezone.now())
    if pair is None:  # raised out here, so that a family that was just ended stays so
        raise InvalidCredential
    return pair


@transaction.atomic
def _rotate(text: str, now: datetime) -> TokenPair | None:
    family = _locked_family(text)
    if family is None or family.revoked_at is not None:
        return None
    token = RefreshToken.objects.get(digest=_digest(text))  # read under the lock: a twin may just have used it
    if token.used_at is not None:
        end(family, "reuse", now)
        return None
    if token.expires_at <= now or not _is_member(family):
        return None
    token.used_at = now
    token.save(update_fields=["used_at"])
    return _pair(family, now)


def _locked_family(text: str) -> TokenFamily | None:
    if not text.startswith(PREFIX):
        return None
    families = TokenFamily.objects.filter(tokens__digest=_digest(text)).select_related("user", "organization")
    return families.select_for_update(of=("self",)).first()


def _is_member(family: TokenFamily) -> bool:
    try:
        return bool(identity(family.user_id, family.organization_id))
    except NoMembership:
        return False


def revoke(text: str, now: datetime | None = None) -> None:
    """Signs out: ends the family of a refresh or access token. A text that is none is no error (RFC 7009)."""
    if text.startswith(PREFIX):
        families = TokenFamily.objects.filter(tokens__digest=_digest(text))
    else:
        families = TokenFamily.objects.filter(uuid__in=access_tokens.family_of(text))
    _end(families, "sign-out", now or timezone.now())


def revoke_all(user: User, because: str, *, organization_id: int | None = None, now: datetime | None = None) -> None:
    """Ends every family of a person: in one organization, or everywhere."""
    families = TokenFamily.objects.filter(user=user)
    if organization_id is not None:
        families = families.filter(organization_id=organization_id)
    _end(families, because, now or timezone.now())


def end(family: TokenFamily, because: str, now: datetime) -> None:
    """Ends one family: whoever signed in so is signed out."""
    _end(TokenFamily.objects.filter(pk=family.pk), because, now)


def _end(families: QuerySet[TokenFamily], because: str, now: datetime) -> None:
    ids = list(families.filter(revoked_at__isnull=True).values_list("pk", flat=True))
    TokenFamily.objects.filter(pk__in=ids).update(revoked_at=now, revoked_because=because)
    forget_when_committed()
