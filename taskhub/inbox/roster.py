"""Names of people and teams for the pages: who can be given work, and who is meant in a history."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts import queries as people
from accounts.access import organization
from accounts.actor import Role
from accounts.models import Membership, User

MOST = 500
"""How many people a form lists; an organization with more is asked to give work to its teams."""


@dataclass(frozen=True)
class Names:
    """Id -> name of the people and teams that a history speaks of."""

    users: dict[int, str]
    teams: dict[int, str]

    def user(self, key: int | None) -> str:
        return self.users.get(key or 0, "somebody")

    def team(self, key: int | None) -> str:
        return self.teams.get(key or 0, "a team")

    def all(self, users: Collection[int], teams: Collection[int]) -> list[str]:
        return [*(self.team(key) for key in teams), *(self.user(key) for key in users)]


def names(organization_id: int, user_ids: Collection[int], team_ids: Collection[int]) -> Names:
    """At most two queries; also people who have left since are named."""
    users = User.objects.filter(pk__in=user_ids).values_list("pk", "name", "username") if user_ids else ()
    teams = people.teams(organization_id, ids=team_ids)
    return Names({key: name or username for key, name, username in users}, {team.id: team.title for team in teams})


def assignable_people(organization_id: int) -> list[tuple[str, str]]:
    """(uuid, name) of everyone who can be given work, by name."""
    rows = Membership.objects.filter(organization_id=organization_id, role__gte=Role.MEMBER, user__is_active=True)
    columns = rows.order_by("user__name", "user__username").values_list("user__uuid", "user__name", "user__username")
    return [(f"user:{uuid}", name or username) for uuid, name, username in columns[:MOST]]


def assignable_teams(organization_id: int) -> list[tuple[str, str]]:
    """(uuid, title) of every team, by title."""
    rows = organization(organization_id).teams.order_by("title").values_list("uuid", "title")
    return [(f"team:{uuid}", title) for uuid, title in rows[:MOST]]
