"""Does what rules owe: claims runs by their state, acts with the author's rights, writes the result with the effects.

A run that fails for a reason that stays is `failed`; where the author may not do it, it is `refused` and the rule goes
off; past MAX_DEPTH automatic steps it is `stopped`. What fails for a passing reason is tried again later.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.access import NoMembership, actor_for
from accounts.actor import Actor
from tasks import commands as tasks
from tasks.domain.errors import DomainError, NotAllowed
from tasks.isolation import together_or_alone
from workflows import policy
from workflows.models import AutomationRule, RuleRun
from workflows.rules import InvalidRule, read

from . import facts
from .doing import Act

logger = logging.getLogger(__name__)

MAX_DEPTH = 8
"""Automatic steps that may follow from each other. A rule that sets itself off acts so often, and then no more."""
CHUNK = 20
"""Runs in one transaction: more would save commits, and keep people waiting for the tasks that it has locked."""
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
    return done


def _owed(now: datetime) -> QuerySet[RuleRun]:
    return RuleRun.objects.filter(result=Result.OWED, run_at__lte=now)


def _run_chunk(now: datetime) -> tuple[int, int]:
    with transaction.atomic():
        rows = _owed(now).order_by("run_at", "id").select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows.select_related("rule__author", "rule__project", "event", "trigger__actor")[:CHUNK])
        # One order for all workers, so that two of them never wait for each other's tasks.
        claimed.sort(key=lambda run: (run.task_id or 0, run.pk))
        known = _facts(claimed, now)
        ended = together_or_alone(claimed, partial(_run_each, known=known, now=now), partial(_put_off, now=now))
    return len(ended), len(claimed)


def _facts(runs: Sequence[RuleRun], now: datetime) -> dict[int, facts.Facts]:
    """Run id -> what its texts can name, in a constant number of queries."""
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


def _run_each(runs: Sequence[RuleRun], *, known: dict[int, facts.Facts], now: datetime) -> None:
    fired: dict[int, datetime] = {}
    for run in runs:
        _run(run, known[run.pk], now)
        if run.result == Result.FIRED:
            fired[run.rule_id] = now
    RuleRun.objects.bulk_update(runs, ["result", "why", "made", "done_at"])
    not_noted = Q(last_fired_at__isnull=True) | Q(last_fired_at__lt=now)
    AutomationRule.objects.filter(not_noted, pk__in=fired).update(last_fired_at=now)


def _run(run: RuleRun, known: facts.Facts, now: datetime) -> None:
    """Decide and act; the run says how it ended."""
    run.made, run.result, run.why, run.done_at = [], Result.OWED, "", None  # a try before this one may have been undone
    if not run.rule.enabled:
        run.end(Result.STOPPED, "The rule was turned off before it could act.", now)
        return
    if run.depth > MAX_DEPTH:
        why = f"Rules set each other off {MAX_DEPTH} times in a row; here it was stopped."
        _stop(run, Result.STOPPED, why, now)
        return
    try:
        actor = _actor(run)
        with transaction.atomic():
            made = Act(run, actor, known, now).all(read(run.rule.document).actions)
    except (NoMembership, NotAllowed) as error:
        pause(run.rule, f"{run.rule.author}: {error.message}", now)
        _stop(run, Result.REFUSED, error.message, now)
    except (DomainError, InvalidRule) as error:
        run.end(Result.FAILED, error.message, now)
    except OperationalError:
        raise  # a lock or the connection: it is tried again
    except Exception as error:
        logger.exception("Run %s of rule %s broke", run.pk, run.rule_id)
        run.end(Result.FAILED, f"TaskHub could not do this ({type(error).__name__}).", now)
    else:
        run.made = made
        run.end(Result.FIRED, "", now)


def _actor(run: RuleRun) -> Actor:
    """The author as a rule: their rights as they are now, one automatic step further on."""
    author = actor_for(run.rule.author, run.organization_id)
    policy.check_rules(author)
    return replace(author, kind="rule", scopes=SCOPES, credential_id=str(run.rule.uuid), cause_depth=run.depth)


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
