"""Organizations: made by whoever runs TaskHub, changed by their admins."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import policy
from accounts.actor import Actor
from accounts.credential_cache import forget_when_committed
from accounts.ids import uuid7
from accounts.models import Organization
from accounts.validation import save


@transaction.atomic
def create_organization(
    *, slug: str, name: str, hostname: str | None = None, timezone: str = "UTC", uuid: UUID | None = None
) -> Organization:
    """A new organization. There is no actor in it yet: this is for provisioning."""
    organization = Organization(
        slug=slug, name=name, hostname=_folded(hostname), timezone=timezone, uuid=uuid or uuid7()
    )
    save(organization)
    return organization


@transaction.atomic
def update_organization(*, actor: Actor, organization_id: int, **changes: Any) -> Organization:
    """Changes name, hostname, timezone or escalate_after."""
    policy.administer(actor, organization_id)
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    if "hostname" in changes:
        changes["hostname"] = _folded(changes["hostname"])
    for field, value in changes.items():
        setattr(organization, field, value)
    save(organization, update_fields=list(changes))
    forget_when_committed()
    return organization


def _folded(hostname: str | None) -> str | None:
    """Host names have no case; none at all is NULL, so that many organizations can have none."""
    return hostname.strip().lower() or None if hostname else None
