"""Which rules something sets off: events of tasks (a handler of the outbox), triggers fired by name, schedules.

Writes one RuleRun for each rule whose trigger it is: `owed` where it matches, else why not. The constraint on rule and
cause keeps a second look from planning anything twice. Nothing is done here, so no task is locked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization
from tasks.models import Event, Task
from tasks.nudge import nudge
from workflows.engine.conditions import Expression
from workflows.models import AutomationRule, RuleRun, TriggerEvent
from workflows.rules import Trigger, Verdict, judge, schedule

from . import facts

BATCH = 200
MAX_RULES = 200
"""Rules of an organization that one thing may set off."""
Result = RuleRun.Result


def plan(events: Sequence[Event]) -> None:
    """The handler of the outbox: which rules these events set off. Asks nothing more where there are no rules.

    What happened before there was a rule does not set it off.
    """
    now = timezone.now()
    rules = _rules({event.organization_id for event in events}, {event.type for event in events})
    wanted = {(rule.organization_id, rule.trigger_type) for rule in rules}
    heard = [event.pk for event in events if (event.organization_id, event.type) in wanted]
    if not heard:
        return
    rows = facts.with_parts(heard)
    runs = []
    for event, known in zip(rows, facts.of_events(rows, now), strict=True):
        for rule in rules:
            if concerns(rule, event) and event.created_at >= rule.created_at:
                runs.append(_judged(rule, f"event:{event.pk}", known, event.cause_depth, now, event=event))
    _write(runs)


def concerns(rule: AutomationRule, event: Event) -> bool:
    """Whether the event is one that the rule waits for, whatever its condition says."""
    same = (rule.organization_id, rule.trigger_type) == (event.organization_id, event.type)
    return same and (rule.project_id is None or rule.project_id == event.task.project_id)


def _rules(organizations: Iterable[int], types: Iterable[str]) -> list[AutomationRule]:
    rows = AutomationRule.objects.filter(organization_id__in=organizations, trigger_type__in=types, enabled=True)
    counted: defaultdict[tuple[int, str], int] = defaultdict(int)
    found = []
    for rule in rows.order_by("id"):
        counted[rule.organization_id, rule.trigger_type] += 1
        if counted[rule.organization_id, rule.trigger_type] <= MAX_RULES:
            found.append(rule)
    return found


def plan_triggers(now: datetime | None = None, *, most: int = 10_000) -> int:
    """Look at the triggers that nobody has looked at yet. Returns how many there were."""
    looked = 0
    owed = TriggerEvent.objects.filter(looked_at__isnull=True)
    while looked < most and owed.exists():
        with transaction.atomic():
            rows = owed.order_by("id").select_for_update(skip_locked=True, of=("self",)).select_related("actor")
            batch = list(rows[:BATCH])
            _plan_triggers(batch, now or timezone.now())
        if not batch:
            break
        looked += len(batch)
    return looked


def _plan_triggers(batch: Sequence[TriggerEvent], now: datetime) -> None:
    rules = _rules({trigger.organization_id for trigger in batch}, {trigger.type for trigger in batch})
    runs = []
    for trigger in batch:
        known = facts.of_trigger(trigger, now)
        for rule in rules:
            same = (rule.organization_id, rule.trigger_type) == (trigger.organization_id, trigger.type)
            if same and trigger.created_at >= rule.created_at:
                cause = f"trigger:{trigger.pk}"
                runs.append(_judged(rule, cause, known, trigger.cause_depth, now, trigger=trigger))
    _write(runs)
    TriggerEvent.objects.filter(pk__in=[trigger.pk for trigger in batch]).update(looked_at=now)


def plan_slots(now: datetime | None = None) -> int:
    """Set off the rules whose slot has come. Of several slots that were missed one is made up for, the earliest."""
    now = now or timezone.now()
    planned = 0
    due = AutomationRule.objects.filter(next_fire_at__lte=now)
    while due.exists():
        with transaction.atomic():
            rows = due.order_by("next_fire_at").select_for_update(skip_locked=True, no_key=True, of=("self",))
            batch = list(rows.select_related("organization")[:BATCH])
            _write([_plan_slot(rule, now) for rule in batch])
            AutomationRule.objects.bulk_update(batch, ["next_fire_at"])
        if not batch:
            break
        planned += len(batch)
    return planned


def _plan_slot(rule: AutomationRule, now: datetime) -> RuleRun:
    slot = rule.next_fire_at
    assert slot is not None, "only rules with a slot are due"
    rule.next_fire_at = next_slot(rule, now, rule.organization)
    known = facts.of_slot(slot, rule.trigger_value, now)
    return _judged(rule, f"slot:{slot:%Y-%m-%dT%H:%MZ}", known, 0, now)


def next_slot(rule: AutomationRule, now: datetime, organization: Organization) -> datetime | None:
    """When a rule that is on comes next; None for one that waits for something else than the clock."""
    if not rule.enabled or not Trigger(rule.trigger_type).is_schedule:
        return None
    return schedule.following(rule.trigger_value, now, organization.timezone)


def verdict(rule: AutomationRule, known: facts.Facts) -> Verdict:
    """Whether the rule matches these facts. Metadata of any size costs only conditions that look at them."""
    condition = Expression(rule.condition) if rule.condition.strip() else None
    if "metadata" in known["task"] and "metadata" not in rule.condition:
        known = known | {"task": {**known["task"], "metadata": {}}}
    return judge(Trigger(rule.trigger_type, rule.trigger_value), condition, known)


def _judged(
    rule: AutomationRule,
    cause: str,
    known: facts.Facts,
    depth: int,
    now: datetime,
    *,
    event: Event | None = None,
    trigger: TriggerEvent | None = None,
) -> RuleRun:
    found = verdict(rule, known)
    task: Task | None = event.task if event else None
    run = RuleRun(
        organization_id=rule.organization_id,
        rule=rule,
        cause=cause,
        event=event,
        trigger=trigger,
        task=task,
        result=Result.OWED,
        depth=depth + 1,
        run_at=now,
        created_at=now,
    )
    if not found.matches:
        run.end(Result.NOT_MATCHED, found.why, now)
    return run


def _write(runs: list[RuleRun]) -> None:
    if not runs:
        return
    RuleRun.objects.bulk_create(runs, batch_size=1_000, ignore_conflicts=True)
    if any(run.result == Result.OWED for run in runs):
        transaction.on_commit(lambda: nudge("workflows.jobs.run_rules"))
