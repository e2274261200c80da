"""Jobs of the contracts: forget requests that nobody will send again."""

from celery import shared_task
from django.utils import timezone

from . import idempotency
from .models import IdempotencyKey

BATCH = 5_000


@shared_task(name="taskhub.contracts.jobs.purge_expired")
def purge_expired() -> int:
    """Delete one batch of keys whose time is over, and say how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - idempotency.KEPT_FOR)
    deleted, _ = IdempotencyKey.objects.filter(pk__in=old.order_by("created_at").values("pk")[:BATCH]).delete()
    return deleted
