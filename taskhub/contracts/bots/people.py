"""People and teams as this contract names them: by usernames and slugs. One query for all that are named at once."""

from collections.abc import Collection

from accounts import queries as people
from accounts.actor import Actor
from accounts.queries import Member, TeamRow
from tasks.commands import NewShare
from tasks.domain.errors import InvalidInput


def members(actor: Actor, usernames: Collection[str], field: str) -> dict[str, Member]:
    """Username -> member of the actor's organization. Raises InvalidInput in that field for who is unknown there."""
    found = {member.username: member for member in people.members(actor.organization_id, usernames=usernames)}
    _refuse(sorted(set(usernames) - found.keys()), "user", field)
    return found


def teams(actor: Actor, slugs: Collection[str], field: str) -> dict[str, TeamRow]:
    """Slug -> team of the actor's organization. Raises InvalidInput in that field for what is unknown there."""
    found = {team.slug: team for team in people.teams(actor.organization_id, slugs=slugs)}
    _refuse(sorted(set(slugs) - found.keys()), "team", field)
    return found


def share_of(actor: Actor, assignee: str | None, team: str | None) -> NewShare | None:
    """Who gets the work: a person or a team, or nobody. Raises InvalidInput (`assignee`, `team`)."""
    if assignee and team:
        raise InvalidInput("Name an assignee or a team, not both.", field="team")
    if assignee:
        return NewShare(user=members(actor, [assignee], "assignee")[assignee].uuid)
    return NewShare(team=teams(actor, [team], "team")[team].uuid) if team else None


def person(username: str | None, name: str | None) -> dict[str, str] | None:
    """Somebody as the contract shows them; None for nobody, such as a rule."""
    return {"user_id": username, "name": name or username} if username else None


def _refuse(unknown: Collection[str], noun: str, field: str) -> None:
    if unknown:
        named = ", ".join(f"'{name[:100]}'" for name in list(unknown)[:5])
        raise InvalidInput(f"There is no {noun} {named} here.", field=field)
