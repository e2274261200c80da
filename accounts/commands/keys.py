"""Issuing and revoking API keys."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import api_keys, policy
from accounts.access import identity
from accounts.actor import Actor
from accounts.credential_cache import forget_when_committed
from accounts.errors import Conflict, InvalidInput, NoMembership, NotFound
from accounts.models import ApiKey


@transaction.atomic
def issue_key(
    *,
    actor: Actor,
    user_id: int,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    secret: str | None = None,
    now: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key that acts as that member, and its secret, which exists nowhere else.

    `secret` is one chosen elsewhere (ADR 0013). Raises InvalidInput, NotAllowed, NotFound, Conflict.
    """
    try:
        person = identity(user_id, actor.organization_id)
    except NoMembership:
        raise NotFound("There is no such person.", code="user_not_found") from None
    wanted = frozenset(scopes)
    policy.issue_key(actor, person, wanted)
    if expires_at is not None and expires_at <= (now or timezone.now()):
        raise InvalidInput("The key would already have expired.", field="expires_at")
    if not 0 < len(name) <= 100:
        raise InvalidInput("A name has 1 to 100 characters.", field="name")
    text = api_keys.generate() if secret is None else secret
    key = ApiKey.objects.create(
        organization_id=actor.organization_id,
        user_id=user_id,
        name=name,
        prefix=_free_prefix(text),
        digest=api_keys.digest_of(text),
        scopes=sorted(wanted),
        expires_at=expires_at,
        created_by_id=actor.user_id,
    )
    return key, text


def _free_prefix(text: str) -> str:
    prefix = api_keys.prefix_of(text)
    if prefix is None:
        raise InvalidInput("A secret has 16 to 200 printable characters, no spaces and no dots.", field="secret")
    if ApiKey.objects.filter(prefix=prefix).exists():
        raise Conflict("This secret is taken.", field="secret")
    return prefix


@transaction.atomic
def revoke_key(*, actor: Actor, key_id: int, now: datetime | None = None) -> ApiKey:
    """The key opens nothing from now on; its row stays for the record. Its owner or an admin may do it."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id, organization_id=actor.organization_id).first()
    if key is None:
        raise NotFound("There is no such key.", code="api_key_not_found")
    if actor.user_id != key.user_id or actor.kind == "system":
        policy.administer(actor, key.organization_id)
    if key.revoked_at is None:
        key.revoked_at = now or timezone.now()
        key.save(update_fields=["revoked_at"])
    forget_when_committed()
    return key
