"""`/api/v1/tasks/analytics`"""

from collections.abc import Mapping
from typing import ClassVar

from django.http import QueryDict
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts import queries as people
from accounts.actor import Actor
from accounts.ids import parse_uuid
from taskhub.contracts.bots.mapping import READ
from taskhub.contracts.bots.projects import project_of
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.formats import Answer
from taskhub.contracts.pagination import bad_parameter
from tasks.analytics import Scope, analytics

from . import shapes
from .period import period

PARAMETERS = [
    OpenApiParameter("from", description="Only tasks created on this day or later, or from this moment on."),
    OpenApiParameter("to", description="Only tasks created until the end of this day, or before this moment."),
    OpenApiParameter("project", description="Only tasks of this project: its slug or id."),
    OpenApiParameter("team", description="Only tasks given to this team: its slug or id."),
]


class Analytics(BotsView):
    operations: ClassVar[Mapping[str, Operation]] = {"show": Operation("task_analytics", READ)}

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.AnalyticsOut})
    def show(self, request: Request) -> Answer:
        """Get task performance metrics."""
        return Answer(shapes.shown(analytics(self.actor, _scope(request.query_params, self.actor))))


def _scope(query: QueryDict, actor: Actor) -> Scope:
    since, until = period(query, actor)
    project, team = query.get("project"), query.get("team")
    return Scope(
        since=since,
        until=until,
        project_id=None if project is None else _project(actor, project),
        team_id=None if team is None else _team(actor, team),
    )


def _project(actor: Actor, text: str) -> int:
    if not text:
        raise bad_parameter("project", "Must name a project.")
    return project_of(actor, text).id


def _team(actor: Actor, text: str) -> int:
    uuid = parse_uuid(text)
    named = {"slugs": [text]} if uuid is None else {"uuids": [uuid]}
    found = people.teams(actor.organization_id, **named)
    if not found:
        raise bad_parameter("team", "There is no such team.")
    return found[0].id


routes = [path("tasks/analytics", Analytics.as_view({"get": "show"}))]
