"""Hands deliveries to their channels: claim with a lease, send outside of any transaction, mark.

A sender that dies between claim and mark leaves a lease that ends, and the delivery is sent by somebody else: at least
once, with the same id. Who comes too late to mark (its lease has ended) changes nothing.
"""

import logging
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from tasks.models import Delivery

from .channels import CHANNELS, Channel

logger = logging.getLogger(__name__)

BATCH = 20
MAX_ATTEMPTS = 14
FIRST_PAUSE = timedelta(seconds=10)
"""Doubled each time: the tries of a message span most of a day, as a mail server's own do."""


def send_due(now: datetime | None = None) -> int:
    """Send what is owed by now. Returns how many messages were handed over.

    A channel in trouble gets one batch a call: others need this worker too, and the rest waits for the next look.
    """
    sent = 0
    for name in CHANNELS:
        works = True
        while works and (batch := _claim(name, now or timezone.now())):
            handed, works = _send(name, batch)
            sent += handed
    return sent


def retry(delivery_ids: list[int], now: datetime | None = None) -> int:
    """Give messages that were given up a new life. Returns how many there were."""
    failed = Delivery.objects.filter(pk__in=delivery_ids, state=Delivery.State.FAILED)
    return failed.update(state=Delivery.State.PENDING, attempts=0, run_at=now or timezone.now(), last_error="")


def _owed(name: str, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.PENDING, channel=name, run_at__lte=now)


def _claim(name: str, now: datetime) -> list[Delivery]:
    """Lease some deliveries: until `run_at`, which is the end of the lease, nobody else takes them."""
    if not _owed(name, now).exists():
        return []
    _give_up(_owed(name, now))
    lease = uuid4()
    with transaction.atomic():
        rows = _owed(name, now).order_by("run_at", "id").select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        Delivery.objects.filter(pk__in=ids).update(
            lease=lease, run_at=now + settings.DELIVERY_LEASE, attempts=F("attempts") + 1
        )
    mine = Delivery.objects.filter(pk__in=ids, lease=lease).order_by("id")
    return list(mine.select_related("user", "organization", "event__actor", "task"))


def _give_up(owed: QuerySet[Delivery]) -> None:
    """End what would tell somebody who is gone of something that is gone, or has killed every sender so far."""
    here = Membership.objects.filter(user=OuterRef("user"), organization=OuterRef("organization"))
    gone = ~Exists(here) | Q(user__is_active=False) | Q(task__deleted_at__isnull=False)
    hopeless = owed.filter(gone | Q(attempts__gte=MAX_ATTEMPTS))
    hopeless.update(state=Delivery.State.FAILED, lease=None, last_error="Given up: nobody to tell, or every try died.")


def _send(name: str, batch: list[Delivery]) -> tuple[int, bool]:
    """How many were handed over, and whether the channel is fit for more."""
    until = monotonic() + settings.DELIVERY_LEASE.total_seconds() - settings.EMAIL_TIMEOUT
    sent = 0
    try:
        with CHANNELS[name]() as channel:
            for place, delivery in enumerate(batch):
                if place and monotonic() > until:  # the lease might end while we send
                    _give_back(batch[place:])
                    return sent, False
                sent += _send_one(channel, delivery)
    except Exception as error:  # noqa: BLE001  whatever a channel raises, the message stays owed
        logger.warning("Channel %s is down: %s", name, type(error).__name__)
        for delivery in batch:  # those already marked are no longer leased by us
            _failed(delivery, error)
        return sent, False
    return sent, True


def _give_back(untried: list[Delivery]) -> None:
    """Let somebody else send these at once; that we had no time for them was no try."""
    mine = Delivery.objects.filter(pk__in=[delivery.pk for delivery in untried], lease=untried[0].lease)
    mine.update(lease=None, run_at=timezone.now(), attempts=F("attempts") - 1)


def _send_one(channel: Channel, delivery: Delivery) -> bool:
    try:
        external_id = channel.notify(delivery)
    except Exception as error:  # noqa: BLE001
        logger.warning("Delivery %s by %s failed: %s", delivery.uuid, channel.name, type(error).__name__)
        _failed(delivery, error)
        return False
    now = timezone.now()
    _mine(delivery).update(
        state=Delivery.State.SENT, external_id=external_id[:255], sent_at=now, lease=None, last_error=""
    )
    return True


def _failed(delivery: Delivery, error: Exception) -> None:
    given_up = delivery.attempts >= MAX_ATTEMPTS
    _mine(delivery).update(
        state=Delivery.State.FAILED if given_up else Delivery.State.PENDING,
        run_at=timezone.now() + FIRST_PAUSE * 2 ** (delivery.attempts - 1),
        last_error=f"{type(error).__name__}: {error}"[:500],
        lease=None,
    )


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    lease: UUID | None = delivery.lease
    return Delivery.objects.filter(pk=delivery.pk, lease=lease)
