"""What a person has been told in the app, and what of it they have read."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actor import Actor
from accounts.prepared import prepared
from tasks.domain.errors import InvalidInput
from tasks.models import Delivery, NotificationPreference

from .notices import CHANNELS, IN_APP, NOTICES

Preference = tuple[str, str, str]
"""Notice, channel, recipient."""


def told(actor: Actor, *, unread: bool = False) -> QuerySet[Delivery]:
    """The actor's in-app deliveries, newest first, with what `message.sentence` needs."""
    rows = Delivery.objects.filter(user_id=actor.person_id, organization_id=actor.organization_id, channel=IN_APP)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return rows.filter(task__deleted_at__isnull=True).select_related("event__actor", "task").order_by("-id")


@prepared
def unread_of(actor: Actor, task_ids: list[int]) -> QuerySet[Delivery, int]:
    """Those of these tasks about which something is unread."""
    rows = told(actor, unread=True).filter(task_id__in=task_ids)
    return rows.order_by().values_list("task_id", flat=True).distinct()


def mark_read(
    *,
    actor: Actor,
    deliveries: Collection[UUID] | None = None,
    task_id: int | None = None,
    now: datetime | None = None,
) -> int:
    """Mark as read: those named, or all about a task, or all. Returns how many were unread."""
    rows = Delivery.objects.filter(
        user_id=actor.person_id, organization_id=actor.organization_id, channel=IN_APP, read_at__isnull=True
    )
    if deliveries is not None:
        rows = rows.filter(uuid__in=deliveries)
    if task_id is not None:
        rows = rows.filter(task_id=task_id)
    return rows.update(read_at=now or timezone.now())


def preferences(actor: Actor) -> dict[Preference, bool]:
    """Every choice there is, as it holds for the actor: their own answer, else the default."""
    own = _own(actor).values_list("notice", "channel", "recipient", "enabled")
    chosen = {(notice, channel, recipient): enabled for notice, channel, recipient, enabled in own}
    return {key: chosen.get(key, NOTICES[key[0]].by_default(*key[1:])) for key in _choices()}


def prefer_only(*, actor: Actor, wanted: Collection[Preference]) -> None:
    """Be told of exactly these; what cannot be chosen is left out."""
    current = preferences(actor)
    prefer(actor=actor, choices={key: not on for key, on in current.items() if (key in wanted) != on})


def prefer(*, actor: Actor, choices: Mapping[Preference, bool]) -> None:
    """Set some choices. Raises InvalidInput for one that there is not. What is the default is not stored."""
    known = set(_choices())
    for key in choices:
        if key not in known:
            raise InvalidInput(f"There is nothing to choose at {'/'.join(key)}.", field="preferences")
    with transaction.atomic():
        for (notice, channel, recipient), enabled in choices.items():
            choice: dict[str, Any] = {"notice": notice, "channel": channel, "recipient": recipient}
            if enabled == NOTICES[notice].by_default(channel, recipient):
                _own(actor).filter(**choice).delete()
            else:
                of_person: dict[str, Any] = {"user_id": actor.user_id, "organization_id": actor.organization_id}
                NotificationPreference.objects.update_or_create(**of_person, **choice, defaults={"enabled": enabled})


def _own(actor: Actor) -> QuerySet[NotificationPreference]:
    return NotificationPreference.objects.filter(user_id=actor.person_id, organization_id=actor.organization_id)


def _choices() -> list[Preference]:
    return [
        (notice.name, channel, recipient)
        for notice in NOTICES.values()
        for channel in CHANNELS
        for recipient in notice.recipients
    ]
