"""What time itself does to instances: waits that are over, messages that have not come, actions that are owed.

Any number of sweeps may run at once. A timer is fired under its instance's lock, and who finds that lock taken passes
on: the row stays. An action is run outside of any transaction by whoever has won its lease; if they die, the lease runs
out and somebody else runs it again.
"""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actor import Actor
from tasks.domain.errors import DomainError, InvalidInput
from workflows import actions, store
from workflows.engine.events import Event, StepCompleted, StepFailed, TimerFired, TimerKind
from workflows.models import Timer
from workflows.moving import Move

logger = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(minutes=10)
"""How long an action may take before somebody else may run it again."""
BROKEN_PAUSE = timedelta(minutes=10)


def fire_timers(now: datetime | None = None, *, most: int = 10_000) -> int:
    """Fire what is due by now, at most about `most` timers. Returns how many were fired."""
    fired = 0
    while fired < most:
        moment = now or timezone.now()
        due = list(
            Timer.objects.filter(fire_at__lte=moment).select_related("instance").defer("instance__state")[:BATCH]
        )
        done = sum(_fire(timer, moment) for timer in due)
        fired += done
        if not done:
            break
    return fired


def _fire(timer: Timer, now: datetime) -> bool:
    try:
        return _run_action(timer, now) if timer.kind == Timer.Kind.ACTION else _ring(timer, now)
    except Exception:
        logger.exception("Timer %s of instance %s broke", timer.pk, timer.instance_id)
        put_off = {"fire_at": now + BROKEN_PAUSE, "failures": F("failures") + 1}
        Timer.objects.filter(pk=timer.pk).update(**put_off)
        return False


def _ring(timer: Timer, now: datetime) -> bool:
    with transaction.atomic():
        row = store.locked(timer.organization_id, timer.instance_id, skip_locked=True)
        still_due = Timer.objects.filter(pk=timer.pk, fire_at__lte=now)
        if row is None or not still_due.delete()[0]:
            return False
        move = Move(Actor.system(timer.organization_id), now)
        move.make(move.case(row), TimerFired(timer.run, TimerKind(timer.kind)))
    return True


def _run_action(timer: Timer, now: datetime) -> bool:
    lease = uuid4()
    won = Timer.objects.filter(pk=timer.pk, fire_at__lte=now).update(fire_at=now + LEASE, lease=lease)
    if not won:
        return False
    event = _answer(timer)
    with transaction.atomic():
        row = store.lock(timer.organization_id, timer.instance_id)
        if not Timer.objects.filter(pk=timer.pk, lease=lease).delete()[0]:
            return False  # the run was closed meanwhile, or the lease ran out and somebody else has it
        move = Move(Actor.system(timer.organization_id), max(now, timezone.now()))
        case = move.case(row)
        try:
            move.make(case, event)
        except InvalidInput as error:  # what it answered cannot be kept
            move.make(case, StepFailed(timer.run, error.message, timer.payload["attempt"]))
    return True


def _answer(timer: Timer) -> Event:
    said = timer.payload
    call = actions.Call(
        key=timer.run,
        organization_id=timer.organization_id,
        instance=timer.instance.uuid,
        step=said["step"],
        attempt=said["attempt"],
    )
    try:
        answer = actions.run(said["action"], said["inputs"], call)
        return StepCompleted(timer.run, answer.outcome, dict(answer.data))
    except Exception as error:
        logger.warning("Action %s failed at attempt %s", said["action"], said["attempt"], exc_info=error)
        words = error.message if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
        return StepFailed(timer.run, words[:1_000], said["attempt"])
