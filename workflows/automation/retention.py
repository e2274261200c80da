"""The run log is bounded: what did not match is kept for days, what did for months, and then goes in batches."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from workflows.models import AutomationRule, RuleRun, TriggerEvent

KEEP_NOT_MATCHED = timedelta(days=14)
KEEP = timedelta(days=90)
BATCH = 5_000


def purge(now: datetime | None = None) -> int:
    """Delete what is older, and the deleted rules and looked-at triggers that no run tells of any more."""
    now = now or timezone.now()
    ended = RuleRun.objects.exclude(result=RuleRun.Result.OWED)
    gone = _delete(ended.filter(result=RuleRun.Result.NOT_MATCHED, created_at__lt=now - KEEP_NOT_MATCHED))
    gone += _delete(ended.filter(created_at__lt=now - KEEP))
    of_trigger = Exists(RuleRun.objects.filter(trigger=OuterRef("pk")))
    old = TriggerEvent.objects.filter(looked_at__isnull=False, created_at__lt=now - KEEP)
    gone += _delete(old.filter(~of_trigger))
    of_rule = Exists(RuleRun.objects.filter(rule=OuterRef("pk")))
    gone += _delete(AutomationRule.objects.filter(~of_rule, deleted_at__lt=now - KEEP_NOT_MATCHED))
    return gone


def _delete(rows: QuerySet) -> int:  # type: ignore[type-arg]
    gone = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone
