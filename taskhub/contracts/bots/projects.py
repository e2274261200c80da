"""Where new work goes: the project that is named by its slug or id, else the organization's default one."""

from accounts.access import ProjectAccess, default_project, project_access
from accounts.actor import Actor
from accounts.ids import parse_uuid
from accounts.models import Project
from tasks.domain.errors import InvalidInput


def project_of(actor: Actor, named: str | None) -> ProjectAccess:
    """The project. Raises InvalidInput (`project`) where there is none that the actor may see."""
    found = _named(actor, named) if named else default_project(actor)
    if found is None:
        words = "There is no such project." if named else "Name the project: there is no default one."
        raise InvalidInput(words, field="project")
    return found


def _named(actor: Actor, named: str) -> ProjectAccess | None:
    uuid = parse_uuid(named)
    if uuid is not None:
        return project_access(actor, uuid=uuid)
    rows = Project.objects.filter(organization_id=actor.organization_id, slug=named)
    found = rows.values_list("pk", flat=True).first()
    return project_access(actor, id=found) if found is not None else None
