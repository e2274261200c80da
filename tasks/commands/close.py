"""Ending a task on purpose, and opening it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actor import Actor
from tasks.domain.content import check_text
from tasks.domain.lifecycle import ClosedReason, after
from tasks.models import Task

from .change import Change, changing


def cancel(
    *,
    actor: Actor,
    task: UUID | int,
    closed_reason: ClosedReason = ClosedReason.WITHDRAWN,
    reason: str = "",
    metadata: Mapping[str, Any] | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Stop the task: nobody needs to do it any more. `reason` is for people, `closed_reason` for programs."""
    check_text("reason", reason)
    with changing("cancel", actor=actor, task=task, within=within, version=version, now=now) as change:
        _cancel(change, closed_reason, reason, metadata)
    return change.task


def discard(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str = "",
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Say that there is nothing here to work on. Of a workflow's step, whose work it is may do that as well."""
    check_text("reason", reason)
    with changing("discard", actor=actor, task=task, within=within, version=version, now=now) as change:
        _cancel(change, ClosedReason.DISCARDED, reason, None)
    return change.task


def fail(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str = "",
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """The work broke and cannot be finished."""
    check_text("reason", reason)
    with changing("fail", actor=actor, task=task, within=within, version=version, now=now) as change:
        moved = change.move_to(after(change.facts.state, "fail"))
        change.record("task.failed", **moved, **({"reason": reason} if reason else {}))
    return change.task


def reopen(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str = "",
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Make a closed task pending again: every share that was not replaced is to be performed anew."""
    check_text("reason", reason)
    with changing("reopen", actor=actor, task=task, within=within, version=version, now=now) as change:
        moved = change.move_to(after(change.facts.state, "reopen"))
        change.record("task.reopened", **moved, **({"reason": reason} if reason else {}))
    return change.task


def unlock(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str = "",
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Open the step of a workflow again, although it has gone on: what has come of its end is taken back by that.

    Raises WrongState where the workflow cannot go back to it.
    """
    check_text("reason", reason)
    with changing("unlock", actor=actor, task=task, within=within, version=version, now=now) as change:
        moved = change.move_to(after(change.facts.state, "unlock"))
        change.record("task.unlocked", **moved, **({"reason": reason} if reason else {}))
    change.task.refresh_from_db()  # its workflow may have given it to people, with a new due time
    return change.task


def delete(
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Take the task out of every list and page. An open one is canceled by it; the history stays (ADR 0003)."""
    with changing("delete", actor=actor, task=task, within=within, version=version, now=now) as change:
        if change.task.is_open:
            _cancel(change, ClosedReason.WITHDRAWN, "", None)
        change.set(deleted_at=change.now)
        change.record("task.deleted")
    return change.task


def _cancel(change: Change, closed_reason: ClosedReason, reason: str, metadata: Mapping[str, Any] | None) -> None:
    moved = change.move_to(after(change.facts.state, "cancel"))
    change.set(closed_reason=closed_reason)
    given = {"reason": reason, "metadata": dict(metadata or {})}
    change.record(
        "task.canceled",
        **moved,
        closed_reason=closed_reason.value,
        **{name: value for name, value in given.items() if value},
    )
