"""`/templates`, and `/tasks/from-template`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.actor import Actor
from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import CREATES, EDIT, PRIORITIES, READ
from taskhub.contracts.bots.paging import PARAMETERS, listed, window_of
from taskhub.contracts.bots.people import share_of
from taskhub.contracts.bots.projects import project_of
from taskhub.contracts.bots.resources.tasks.changes import future
from taskhub.contracts.bots.resources.tasks.rendering import created
from taskhub.contracts.bots.resources.tasks.shapes import CreatedOut
from taskhub.contracts.bots.shapes import changed, deleted
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import templates
from tasks.commands.from_template import create_from_template
from tasks.commands.templates import archive_template, create_template, update_template
from tasks.domain.errors import NotFound
from tasks.models import TaskTemplate

from . import shapes
from .rendering import shown

NEW, CHANGE, FROM = shapes.TemplateIn(), shapes.TemplateChangeIn(), shapes.FromTemplateIn()
COLUMNS = {"default_due_in": "default_due"}


class Templates(BotsView):
    """`/api/v1/templates`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_templates", READ),
        "create": Operation("create_template", EDIT),
    }

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.TemplatesOut})
    def list(self, request: Request) -> Answer:
        """List the templates of your organization, by name."""
        window = window_of(request.query_params)
        body = listed("templates", templates.templates(self.actor), window, lambda rows: [shown(row) for row in rows])
        return Answer(body)

    @extend_schema(request=shapes.TemplateIn, responses={201: shapes.TemplateOut})
    def create(self, request: Request) -> Answer:
        """Create a template. For managers."""
        made = create_template(actor=self.actor, **_values(self.actor, parse(NEW, request.data)))
        body = shown(templates.template(self.actor, made.pk))
        return Answer(body, 201, {"Location": f"{request.path}/{body['template_id']}"})


class Template(BotsView):
    """`/api/v1/templates/{template_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_template", READ),
        "update": Operation("update_template", EDIT),
        "destroy": Operation("delete_template", EDIT),
    }

    @extend_schema(responses={200: shapes.TemplateOut})
    def retrieve(self, request: Request, template_id: str) -> Answer:
        """Get a template."""
        return Answer(shown(templates.template(self.actor, ids.in_path("tpl", template_id))))

    @extend_schema(request=shapes.TemplateChangeIn, responses={200: shapes.TemplateUpdatedOut})
    def update(self, request: Request, template_id: str) -> Answer:
        """Change a template; tasks that were made from it stay as they are. For managers."""
        seen = templates.template(self.actor, ids.in_path("tpl", template_id))
        templates.check_write(self.actor)
        given = parse(CHANGE, request.data)
        version = given.pop("version", None)
        values = _values(self.actor, given)
        row = update_template(actor=self.actor, template=seen.pk, values=values, version=version)
        fields = [name for name in given if _told(seen, name) != _told(row, name)]
        return Answer(changed("template", template_id, fields, row.updated_at))

    @extend_schema(request=None, responses={200: shapes.TemplateDeletedOut})
    def destroy(self, request: Request, template_id: str) -> Answer:
        """Archive a template: no more tasks are made from it. For managers."""
        archive_template(actor=self.actor, template=ids.in_path("tpl", template_id))
        return Answer(deleted("template", template_id))


class FromTemplate(BotsView):
    """`/api/v1/tasks/from-template`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "create": Operation("create_task_from_template", EDIT, rate=CREATES, window="create_task"),
    }

    @extend_schema(request=shapes.FromTemplateIn, responses={201: CreatedOut})
    def create(self, request: Request) -> Answer:
        """Create a task from a template, with its checklist."""
        given = parse(FROM, request.data)
        due_at = future(given.get("due_date"))
        share = share_of(self.actor, given.get("assignee"), given.get("team"))
        said: dict[str, Any] = {"priority": PRIORITIES[given["priority"]]} if "priority" in given else {}
        task = create_from_template(
            actor=self.actor,
            template=self._template(given["template_id"]),
            project=project_of(self.actor, given.get("project")),
            source=self.contract.name,
            variables=given.get("variables"),
            assignees=[share] if share else None,
            due_at=due_at,
            tags=given.get("tags", ()),
            **said,
        )
        shown = created(task, self.actor.username)
        return Answer(shown, 201, {"Location": f"/api/v1/tasks/{shown['task_id']}"})

    def _template(self, text: str) -> int:
        """Its row, so that a body is told of what is not there as an address is."""
        found = ids.parse("tpl", text)
        row = found and templates.templates(self.actor).filter(uuid=found).values_list("pk", flat=True).first()
        if not row:
            raise NotFound(f"Template {text} not found", code="template_not_found")
        return row


def _values(actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the command takes: columns by their own names, people found."""
    values = {COLUMNS.get(name, name): value for name, value in given.items() if name not in ("assignee", "team")}
    if "default_priority" in values:
        values["default_priority"] = PRIORITIES[values["default_priority"]]
    if "assignee" in given or "team" in given:
        values["assignee"] = share_of(actor, given.get("assignee"), given.get("team"))
    return values


def _told(row: TaskTemplate, field: str) -> Any:
    columns = {"default_due_in": "default_due", "assignee": "assign_user_id", "team": "assign_team_id"}
    return getattr(row, columns.get(field, field))


routes = [
    path("templates", Templates.as_view({"get": "list", "post": "create"})),
    path(
        "templates/<str:template_id>",
        Template.as_view({"get": "retrieve", "patch": "update", "delete": "destroy"}),
    ),
    path("tasks/from-template", FromTemplate.as_view({"post": "create"})),
]
