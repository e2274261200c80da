"""How long after its due time an organization's tasks are escalated."""

from datetime import timedelta

from django.conf import settings

from accounts.access import organization


def escalate_after(organization_id: int) -> timedelta:
    """The organization's own pause, else `settings.ESCALATE_AFTER`."""
    own: timedelta | None = organization(organization_id).escalate_after
    return settings.ESCALATE_AFTER if own is None else own
