"""Does what rules owe: claims runs by their state, acts with the author's rights, writes the result with the effects.

A run that fails for a reason that stays is `failed`; where the author may not do it, it is `refused` and the rule goes
off; past MAX_DEPTH automatic steps it is `stopped`. What fails for a passing reason is tried again later.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.access import NoMembership, actor_for
from accounts.actor import Actor
from tasks import commands as tasks
from tasks.domain.errors import DomainError, NotAllowed
from tasks.isolation import together_or_alone
from tasks.nudge import nudge
from workflows import policy
from workflows.models import AutomationRule, RuleRun
from workflows.rules import read

from . import facts
from .doing import Act, act_on_all, has_words, side_by_side

logger = logging.getLogger(__name__)

MAX_DEPTH = 8
"""Automatic steps that may follow from each other. A rule that sets itself off acts so often, and then no more."""
CHUNK = 50
"""Runs in one transaction: more would save statements, and keep people waiting for the tasks that it has locked."""
LONG = 0.1
"""Seconds after which a transaction ends before its chunk does, for the same reason."""
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
SCOPES = frozenset({"task.read", "task.edit", "workflow.read", "workflow.execute"})
"""What a rule may do of all that its author may."""
Result = RuleRun.Result


def run_owed(now: datetime | None = None, *, most: int = 10_000) -> int:
    """Do what is owed by now, at most about `most` runs. Returns how many have ended."""
    done = 0
    while done < most and _owed(now or timezone.now()).exists():
        ended, claimed = _run_chunk(now or timezone.now())
        done += ended
        if not claimed:
            break
    if done >= most:  # there may be more; first the other jobs have their turn
        nudge("workflows.jobs.run_rules")
    return done


def _owed(now: datetime) -> QuerySet[RuleRun]:
    return RuleRun.objects.filter(result=Result.OWED, run_at__lte=now)


def _run_chunk(now: datetime) -> tuple[int, int]:
    started = monotonic()
    ended: list[RuleRun] = []
    with transaction.atomic():
        rows = _owed(now).order_by("run_at", "id").select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows.prefetch_related("rule__author", "trigger__actor")[:CHUNK])
        groups = _groups(claimed)
        if len(groups) > 1:
            # One order for all workers, so that two of them never wait for each other's tasks.
            tasks.hold({run.task_id for run in claimed if run.task_id})
        known = _facts([run for run in claimed if has_words(run.rule)], now)
        for group in groups:
            ended += together_or_alone(group, partial(_run, known=known, now=now), partial(_put_off, now=now))
            if monotonic() - started > LONG:
                break
        _write(ended, now)
    return len(ended), len(claimed)


def _groups(runs: Sequence[RuleRun]) -> list[list[RuleRun]]:
    """What acts side by side: runs of one rule at one depth, each about a task of its own."""
    groups: defaultdict[tuple[int, ...], list[RuleRun]] = defaultdict(list)
    earlier: Counter[tuple[int, ...]] = Counter()
    for run in runs:
        same = (run.rule_id, run.depth, run.task_id or 0)
        key = (run.rule_id, run.depth, earlier[same]) if side_by_side(run.rule) else (run.pk,)
        groups[key].append(run)
        earlier[same] += 1
    return list(groups.values())


def _write(runs: Sequence[RuleRun], now: datetime) -> None:
    """How the runs ended, in the transaction of what they did."""
    said = ["result", "why", "made", "done_at"]
    RuleRun.objects.bulk_create(runs, update_conflicts=True, unique_fields=["id"], update_fields=said)
    fired = {run.rule_id for run in runs if run.result == Result.FIRED}
    not_noted = Q(last_fired_at__isnull=True) | Q(last_fired_at__lt=now)
    AutomationRule.objects.filter(not_noted, pk__in=fired).update(last_fired_at=now)


def _facts(runs: Sequence[RuleRun], now: datetime) -> dict[int, facts.Facts]:
    """Run id -> what its texts can name, before anything is done, in a constant number of queries."""
    if not runs:
        return {}
    of_events = [run for run in runs if run.event_id]
    events = facts.with_parts([run.event_id for run in of_events if run.event_id])
    told = dict(zip((event.pk for event in events), facts.of_events(events, now), strict=True))
    known = {run.pk: told[run.event_id] for run in of_events if run.event_id}
    for run in runs:
        if run.trigger:
            known[run.pk] = facts.of_trigger(run.trigger, now)
        elif not run.event_id:
            known[run.pk] = facts.of_slot(run.created_at, run.rule.trigger_value, now)
    return known


def _run(runs: Sequence[RuleRun], *, known: Mapping[int, facts.Facts], now: datetime) -> None:
    """Decide and act for a group; each says how it ended. What breaks one of several is raised: then each is alone."""
    for run in runs:
        run.made, run.result, run.why, run.done_at = [], Result.OWED, "", None  # a try before this one was undone
    rule, depth = runs[0].rule, runs[0].depth
    if not rule.enabled:
        for run in runs:
            run.end(Result.STOPPED, "The rule was turned off before it could act.", now)
        return
    if depth > MAX_DEPTH:
        for run in runs:
            why = f"Rules set each other off {MAX_DEPTH} times in a row; here it was stopped."
            _stop(run, Result.STOPPED, why, now)
        return
    try:
        with transaction.atomic():
            actor = _actor(rule, depth)
            acts = [Act(run, actor, known.get(run.pk, {}), now) for run in runs]
            act_on_all(acts, read(rule.document).actions)
    except Exception as error:
        if len(runs) > 1:
            raise
        _fail(runs[0], error, now)
        return
    for act in acts:
        act.run.made = act.made
        if act.refusal is None:
            act.run.end(Result.FIRED, "", now)
        else:
            _fail(act.run, act.refusal, now)


def _fail(run: RuleRun, error: Exception, now: datetime) -> None:
    """Say why it did nothing. A lock or the connection is no such reason: then it is tried again."""
    if isinstance(error, NoMembership | NotAllowed):
        _stop(run, Result.REFUSED, error.message, now)
        pause(run.rule, f"{run.rule.author}: {error.message}", now)
    elif isinstance(error, DomainError):
        run.end(Result.FAILED, error.message, now)
    elif isinstance(error, OperationalError):
        raise error
    else:
        logger.error("Run %s of rule %s broke", run.pk, run.rule_id, exc_info=error)
        run.end(Result.FAILED, f"TaskHub could not do this ({type(error).__name__}).", now)


def _actor(rule: AutomationRule, depth: int) -> Actor:
    """The author as a rule: their rights as they are now, one automatic step further on."""
    author = actor_for(rule.author, rule.organization_id)
    policy.check_rules(author)
    return replace(author, kind="rule", scopes=SCOPES, credential_id=str(rule.uuid), cause_depth=depth)


def pause(rule: AutomationRule, reason: str, now: datetime) -> None:
    """Turn a rule off and say why; whoever turns it on again becomes its author."""
    rows = AutomationRule.objects.filter(pk=rule.pk, enabled=True)
    why = reason[:500]
    rows.update(enabled=False, paused_reason=why, next_fire_at=None, updated_at=now, version=F("version") + 1)
    rule.enabled, rule.paused_reason = False, why


def _stop(run: RuleRun, result: str, why: str, now: datetime) -> None:
    run.end(result, why, now)
    if run.task_id:
        tasks.note_stopped(
            organization_id=run.organization_id,
            task=run.task_id,
            rule=run.rule.uuid,
            reason=f"{run.rule.name}: {why}"[:500],
            depth=run.depth,
            now=now,
        )


def _put_off(run: RuleRun, error: Exception, now: datetime) -> None:
    run.attempts += 1
    if run.attempts >= MAX_ATTEMPTS:
        run.end(Result.FAILED, f"It was tried {MAX_ATTEMPTS} times ({type(error).__name__}).", now)
    run.run_at = now + FIRST_PAUSE * 2 ** (run.attempts - 1)
    run.save(update_fields=["attempts", "run_at", "result", "why", "done_at"])
