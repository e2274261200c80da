"""Working a task: start it, do one's share, refuse one's share, finish it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actor import Actor
from tasks.domain import shares
from tasks.domain.content import check_text
from tasks.domain.facts import Share
from tasks.domain.lifecycle import ShareState, after
from tasks.models import Task

from .assign import take
from .change import Change, changing


def start(
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Begin: the task is in progress. A team's share is claimed by that."""
    with changing("start", actor=actor, task=task, within=within, version=version, now=now) as change:
        share = change.standing.workable_share
        if share and share.team_id:
            take(change, share)
        change.record("task.started", **change.move_to(after(change.facts.state, "start")))
    return change.task


def perform(
    *,
    actor: Actor,
    task: UUID | int,
    outcome: str = "",
    resolution: str = "",
    metadata: Mapping[str, Any] | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Do my share: its weight counts, and the task is completed as soon as that is enough.

    A share of one of my teams is claimed and performed at once. `metadata` is kept in the history.
    """
    with changing("perform", actor=actor, task=task, within=within, version=version, now=now) as change:
        _perform(change, outcome=outcome, resolution=resolution, metadata=metadata)
    return change.task


def complete(
    *,
    actor: Actor,
    task: UUID | int,
    outcome: str = "",
    resolution: str = "",
    metadata: Mapping[str, Any] | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Finish: an assignee performs their share; somebody without one who may manage closes the whole task."""
    with changing("complete", actor=actor, task=task, within=within, version=version, now=now) as change:
        if change.standing.workable_share:
            _perform(change, outcome=outcome, resolution=resolution, metadata=metadata)
        else:
            _finish(change, outcome, resolution, metadata)
    return change.task


def decline(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str = "",
    metadata: Mapping[str, Any] | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Refuse my share. The task is declined as soon as what the others can still perform is not enough."""
    check_text("reason", reason)
    with changing("decline", actor=actor, task=task, within=within, version=version, now=now) as change:
        share = _hold(change)
        decision = shares.decline(change.facts, share)
        _end_share(change, share, ShareState.DECLINED)
        change.record(
            "share.declined",
            share=share.id,
            weight=share.weight,
            closes=decision.closes,
            **_given(reason=reason, metadata=metadata),
        )
        moved = change.move_to(decision.state)
        if decision.closes:
            change.record("task.declined", **moved)
        change.set(performed_weight=decision.performed_weight)
    return change.task


def _perform(change: Change, *, outcome: str, resolution: str, metadata: Mapping[str, Any] | None) -> None:
    share = _hold(change)
    decision = shares.perform(change.facts, share)
    _end_share(change, share, ShareState.PERFORMED)
    _note_result(change, outcome, resolution)
    change.set(performed_weight=decision.performed_weight)
    moved = change.move_to(decision.state)
    performed = {"share": share.id, "weight": share.weight, "closes": decision.closes}
    performed |= _given(outcome=outcome, metadata=metadata)
    if decision.closes:
        change.record("share.performed", **performed)
        change.record("task.completed", **moved, **_given(outcome=outcome))
    else:
        change.record("share.performed", **performed, **moved)


def _finish(change: Change, outcome: str, resolution: str, metadata: Mapping[str, Any] | None) -> None:
    _note_result(change, outcome, resolution)
    moved = change.move_to(after(change.facts.state, "complete"))
    change.record("task.completed", **moved, **_given(outcome=outcome, metadata=metadata))


def _hold(change: Change) -> Share:
    share = change.standing.workable_share
    assert share is not None, "policy lets only holders of a pending share get here"
    if share.team_id:
        take(change, share)
    return share


def _end_share(change: Change, share: Share, state: ShareState) -> None:
    change.set_share(share.id, state=state, is_open=False, acted_at=change.now)


def _note_result(change: Change, outcome: str, resolution: str) -> None:
    if outcome:
        change.set(outcome=check_text("outcome", outcome))
    if resolution:
        change.set(resolution=check_text("resolution", resolution))


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
