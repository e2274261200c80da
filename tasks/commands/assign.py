"""Who has which share: hand over, take from the team, give back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts import queries as people
from accounts.actor import Actor, Role
from accounts.queries import Member, TeamRow
from accounts.written import insert
from tasks.domain import shares
from tasks.domain.content import MAX_ASSIGNEES, check_count, check_text
from tasks.domain.errors import Conflict, InvalidInput, NotFound
from tasks.domain.facts import Share
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment, Task

from .change import Change, changing


@dataclass(frozen=True, slots=True)
class NewShare:
    """A share to be given to one person, by uuid or username, or one team. Without a weight it is an equal part."""

    user: UUID | None = None
    team: UUID | None = None
    weight: Decimal | None = None
    username: str = ""

    @property
    def named(self) -> list[UUID | str]:
        """Whom it names: one, if it is well made."""
        return [key for key in (self.user, self.username, self.team) if key]


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
    if any(len(share.named) != 1 for share in assignees):
        raise InvalidInput("An assignee is either a person or a team.", field="assignees")
    keys = [share.named[0] for share in assignees]
    if len(set(keys)) < len(keys):
        raise InvalidInput("A person or team may appear only once.", field="assignees")
    users = _users(organization_id, assignees)
    named = people.teams(organization_id, uuids=[share.team for share in assignees if share.team])
    teams: dict[UUID | str, TeamRow] = {team.uuid: team for team in named}
    unknown = [str(key) for key in keys if key not in users and key not in teams]
    if unknown:
        some = ", ".join(unknown[:5])
        raise NotFound(f"These assignees are not known here: {some}.", code="assignees_not_found", assignees=unknown)
    if any(member.role < Role.MEMBER for member in users.values()):
        raise InvalidInput("A viewer cannot be given work.", field="assignees")
    found = [(users.get(key), teams.get(key)) for key in keys]
    if len({user.id for user, _ in found if user}) < len([user for user, _ in found if user]):
        raise InvalidInput("A person or team may appear only once.", field="assignees")
    return [
        Recipient(user.id if user else None, team.id if team else None, share.weight)
        for (user, team), share in zip(found, assignees, strict=True)
    ]


def _users(organization_id: int, assignees: Sequence[NewShare]) -> dict[UUID | str, Member]:
    """The members meant, by what they were named by."""
    uuids, usernames = [s.user for s in assignees if s.user], [s.username for s in assignees if s.username]
    found = people.members(organization_id, uuids=uuids, usernames=usernames)
    return {member.uuid: member for member in found} | {member.username: member for member in found if usernames}


def add_shares(task: Task, given: Sequence[Recipient], required: Decimal, now: datetime) -> list[Assignment]:
    """Write the shares, which together can reach `required`, and return their rows."""
    rows = new_shares(task, given, required, now)
    insert(rows)
    return rows


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
