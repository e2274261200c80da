"""What a rule would have done about the events of past days: whether it would have acted, and why not. Changes nothing.

The tasks are looked at as they are now. Bounded: at most MOST_LOOKED_AT of the organization's latest events are gone
through, and MOST_SHOWN answers come back; `is_whole` says whether that was everything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from django.utils import timezone

from accounts.access import organization
from accounts.actor import Actor
from tasks.domain.errors import InvalidInput
from tasks.models import Event, Task
from workflows import policy
from workflows.models import AutomationRule, TriggerEvent
from workflows.rules import Verdict, schedule

from . import facts
from .planning import concerns, verdict

MAX_DAYS = 30
MOST_LOOKED_AT = 20_000
MOST_JUDGED = 2_000
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that happened, and what the rule would have made of it."""

    at: datetime
    what: str
    task: Task | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class DryRun:
    """The latest cases first. `matched` and `judged` count all of them."""

    since: datetime
    judged: int
    matched: int
    cases: tuple[Case, ...]
    is_whole: bool


def dry_run(*, actor: Actor, rule: AutomationRule, days: int = 7, now: datetime | None = None) -> DryRun:
    """Try the rule, saved or not, on the past `days`. Raises NotAllowed and InvalidInput (`days`)."""
    policy.check_rules(actor)
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"A dry run looks back 1 to {MAX_DAYS} days.", field="days")
    now = now or timezone.now()
    since = now - timedelta(days=days)
    look = _slots if rule.trigger_type == "schedule" else _events if "." in rule.trigger_type else _triggers
    cases = list(islice(look(rule, since, now), MOST_JUDGED + 1))
    judged = cases[:MOST_JUDGED]
    matched = [case for case in judged if case.verdict.matches]
    shown = sorted([*matched[:MOST_SHOWN], *_others(judged, len(matched))], key=lambda case: case.at, reverse=True)
    return DryRun(since, len(judged), len(matched), tuple(shown), is_whole=len(cases) <= MOST_JUDGED)


def _others(judged: Sequence[Case], matched: int) -> list[Case]:
    """Some that did not match, as far as there is room for them."""
    room = max(MOST_SHOWN - matched, 20)
    return [case for case in judged if not case.verdict.matches][:room]


def _events(rule: AutomationRule, since: datetime, now: datetime) -> Iterator[Case]:
    """The events of that type among the latest ones, newest first."""
    latest = Event.objects.filter(organization_id=rule.organization_id).order_by("-id")
    edge = latest.values_list("pk", flat=True)[MOST_LOOKED_AT : MOST_LOOKED_AT + 1].first()
    rows = latest.filter(type=rule.trigger_type, created_at__gte=since, pk__gt=edge or 0)
    if rule.project_id is not None:
        rows = rows.filter(task__project_id=rule.project_id)
    found = list(rows.select_related("task__project", "actor")[: MOST_JUDGED + 1])
    for event, known in zip(found, facts.of_events(found, now), strict=True):
        if concerns(rule, event):
            yield Case(event.created_at, event.task.title, event.task, verdict(rule, known))


def _triggers(rule: AutomationRule, since: datetime, now: datetime) -> Iterator[Case]:
    rows = TriggerEvent.objects.filter(organization_id=rule.organization_id, type=rule.trigger_type)
    rows = rows.filter(created_at__gte=since).select_related("actor").order_by("-id")
    for trigger in rows[: MOST_JUDGED + 1]:
        yield Case(trigger.created_at, str(trigger), None, verdict(rule, facts.of_trigger(trigger, now)))


def _slots(rule: AutomationRule, since: datetime, now: datetime) -> Iterator[Case]:
    zone = organization(rule.organization_id).timezone
    for slot in takewhile(lambda slot: slot <= now, schedule.slots(rule.trigger_value, since, zone)):
        yield Case(slot, rule.trigger_value, None, verdict(rule, facts.of_slot(slot, rule.trigger_value, now)))
