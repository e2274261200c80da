"""Reads of rules and of their runs. Everybody who may write rules sees all of their organization's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.actor import Actor
from tasks.domain.errors import NotAllowed
from workflows import policy
from workflows.commands.rules import no_such_rule
from workflows.models import AutomationRule, RuleRun

MOST_RUNS = 10_000
"""Runs that a list counts and pages over."""


def may_write(actor: Actor) -> bool:
    """Whether the actor sees and changes rules."""
    try:
        policy.check_rules(actor)
    except NotAllowed:
        return False
    return True


def rules(actor: Actor) -> QuerySet[AutomationRule]:
    """The organization's rules by name. Raises NotAllowed."""
    policy.check_rules(actor)
    rows = AutomationRule.objects.filter(organization_id=actor.organization_id, deleted_at__isnull=True)
    return rows.select_related("author", "project").order_by("name", "id")


def rule(actor: Actor, key: UUID | int) -> AutomationRule:
    """One rule. Raises NotAllowed and NotFound (`automation_not_found`)."""
    named = {"uuid": key} if isinstance(key, UUID) else {"pk": key}
    found = rules(actor).filter(**named).first()
    if found is None:
        raise no_such_rule()
    return found


def runs(row: AutomationRule, results: Collection[str] = ()) -> QuerySet[RuleRun]:
    """What the rule made of what happened, newest first."""
    found = RuleRun.objects.filter(rule=row).select_related("task", "event__actor", "trigger__actor").order_by("-id")
    return found.filter(result__in=results) if results else found


@dataclass(frozen=True, slots=True)
class Tally:
    """How a rule did lately."""

    fired: int = 0
    failed: int = 0
    """Failed, refused or stopped."""


def tallies(rows: Collection[AutomationRule], now: datetime, days: int = 7) -> dict[int, Tally]:
    """Rule id -> how it did in the last days, for many rules in one query."""
    result = RuleRun.Result
    lately = RuleRun.objects.filter(rule__in=rows, created_at__gte=now - timedelta(days=days))
    of_rules = lately.exclude(result=result.NOT_MATCHED).order_by().values("rule_id")
    bad = Q(result__in=[result.FAILED, result.REFUSED, result.STOPPED])
    counted = of_rules.annotate(fired=Count("pk", filter=Q(result=result.FIRED)), failed=Count("pk", filter=bad))
    found = counted.values_list("rule_id", "fired", "failed") if rows else ()
    return {key: Tally(fired, failed) for key, fired, failed in found}
