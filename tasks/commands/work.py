"""Working a task: start it, do one's share, refuse one's share, finish it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actor import Actor
from tasks.domain import results, shares
from tasks.domain.content import check_text
from tasks.domain.facts import Share
from tasks.domain.form import Field
from tasks.domain.lifecycle import ShareState, after
from tasks.models import Task

from .assign import take
from .change import Change, Known, changing


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
    form_data: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Do my share: its weight counts, and the task is completed as soon as that is enough.

    A share of one of my teams is claimed and performed at once. `outcome` is one of the task's results, `form_data` the
    answers to its fields; InvalidInput for those that do not fit. `metadata` is kept in the history.
    """
    with changing("perform", actor=actor, task=task, within=within, version=version, now=now) as change:
        _perform(change, _Answer(outcome, resolution, form_data, metadata))
    return change.task


def complete(
    *,
    actor: Actor,
    task: UUID | int,
    outcome: str = "",
    resolution: str = "",
    form_data: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    plain: str = "",
    within: int | None = None,
    known: Known | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Finish: an assignee performs their share; somebody without one who may manage closes the whole task.

    `plain` is the one word that the door takes for the outcome of a task without results, which then has none.
    """
    answer = _Answer(outcome, resolution, form_data, metadata, plain)
    with changing("complete", actor=actor, task=task, within=within, known=known, version=version, now=now) as change:
        (_perform if change.standing.workable_share else _finish)(change, answer)
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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What somebody says who does their share or closes the task."""

    outcome: str
    resolution: str
    form_data: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    plain: str = ""


def _perform(change: Change, answer: _Answer) -> None:
    share = _hold(change)
    decision = shares.perform(change.facts, share)
    outcome = _note(change, answer)
    _end_share(change, share, ShareState.PERFORMED)
    change.set(performed_weight=decision.performed_weight)
    if outcome:
        change.set_share(share.id, outcome=outcome)
        change.set(outcome=_weightiest(change))
    moved = change.move_to(decision.state)
    performed = {"share": share.id, "weight": share.weight, "closes": decision.closes}
    performed |= _given(outcome=outcome, metadata=answer.metadata)
    if decision.closes:
        change.record("share.performed", **performed)
        change.record("task.completed", **moved, **_given(outcome=change.task.outcome))
    else:
        change.record("share.performed", **performed, **moved)


def _finish(change: Change, answer: _Answer) -> None:
    outcome = _note(change, answer)
    if outcome:
        change.set(outcome=outcome)
    moved = change.move_to(after(change.facts.state, "complete"))
    change.record("task.completed", **moved, **_given(outcome=outcome, metadata=answer.metadata))


def _note(change: Change, answer: _Answer) -> str:
    """Keep what was answered with the task, and return the outcome that was meant. Raises InvalidInput."""
    task = change.task
    outcome = results.chosen(results.from_json(task.outcomes), answer.outcome, plain=answer.plain)
    if answer.form_data or task.form_fields:
        fields = [Field.from_json(said) for said in task.form_fields]
        change.set(form_data=results.answered(fields, answer.form_data or {}))
    if answer.resolution:
        change.set(resolution=check_text("resolution", answer.resolution))
    return outcome


def _weightiest(change: Change) -> str:
    """Of all the outcomes given so far the one that weighs most."""
    performed = [share for share in change.shares.values() if share.state == ShareState.PERFORMED and share.outcome]
    performed.sort(key=lambda share: share.acted_at or change.now)
    return results.weightiest([(share.outcome, share.weight) for share in performed])


def _hold(change: Change) -> Share:
    share = change.standing.workable_share
    assert share is not None, "policy lets only holders of a pending share get here"
    if share.team_id:
        take(change, share)
    return share


def _end_share(change: Change, share: Share, state: ShareState) -> None:
    change.set_share(share.id, state=state, is_open=False, acted_at=change.now)


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
