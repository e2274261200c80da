"""The endpoints of the customers contract: parse, command or query, shape."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts import queries as people
from accounts.actor import Actor
from accounts.credential_cache import remembered
from accounts.prepared import prepared
from taskhub.contracts import pagination
from taskhub.contracts.base import ContractView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.ids import uuid_or_404
from taskhub.contracts.rows import Row, row_of
from tasks import commands, queries
from tasks.domain.errors import InvalidInput, NotFound, no_such_task
from tasks.models import Task
from tasks.models.task import TaskQuerySet
from tasks.parts import parts

from . import CONTRACT, filters, rendering, shapes
from .customer import Customer, customer, tasks_of
from .mapping import STATUSES, URGENT

CREATE, REASSIGN, ACTION = shapes.TaskIn(), shapes.ReassignIn(), shapes.ActionIn()
RENDERED_KEYS = frozenset({"logs", "actions"})
DEFAULT_LIMIT, MOST = 100, 1000
READ, EDIT = "task.read", "task.edit"
TASK = {200: shapes.TaskOut}
LIST_PARAMETERS = [
    OpenApiParameter("status", description=f"Comma-separated, of {', '.join(STATUSES)}."),
    OpenApiParameter("is_urgent", OpenApiTypes.BOOL),
    OpenApiParameter("category", description="Only tasks of this category."),
    OpenApiParameter("not_created_by", OpenApiTypes.UUID, description="Leave out tasks that this user created."),
    *pagination.parameters(default=DEFAULT_LIMIT, most=MOST),
]


class CustomersView(ContractView):
    contract = CONTRACT


class Tasks(CustomersView):
    """`/v1/customers/{customer_id}/tasks`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "create": Operation("create_task", EDIT),
        "list": Operation("list_tasks", READ),
    }

    @extend_schema(request=shapes.TaskIn, responses={201: shapes.TaskOut})
    def create(self, request: Request, customer_id: str) -> Answer:
        """Create a task."""
        where = customer(self.actor, customer_id)
        given = parse(CREATE, request.data)
        _check_category(self.actor.organization_id, given["category"])
        task = commands.create(
            actor=self.actor,
            project=where.to_create_in(),
            source=CONTRACT.name,
            uuid=given.get("id"),
            title=given["title"],
            description=given["description"],
            category=given["category"],
            priority=URGENT[given["is_urgent"]],
            weight=given["weight"],
            assignees=given["assignees"],
            references=given["objects"],
            metadata=_own_metadata(given),
        )
        location = f"{request.path}/{task.uuid}"
        return Answer(_shown(task, where), 201, {"Location": location})

    @extend_schema(parameters=LIST_PARAMETERS, responses={200: shapes.TaskOut(many=True)})
    def list(self, request: Request, customer_id: str) -> Answer:
        """List the customer's tasks, newest first."""
        where = customer(self.actor, customer_id)
        page = pagination.page_of(request.query_params, default=DEFAULT_LIMIT, most=MOST)
        found = _listed.page(page, where.id, where.involved, filters.read(request.query_params))
        headers = pagination.headers(request._request, page, found)
        return Answer(rendering.tasks(found.rows, where.uuid), headers=headers)


class OneTask(CustomersView):
    """`/v1/customers/{customer_id}/tasks/{id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_task", READ, word="retrieve_tasks"),
        "destroy": Operation("delete_task", EDIT),
        "assignees": Operation("list_assignees", READ, word="retrieve_tasks"),
        "assignee": Operation("get_assignee", READ, word="retrieve_tasks"),
    }

    @extend_schema(responses=TASK)
    def retrieve(self, request: Request, customer_id: str, id: str) -> Answer:
        """Get one task."""
        where = customer(self.actor, customer_id)
        return Answer(rendering.tasks([_row(where, id)], where.uuid)[0])

    @extend_schema(responses={204: OpenApiResponse(None, "Deleted")})
    def destroy(self, request: Request, customer_id: str, id: str) -> Answer:
        """Delete a task."""
        where = customer(self.actor, customer_id)
        commands.delete(actor=self.actor, task=uuid_or_404(id), within=where.id)
        return Answer(status=204)

    @extend_schema(responses={200: shapes.AssigneeOut(many=True)})
    def assignees(self, request: Request, customer_id: str, id: str) -> Answer:
        """List a task's assignees."""
        return Answer(self._assignees(customer_id, id))

    @extend_schema(responses={200: shapes.AssigneeOut})
    def assignee(self, request: Request, customer_id: str, id: str, user_id: str) -> Answer:
        """Get one person's share of a task."""
        wanted = uuid_or_404(user_id, code="persona_not_found", message="There is no such person.")
        own = [found for found in self._assignees(customer_id, id) if found["user_id"] == wanted]
        if own:
            return Answer(own[-1])
        if people.members(self.actor.organization_id, uuids=[wanted]):
            raise NotFound("This person is not an assignee of the task.", code="assignee_not_found")
        raise NotFound("There is no such person.", code="persona_not_found")

    def _assignees(self, customer_id: str, id: str) -> Any:
        row = _row(customer(self.actor, customer_id), id)
        return rendering.assignees(row, parts([row["id"]], events=(), references=False)[row["id"]])


