"""Who and what the story names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from accounts import commands as accounts
from accounts.access import ProjectAccess, identity, project_access
from accounts.actor import Actor
from accounts.models import ApiKey, Organization, Project, Team, User
from tasks.commands import NewShare

from . import story

SYSTEMS, ADMIN, AUDITOR = "systems", "ada", "nils"
Happening = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True)
class Stage:
    """All of it, found once."""

    actors: dict[str, Actor]
    teams: dict[str, UUID]
    projects: dict[str, int]

    @classmethod
    def of(cls, organization: Organization) -> "Stage":
        people = User.objects.filter(memberships__organization=organization)
        actors = {user.username: identity(user.pk, organization.pk) for user in people}
        key = ApiKey.objects.get(organization=organization)
        actors[SYSTEMS] = replace(
            actors[SYSTEMS], kind="key", scopes=frozenset(key.scopes), credential_id=str(key.uuid)
        )
        teams = dict(Team.objects.filter(organization=organization).values_list("slug", "uuid"))
        projects = dict(Project.objects.filter(organization=organization).values_list("slug", "pk"))
        return cls(actors, teams, projects)

    def open(self) -> None:
        """What a provisioning file does not say: ada may use the admin pages, the auditor sees the board."""
        admin = self.actors[ADMIN]
        User.objects.filter(username=ADMIN).update(is_staff=True)
        accounts.grant_project(
            actor=admin,
            project_id=self.projects["board"],
            permission="view_project",
            user_id=self.actors[AUDITOR].user_id,
        )

    def shares(self, to: tuple[story.Recipient, ...]) -> list[NewShare]:
        return [
            NewShare(team=self.teams[one.name[1:]], weight=one.weight)
            if one.name.startswith("@")
            else NewShare(user=self.actors[one.name].user_uuid, weight=one.weight)
            for one in to
        ]

    def access(self, name: str, project: str) -> ProjectAccess:
        """The project as that person has it."""
        found = project_access(self.actors[name], id=self.projects[project])
        assert found is not None, f"{name} may not see {project}"
        return found
