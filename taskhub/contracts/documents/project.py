"""What the address of every operation begins with: a team and one of its projects, as one actor has them."""

from dataclasses import dataclass
from uuid import UUID

from accounts.access import ProjectAccess, organization, project_access
from accounts.actor import Actor
from accounts.ids import parse_uuid
from tasks import queries
from tasks.domain.errors import NotFound
from tasks.models.task import TaskQuerySet


@dataclass(frozen=True, slots=True)
class InProject:
    """`access` is None for somebody who may not view the project but is involved in tasks of it."""

    actor: Actor
    team: UUID
    id: int
    uuid: UUID
    access: ProjectAccess | None

    def tasks(self) -> TaskQuerySet:
        """The tasks of the project that the actor sees, newest first. This contract has a word for each state."""
        return queries.in_project(self.id, self.involved)

    @property
    def involved(self) -> Actor | None:
        """Of whose tasks alone there is something to see; None for somebody who sees the whole project."""
        return None if self.access else self.actor

    def whole(self) -> ProjectAccess:
        """The project itself, for what is about more than one's own tasks. Raises NotFound."""
        if self.access is None:
            raise no_such_project()
        return self.access


def in_project(actor: Actor, team_id: str, project_id: str) -> InProject:
    """The team and the project that an address names. Raises NotFound, whatever the reason."""
    team, uuid = organization(actor.organization_id).uuid, parse_uuid(project_id)
    if parse_uuid(team_id) != team:
        raise NotFound("There is no such team.", code="team_not_found")
    if uuid is not None:
        access = project_access(actor, uuid=uuid)
        if access:
            return InProject(actor, team, access.id, uuid, access)
        involved = queries.visible_to(actor).filter(project__uuid=uuid).values_list("project_id", flat=True).first()
        if involved:
            return InProject(actor, team, involved, uuid, None)
    raise no_such_project()


def no_such_project() -> NotFound:
    return NotFound("There is no such project.", code="project_not_found")
