"""What the address of every operation begins with: a team and one of its projects, as one actor has them."""

from functools import cached_property
from uuid import UUID

from accounts.access import ProjectAccess, organization
from accounts.actor import Actor
from accounts.ids import parse_uuid
from taskhub.contracts.place import Place
from tasks.domain.errors import NotFound


class InProject(Place):
    @cached_property
    def team(self) -> UUID:
        """The actor's organization."""
        return organization(self.actor.organization_id).uuid

    def whole(self) -> ProjectAccess:
        """The project itself, for what is about more than one's own tasks. Raises NotFound."""
        if self.access is None:
            raise no_such_project()
        return self.access


def in_project(actor: Actor, team_id: str, project_id: str) -> InProject:
    """The team and the project that an address names. Raises NotFound, whatever the reason."""
    if parse_uuid(team_id) != organization(actor.organization_id).uuid:
        raise NotFound("There is no such team.", code="team_not_found")
    found = InProject.find(actor, parse_uuid(project_id))
    if found is None:
        raise no_such_project()
    return found


def no_such_project() -> NotFound:
    return NotFound("There is no such project.", code="project_not_found")
