"""Access tokens: short-lived JWTs that say who signed in, where, and when. Checked against the database, too.

The signature proves that TaskHub issued the token; the rows prove that it still holds (ADR 0011). Nothing here logs or
raises a token.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from accounts.access import identity
from accounts.actor import Actor
from accounts.credential_cache import remembered
from accounts.errors import InvalidCredential, NoMembership
from accounts.ids import parse_uuid, uuid7
from accounts.models import TokenFamily

HEADER = {"alg": "HS256", "typ": "at+jwt"}
"""The whole header; a token with any other is refused."""
ISSUER = "taskhub"
AUDIENCE = "taskhub-api"
MAX_LENGTH = 2_000


def issue(family: TokenFamily, now: datetime) -> tuple[str, datetime]:
    """A token for the family's person, and when it ends."""
    ends = now + settings.ACCESS_TOKEN_LIFETIME
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(family.user.uuid),
        "org": str(family.organization.uuid),
        "sid": str(family.uuid),
        "epoch": family.user.token_epoch,
        "iat": int(now.timestamp()),
        "exp": int(ends.timestamp()),
        "jti": str(uuid7()),
    }
    return jwt.encode(HEADER, claims, _key(settings.SECRET_KEY), algorithms=["HS256"]), ends


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was checked: whose it is and how long."""

    actor: Actor
    ends: float


def verify(text: str, now: datetime | None = None) -> Actor:
    """Who shows this token. Raises InvalidCredential, with one text for all reasons. Asks nothing within a second."""
    if len(text) > MAX_LENGTH or not text.isascii():
        raise InvalidCredential
    moment = (now or timezone.now()).timestamp()
    known = remembered(("access", sha256(text.encode()).digest()), lambda: _load(text, moment))
    if known.ends <= moment:
        raise InvalidCredential
    return known.actor


def _load(text: str, moment: float) -> _Known:
    claims = claims_of(text, moment)
    families = TokenFamily.objects.filter(uuid__in=_uuids(claims["sid"]), revoked_at__isnull=True)
    family = families.select_related("user").first()
    if family is None or claims["sub"] != str(family.user.uuid) or claims["epoch"] != family.user.token_epoch:
        raise InvalidCredential
    try:
        person = identity(family.user_id, family.organization_id)
    except NoMembership:
        raise InvalidCredential from None
    return _Known(replace(person, credential_id=str(family.uuid)), float(claims["exp"]))


def claims_of(text: str, moment: float) -> dict[str, Any]:
    """The claims of a token that TaskHub signed and that holds at `moment`. Raises InvalidCredential."""
    claims = _signed_claims(text)
    there: jwt.ClaimsOption = {"essential": True}
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(moment),
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        exp=there,
        sub=there,
        org=there,
        sid=there,
        epoch=there,
    )
    try:
        registry.validate(claims)
    except (JoseError, TypeError, ValueError):
        raise InvalidCredential from None
    return claims


def _signed_claims(text: str) -> dict[str, Any]:
    """What a token says that bears our signature and exactly our header."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            token = jwt.decode(text, _key(secret), algorithms=["HS256"])
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            continue
        if token.header == HEADER:
            return token.claims
    raise InvalidCredential


def family_of(text: str) -> list[UUID]:
    """The family a token belongs to, also of one that has ended; for signing out. Empty if it is not ours."""
    try:
        return _uuids(_signed_claims(text).get("sid"))
    except InvalidCredential:
        return []


def _uuids(text: object) -> list[UUID]:
    uuid = parse_uuid(text)
    return [uuid] if uuid else []


@lru_cache(maxsize=8)
def _key(secret: str) -> OctKey:
    """A key of its own for this purpose, so that no other signature made with SECRET_KEY can pass as a token."""
    return OctKey.import_key(salted_hmac("accounts.access_tokens", "HS256", secret=secret, algorithm="sha256").digest())
