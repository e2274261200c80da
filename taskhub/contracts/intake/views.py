"""The endpoints of the intake contract: parse, command or query, shape."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.access import default_project, organization
from accounts.actor import Actor
from accounts.ids import parse_uuid
from accounts.prepared import prepared
from taskhub.contracts import pagination
from taskhub.contracts.base import ContractView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.ids import uuid_or_404
from taskhub.contracts.rows import Row, row_of
from tasks import commands, queries
from tasks.commands import NewShare
from tasks.domain.errors import InvalidInput, NotAllowed, no_such_task
from tasks.models import Task
from tasks.models.task import TaskQuerySet

from . import CONTRACT, changes, rendering, shapes
from .mapping import PRIORITIES, REFERENCES, SAYABLE, STATES, STATUSES
from .references import given_in

CREATE, PATCH = shapes.TaskIn(), shapes.TaskPatch()
READ, EDIT = "task.read", "task.edit"
DEFAULT_LIMIT, MOST = 100, 1000
LIST_PARAMETERS = [
    *(OpenApiParameter(name, description=f"Only tasks about this {kind}.") for name, kind in REFERENCES.items()),
    OpenApiParameter("status", enum=list(STATUSES)),
    OpenApiParameter("priority", enum=list(PRIORITIES)),
    OpenApiParameter("type", description="Only tasks of this type."),
    *pagination.parameters(default=DEFAULT_LIMIT, most=MOST),
]


class IntakeView(ContractView):
    contract = CONTRACT

    def shown(self, rows: Iterable[Row]) -> list[dict[str, Any]]:
        return rendering.tasks(rows, organization(self.actor.organization_id).uuid)


class Tasks(IntakeView):
    """`/v1/tasks`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "create": Operation("create_task", EDIT),
        "list": Operation("list_tasks", READ),
    }

    @extend_schema(request=shapes.TaskIn, responses={201: shapes.TaskOut})
    def create(self, request: Request) -> Answer:
        """Create a task."""
        given = parse(CREATE, request.data)
        project = default_project(self.actor)
        if project is None:
            raise NotAllowed("You may not create tasks in this organization.")
        [creator] = people([given["created_by_id"]], "created_by_id")
        task = commands.create(
            actor=self.actor,
            project=project,
            source=CONTRACT.name,
            creator=creator.user,
            title=given["title"],
            description=given["description"],
            assignees=people(given["assigned_user_ids"], "assigned_user_ids"),
            due_at=given["deadline"],
            tags=given["tags"] or [],
            references=given_in(given),
            state=STATUSES[given["status"]],
            priority=PRIORITIES[given["priority"]],
            category=given["type"] or "",
        )
        shown = self.shown([row_of(task, rendering.COLUMNS, {"created_by__uuid": creator.user})])[0]
        return Answer(shown, 201, {"Location": f"{request.path}/{task.uuid}"})

    @extend_schema(parameters=LIST_PARAMETERS, responses={200: shapes.TaskOut(many=True)})
    def list(self, request: Request) -> Answer:
        """List tasks, newest first; by what they are about."""
        page = pagination.page_of(request.query_params, default=DEFAULT_LIMIT, most=MOST)
        found = _listed.page(page, self.actor, read(request.query_params))
        return Answer(self.shown(found.rows), headers=pagination.headers(request._request, page, found))


class OneTask(IntakeView):
    """`/v1/tasks/{id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_task", READ),
        "change": Operation("change_task", EDIT),
    }

    @extend_schema(responses={200: shapes.TaskOut})
    def retrieve(self, request: Request, id: str) -> Answer:
        """Get one task."""
        found = _one(self.actor, uuid_or_404(id))
        if not found:
            raise no_such_task()
        return Answer(self.shown(found)[0])

    @extend_schema(request=shapes.TaskPatch, responses={200: shapes.TaskOut})
    def change(self, request: Request, id: str) -> Answer:
        """Change a task: its fields, its assignees or its status."""
        given = parse(PATCH, request.data)
        shares = people(given.get("assigned_user_ids", ()), "assigned_user_ids")
        task: Task = changes.apply(self.actor, uuid_or_404(id), given, shares)
        return Answer(self.shown([row_of(task, rendering.COLUMNS)])[0])


def people(ids: Iterable[str], field: str) -> list[NewShare]:
    """The users that the ids in `field` spell; who they are is looked up by the command."""
    found = []
    for index, text in enumerate(ids):
        user = parse_uuid(text)
        if user is None:
            place = field if field == "created_by_id" else f"{field}.{index}"
            raise InvalidInput("There is no such user.", field=place)
        found.append(NewShare(user=user))
    return found


def read(query: QueryDict) -> dict[str, Any]:
    """Name -> value of the list's filters that are there. Raises Refused for a value that means nothing."""
    given: dict[str, Any] = {name: query[name] for name in REFERENCES if query.get(name)}
    if (text := query.get("status")) is not None:
        choice("status", text, STATUSES)
        given["states"] = tuple(state.value for state, word in STATES.items() if word == text)
    if (text := query.get("priority")) is not None:
        given["priority"] = choice("priority", text, PRIORITIES)
    if text := query.get("type"):
        given["type"] = text
    return given


def conditions(organization_id: int, given: Mapping[str, Any]) -> Q:
    """What these values ask for."""
    wanted = Q()
    for name, kind in REFERENCES.items():
        if name in given:
            wanted &= queries.about(organization_id, kind, given[name])
    if "states" in given:
        wanted &= Q(state__in=given["states"])
    if "priority" in given:
        wanted &= Q(priority=given["priority"])
    if "type" in given:
        wanted &= Q(category=given["type"])
    return wanted


def _seen(actor: Actor) -> TaskQuerySet:
    """Tasks that the actor sees and this contract can say, newest first."""
    return queries.visible_to(actor).filter(state__in=SAYABLE)


@pagination.listed(rendering.COLUMNS)
def _listed(actor: Actor, given: Mapping[str, Any]) -> TaskQuerySet:
    return _seen(actor).filter(conditions(actor.organization_id, given))


@prepared
def _one(actor: Actor, uuid: UUID) -> QuerySet[Task, Row]:
    return _seen(actor).filter(uuid=uuid).order_by().values(*rendering.COLUMNS)


def choice(name: str, text: str, known: Mapping[str, Any]) -> Any:
    if text not in known:
        raise pagination.bad_parameter(name, f"Input should be one of {', '.join(known)}")
    return known[text]
