"""Projects. The organization's first one is where tasks go that name none."""

from typing import Any
from uuid import UUID

from accounts import commands
from accounts.errors import Conflict
from accounts.models import Project
from accounts.reporting import has_secret
from taskhub.provisioning import values

from .section import Answer, Context, Entry, Section, differing, given


def apply(context: Context, entry: Entry) -> Answer:
    project = Project.objects.filter(organization=context.organization, slug=entry["slug"]).first()
    wanted = given(entry, "name", "visibility", "pipeline", "report_url", "report_secret")
    if project is None:
        uuid = UUID(entry["id"]) if "id" in entry else None
        project = commands.create_project(actor=context.actor, slug=entry["slug"], uuid=uuid, **wanted)
    elif "id" in entry and UUID(entry["id"]) != project.uuid:
        raise Conflict("This project has another id.", field="id")
    elif changes := _differing(project, wanted):
        commands.update_project(actor=context.actor, project_id=project.pk, **changes)
    return {"id": str(project.uuid), "number": str(project.pk)}


def _differing(project: Project, wanted: dict[str, Any]) -> dict[str, Any]:
    """A secret is kept sealed, differently each time, so it is compared as what it says."""
    plain = {name: value for name, value in wanted.items() if name != "report_secret"}
    secret = wanted.get("report_secret")
    is_new = secret is not None and not has_secret(project, secret)
    return differing(project, plain) | ({"report_secret": secret} if is_new else {})


SECTION = Section(
    name="projects",
    key="slug",
    properties={
        "id": values.UUID,
        "slug": values.SLUG,
        "name": values.name(200),
        "visibility": values.one_of(*Project.Visibility.values),
        "report_url": values.text(500),
        "report_secret": values.text(200),
        "pipeline": {"anyOf": [values.SLUG, {"const": ""}]},
    },
    required=("slug", "name"),
    apply=apply,
)
