"""Whom the engine names, found among the people and teams of the organization."""

from collections.abc import Iterable
from decimal import Decimal

from accounts import queries as people
from accounts.actor import Role
from tasks.commands.assign import Recipient
from workflows.engine.intents import Assignees


class Unassignable(Exception):
    """The work cannot be given to whom the definition says; the message says why to a person."""


class Directory:
    """The people and teams that some steps name, in one query each."""

    def __init__(self, organization_id: int, wanted: Iterable[Assignees | None]) -> None:
        named = [assignees for assignees in wanted if assignees]
        usernames = {username for assignees in named for username in assignees.users}
        slugs = {assignees.team for assignees in named if assignees.team}
        self._users = {member.username: member for member in people.members(organization_id, usernames=usernames)}
        self._teams = {team.slug: team for team in people.teams(organization_id, slugs=slugs)}

    def recipients(self, assignees: Assignees | None) -> list[Recipient]:
        """Who gets the shares. Raises Unassignable for who is not here or only looks on."""
        if assignees is None:
            return []
        if assignees.team:
            return [self._team(assignees.team)]
        weights: tuple[Decimal | None, ...] = assignees.weights or (None,) * len(assignees.users)
        return [self._user(name, weight) for name, weight in zip(assignees.users, weights, strict=True)]

    def _team(self, slug: str) -> Recipient:
        team = self._teams.get(slug)
        if team is None:
            raise Unassignable(f"there is no team '{slug}'")
        return Recipient(None, team.id, None)

    def _user(self, username: str, weight: Decimal | None) -> Recipient:
        member = self._users.get(username)
        if member is None:
            raise Unassignable(f"there is nobody called '{username}' here")
        if member.role < Role.MEMBER:
            raise Unassignable(f"'{username}' only looks on and cannot be given work")
        return Recipient(member.id, None, weight)
