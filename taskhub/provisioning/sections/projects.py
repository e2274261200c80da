"""Projects. The organization's first one is where tasks go that name none."""

from uuid import UUID

from accounts import commands
from accounts.errors import Conflict
from accounts.models import Project
from taskhub.provisioning import values

from .section import Answer, Context, Entry, Section, differing, given


def apply(context: Context, entry: Entry) -> Answer:
    project = Project.objects.filter(organization=context.organization, slug=entry["slug"]).first()
    wanted = given(entry, "name", "visibility", "pipeline")
    if project is None:
        uuid = UUID(entry["id"]) if "id" in entry else None
        project = commands.create_project(actor=context.actor, slug=entry["slug"], uuid=uuid, **wanted)
    elif "id" in entry and UUID(entry["id"]) != project.uuid:
        raise Conflict("This project has another id.", field="id")
    elif changes := differing(project, wanted):
        commands.update_project(actor=context.actor, project_id=project.pk, **changes)
    return {"id": str(project.uuid), "number": str(project.pk)}


SECTION = Section(
    name="projects",
    key="slug",
    properties={
        "id": values.UUID,
        "slug": values.SLUG,
        "name": values.name(200),
        "visibility": values.one_of(*Project.Visibility.values),
        "pipeline": {"anyOf": [values.SLUG, {"const": ""}]},
    },
    required=("slug", "name"),
    apply=apply,
)
