"""Jobs of the contracts: forget requests that nobody will send again."""

from celery import shared_task
from django.utils import timezone

from . import idempotency
from .models import IdempotencyKey

BATCH = 5_000


@shared_task(name="taskhub.contracts.jobs.purge_expired")
def purge_expired() -> int:
    """Delete the keys whose time is over, in batches, and say how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - idempotency.KEPT_FOR).order_by("created_at")
    total = 0
    while deleted := IdempotencyKey.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()[0]:
        total += deleted
    return total