class Actions(CustomersView):
    """`/v1/customers/{customer_id}/tasks/{id}/{action}`: each answers with the whole task."""

    operations: ClassVar[Mapping[str, Operation]] = {
        name: Operation(f"{name}_task", EDIT) for name in ("perform", "reassign", "cancel", "decline")
    }

    @extend_schema(request=shapes.ActionIn, responses=TASK)
    def perform(self, request: Request, customer_id: str, id: str) -> Answer:
        """Mark my share of a task as performed."""
        given = parse(ACTION, request.data)
        return self._do(commands.perform, customer_id, id, metadata=given["metadata"])

    @extend_schema(request=shapes.ReassignIn, responses=TASK)
    def reassign(self, request: Request, customer_id: str, id: str) -> Answer:
        """Reassign a task to other people."""
        return self._do(commands.reassign, customer_id, id, **parse(REASSIGN, request.data))

    @extend_schema(request=shapes.ActionIn, responses=TASK)
    def cancel(self, request: Request, customer_id: str, id: str) -> Answer:
        """Cancel a task."""
        return self._do(commands.cancel, customer_id, id, **_why(parse(ACTION, request.data)))

    @extend_schema(request=shapes.ActionIn, responses=TASK)
    def decline(self, request: Request, customer_id: str, id: str) -> Answer:
        """Decline my share of a task."""
        return self._do(commands.decline, customer_id, id, **_why(parse(ACTION, request.data)))

    def _do(self, command: Callable[..., Task], customer_id: str, id: str, **given: Any) -> Answer:
        where = customer(self.actor, customer_id)
        return Answer(_shown(command(actor=self.actor, task=uuid_or_404(id), within=where.id, **given), where))


class Categories(CustomersView):
    """`/v1/customers/tasks/categories`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "categories": Operation("list_categories", READ, word="list_tasks"),
    }

    @extend_schema(responses={200: shapes.CATEGORIES_OUT})
    def categories(self, request: Request) -> Answer:
        """Get the categories of tasks."""
        found = queries.categories(self.actor.organization_id)
        return Answer({slug: {"title": title, "icon": icon} for slug, (title, icon) in found.items()})


@pagination.listed(rendering.COLUMNS)
def _listed(customer_id: int, involved: Actor | None, given: Mapping[str, Any]) -> TaskQuerySet:
    return tasks_of(customer_id, involved).filter(filters.conditions(given))


@prepared
def _one(customer_id: int, involved: Actor | None, uuid: UUID) -> QuerySet[Task, Row]:
    return tasks_of(customer_id, involved).filter(uuid=uuid).order_by().values(*rendering.COLUMNS)


def _row(where: Customer, id: str) -> Row:
    found = _one(where.id, where.involved, uuid_or_404(id))
    if not found:
        raise no_such_task()
    return found[0]


def _shown(task: Task, where: Customer) -> dict[str, Any]:
    is_own = task.created_by_id == where.actor.user_id
    known = {"created_by__uuid": where.actor.user_uuid} if is_own else {}
    return rendering.tasks([row_of(task, rendering.COLUMNS, known)], where.uuid)[0]


def _why(given: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of an action, and its reason where every door shows reasons."""
    reason = given["metadata"].get("reason")
    return {"metadata": given["metadata"], "reason": reason if isinstance(reason, str) else ""}


def _own_metadata(given: Mapping[str, Any]) -> dict[str, Any]:
    """The client's metadata without the history, which is never the client's to write."""
    return {name: value for name, value in given["metadata"].items() if name not in RENDERED_KEYS}


def _check_category(organization_id: int, slug: str) -> None:
    """Categories rarely change: one that is remembered is believed, for a second, and one that is not is looked up."""
    if slug in remembered(("categories", organization_id), lambda: queries.categories(organization_id)):
        return
    known = queries.categories(organization_id)
    if slug not in known:
        raise InvalidInput(f"Must be one of {', '.join(known)}.", field="category", code="invalid_category")
