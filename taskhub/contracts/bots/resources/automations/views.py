"""`/automations`"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.actor import Actor
from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import EDIT, READ
from taskhub.contracts.bots.paging import PARAMETERS, listed, window_of
from taskhub.contracts.bots.projects import project_of
from taskhub.contracts.bots.shapes import changed, deleted
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from workflows import commands
from workflows.automation import queries

from . import shapes
from .words import action_in, shown

NEW, CHANGE = shapes.AutomationIn(), shapes.AutomationChangeIn()


class Automations(BotsView):
    """`/api/v1/automations`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_automations", READ),
        "create": Operation("create_automation", EDIT),
    }

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.AutomationsOut})
    def list(self, request: Request) -> Answer:
        """List the automation rules of your organization, by name. For managers."""
        window = window_of(request.query_params)
        body = listed("automations", queries.rules(self.actor), window, lambda rows: [shown(row) for row in rows])
        return Answer(body)

    @extend_schema(request=shapes.AutomationIn, responses={201: shapes.AutomationOut})
    def create(self, request: Request) -> Answer:
        """Create an automation rule. It acts with your rights, so it is for managers."""
        given = parse(NEW, request.data)
        said = _values(self.actor, given)
        place = {"project": said.pop("project", None), "enabled": said.pop("enabled", True)}
        made = commands.create_rule(actor=self.actor, document=said, **place)
        body = shown(queries.rule(self.actor, made.pk))
        return Answer(body, 201, {"Location": f"{request.path}/{body['automation_id']}"})


class Automation(BotsView):
    """`/api/v1/automations/{automation_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_automation", READ),
        "update": Operation("update_automation", EDIT),
        "destroy": Operation("delete_automation", EDIT),
    }

    @extend_schema(responses={200: shapes.AutomationOut})
    def retrieve(self, request: Request, automation_id: str) -> Answer:
        """Get an automation rule. For managers."""
        return Answer(shown(queries.rule(self.actor, ids.in_path("aut", automation_id))))

    @extend_schema(request=shapes.AutomationChangeIn, responses={200: shapes.AutomationUpdatedOut})
    def update(self, request: Request, automation_id: str) -> Answer:
        """Change a rule, or turn it on and off. Whoever changes what it does becomes its author. For managers."""
        before = shown(queries.rule(self.actor, ids.in_path("aut", automation_id)))
        given = parse(CHANGE, request.data)
        version = given.pop("version", None)
        values = _values(self.actor, given)
        row = commands.update_rule(
            actor=self.actor, rule=ids.in_path("aut", automation_id), values=values, version=version
        )
        after = shown(queries.rule(self.actor, row.pk))
        fields = [name for name in given if before[name] != after[name]]
        return Answer(changed("automation", automation_id, fields, row.updated_at))

    @extend_schema(request=None, responses={200: shapes.AutomationDeletedOut})
    def destroy(self, request: Request, automation_id: str) -> Answer:
        """Delete a rule. For managers."""
        commands.delete_rule(actor=self.actor, rule=ids.in_path("aut", automation_id))
        return Answer(deleted("automation", automation_id))


def _values(actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the commands take: the words of rules, and the project's id."""
    values = dict(given)
    if "action" in values:
        values["action"] = action_in(values["action"])
    if "actions" in values:
        values["actions"] = [action_in(action) for action in values["actions"]]
    if values.get("project"):
        values["project"] = project_of(actor, values["project"]).uuid
    return values


routes = [
    path("automations", Automations.as_view({"get": "list", "post": "create"})),
    path(
        "automations/<str:automation_id>",
        Automation.as_view({"get": "retrieve", "patch": "update", "delete": "destroy"}),
    ),
]
