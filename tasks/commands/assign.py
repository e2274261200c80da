"""Who has which share: hand over, take from the team, give back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts import queries as people
from accounts.actor import Actor, Role
from tasks.domain import shares
from tasks.domain.content import MAX_ASSIGNEES, check_count, check_text
from tasks.domain.errors import Conflict, InvalidInput, NotFound
from tasks.domain.facts import Share
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment, Task

from .change import Change, changing


@dataclass(frozen=True, slots=True)
class NewShare:
    """A share to be given: to exactly one of a person or a team, by uuid. Without a weight it is an equal part."""

    user: UUID | None = None
    team: UUID | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person or team that shares may be given to, found in the organization."""

    user_id: int | None
    team_id: int | None
    weight: Decimal | None


def reassign(
    *,
    actor: Actor,
    task: UUID | int,
    assignees: Sequence[NewShare],
    reason: str = "",
    metadata: Mapping[str, Any] | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Replace the open shares: what was performed stays, the new assignees divide what is missing.

    Raises NotFound (`assignees_not_found`) and InvalidInput besides what every command raises.
    """
    check_text("reason", reason)
    if not assignees:
        raise InvalidInput("Name at least one assignee.", field="assignees")
    with changing("reassign", actor=actor, task=task, within=within, version=version, now=now) as change:
        given = recipients(actor.organization_id, assignees)
        _refuse_who_has_acted(change, given)
        replaced = [share for share in change.facts.shares if share.is_pending]
        for share in replaced:
            change.set_share(share.id, state=ShareState.REPLACED, is_open=False)
        change.save_shares()
        rows = add_shares(change.task, given, change.facts.missing, change.now)
        change.shares |= {row.pk: row for row in rows}
        change.set(updated_at=change.now)
        change.record(
            "task.reassigned",
            users=[row.user_id for row in rows if row.user_id],
            teams=[row.team_id for row in rows if row.team_id],
            from_users=[share.user_id for share in replaced if share.user_id],
            from_teams=[share.team_id for share in replaced if share.team_id],
            **({"reason": reason} if reason else {}),
            **({"metadata": dict(metadata)} if metadata else {}),
        )
    return change.task


def claim(
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Take a share of one of my teams. Of many who try at once one wins; the others get WrongState."""
    with changing("claim", actor=actor, task=task, within=within, version=version, now=now) as change:
        share = change.standing.workable_share
        if share is None or share.team_id is None:
            raise Conflict("You already hold a share of this task.", code="already_exists")
        take(change, share)
    return change.task


def release(
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Give a claimed share back to its team."""
    with changing("release", actor=actor, task=task, within=within, version=version, now=now) as change:
        share = change.standing.own_share
        assert share is not None, "policy lets only the holder of a claimed share get here"
        change.set_share(share.id, user=None, team_id=share.claimed_from, claimed_from=None)
        change.record("task.released", share=share.id, team=share.claimed_from)
    return change.task


def take(change: Change, share: Share) -> None:
    """The actor holds what was a team's share."""
    change.set_share(share.id, user_id=change.actor.user_id, team=None, claimed_from_id=share.team_id)
    change.record("task.claimed", share=share.id, team=share.team_id)


def recipients(organization_id: int, assignees: Sequence[NewShare]) -> list[Recipient]:
    """The people and teams meant, in the given order: one query for all people, one for all teams.

    Raises NotFound (`assignees_not_found`, fact `assignees`) for who is unknown here, InvalidInput for a repeated or
    doubly filled place and for viewers, who cannot work.
    """
    check_count("assignees", assignees, MAX_ASSIGNEES)
    keys = [share.user or share.team for share in assignees if (share.user is None) != (share.team is None)]
    if len(keys) < len(assignees):
        raise InvalidInput("An assignee is either a person or a team.", field="assignees")
    if len(set(keys)) < len(keys):
        raise InvalidInput("A person or team may appear only once.", field="assignees")
    users = {m.uuid: m for m in people.members(organization_id, uuids=[s.user for s in assignees if s.user])}
    teams = {t.uuid: t for t in people.teams(organization_id, uuids=[s.team for s in assignees if s.team])}
    unknown = [str(key) for key in keys if key not in users and key not in teams]
    if unknown:
        named = ", ".join(unknown[:5])
        raise NotFound(f"These assignees are not known here: {named}.", code="assignees_not_found", assignees=unknown)
    if any(member.role < Role.MEMBER for member in users.values()):
        raise InvalidInput("A viewer cannot be given work.", field="assignees")
    return [
        Recipient(users[s.user].id if s.user else None, teams[s.team].id if s.team else None, s.weight)
        for s in assignees
    ]


def add_shares(task: Task, given: Sequence[Recipient], required: Decimal, now: datetime) -> list[Assignment]:
    """Write the shares, which together can reach `required`, and return their rows."""
    return Assignment.objects.bulk_create(new_shares(task, given, required, now))


def new_shares(task: Task, given: Sequence[Recipient], required: Decimal, now: datetime) -> list[Assignment]:
    """The rows of the shares, not yet written. Raises InvalidInput where `required` cannot be reached."""
    weights = shares.allot(required, [recipient.weight for recipient in given])
    return [
        Assignment(
            organization_id=task.organization_id,
            task=task,
            user_id=recipient.user_id,
            team_id=recipient.team_id,
            weight=weight,
            is_open=task.is_open,
            due_sort=task.due_sort,
            assigned_at=now,
        )
        for recipient, weight in zip(given, weights, strict=True)
    ]


def _refuse_who_has_acted(change: Change, given: Sequence[Recipient]) -> None:
    acted = {share.user_id for share in change.facts.shares if share.state == ShareState.PERFORMED}
    if acted & {recipient.user_id for recipient in given} - {None}:
        raise InvalidInput("Somebody among the assignees has already performed a share.", field="assignees")
