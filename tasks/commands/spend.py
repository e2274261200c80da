"""How much time went into a task, and how far it is."""

from datetime import datetime
from uuid import UUID

from accounts.actor import Actor
from tasks.domain.content import MAX_MINUTES, check_text
from tasks.domain.errors import InvalidInput
from tasks.models import Task, TimeEntry

from .change import changing


def log_time(
    *,
    actor: Actor,
    task: UUID | int,
    minutes: int,
    note: str = "",
    within: int | None = None,
    now: datetime | None = None,
) -> TimeEntry:
    """Add minutes to the time spent; they add up. Also to a closed task: one often counts afterwards."""
    check_text("note", note)
    if not 0 < minutes <= MAX_MINUTES:
        raise InvalidInput(f"Minutes are a whole number from 1 to {MAX_MINUTES:,}.", field="minutes")
    with changing("log", actor=actor, task=task, within=within, now=now) as change:
        row = TimeEntry.objects.create(
            organization_id=change.task.organization_id,
            task=change.task,
            user_id=actor.user_id,
            minutes=minutes,
            note=note,
            at=change.now,
        )
        change.record("time.logged", minutes=minutes, **({"note": note} if note else {}))
    return row


def progress(
    *,
    actor: Actor,
    task: UUID | int,
    percent: int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Say how far the work is, from 0 to 100. It says nothing about the state: done is what is completed."""
    if not 0 <= percent <= 100:
        raise InvalidInput("Progress is a whole number from 0 to 100.", field="progress")
    with changing("progress", actor=actor, task=task, within=within, version=version, now=now) as change:
        if percent != change.task.progress:
            change.set(progress=percent)
            change.record("task.progressed", progress=percent)
    return change.task
