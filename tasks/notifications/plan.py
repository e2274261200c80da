"""Events and preferences -> one delivery per person and channel. A handler of the outbox, so it only writes rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tasks.models import Delivery, Event
from tasks.nudge import nudge

from .audience import Audience
from .notices import CHANNELS, EMAIL, IN_APP, notice_of

BATCH = 1000
"""Rows a statement: PostgreSQL takes 65,535 values in one, and a large team fills that."""


def plan(events: Sequence[Event]) -> None:
    """Write the deliveries of these events; the constraint keeps a second planning from telling anyone twice."""
    now = timezone.now()
    audience = Audience(events)
    rows = [row for event in events for row in _deliveries(event, audience, now)]
    Delivery.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    if any(row.state == Delivery.State.PENDING for row in rows):
        transaction.on_commit(lambda: nudge("tasks.jobs.send_deliveries"))


def _deliveries(event: Event, audience: Audience, now: datetime) -> Iterator[Delivery]:
    notice = notice_of(event.type, event.payload)
    if notice is None or event.task.deleted_at:
        return
    for user_id, roles in audience.roles(event, notice).items():
        for channel in CHANNELS:
            wanted = [role for role in roles if audience.wants(event, user_id, notice, channel, role)]
            if not wanted or (channel == EMAIL and not audience.email(event, user_id)):
                continue
            told = channel == IN_APP  # the row is the message
            yield Delivery(
                organization_id=event.organization_id,
                event=event,
                task=event.task,
                user_id=user_id,
                channel=channel,
                notice=notice.name,
                reason=wanted[0],
                state=Delivery.State.SENT if told else Delivery.State.PENDING,
                run_at=now,
                created_at=event.created_at,
                sent_at=now if told else None,
            )
