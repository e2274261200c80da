"""Reads of API keys for pages: one's own, and for an admin those of the whole organization. Never their secrets."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.actor import Actor, Role
from accounts.errors import NotFound
from accounts.models import ApiKey


def sees_all(actor: Actor) -> bool:
    """Whether the keys of others are the actor's business."""
    return actor.role >= Role.ADMIN and actor.may("admin")


def visible_keys(actor: Actor) -> QuerySet[ApiKey]:
    """The keys the actor may see and end: working ones first, then those that were revoked, each newest first."""
    rows = ApiKey.objects.filter(organization_id=actor.organization_id)
    if not sees_all(actor):
        rows = rows.filter(user_id=actor.person_id)
    return rows.select_related("user").order_by(F("revoked_at").desc(nulls_first=True), "-id")


def visible_key(actor: Actor, uuid: UUID) -> ApiKey:
    """One of them. Raises NotFound."""
    key = visible_keys(actor).filter(uuid=uuid).first()
    if key is None:
        raise NotFound("There is no such key.", code="api_key_not_found")
    return key


def has_expired(key: ApiKey, now: datetime) -> bool:
    return key.expires_at is not None and key.expires_at <= now
