"""The endpoints of tasks: parse, command or query, shape."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.actor import Actor
from accounts.prepared import prepared
from taskhub.contracts import pagination
from taskhub.contracts.bots import CONTRACT, ids
from taskhub.contracts.bots.mapping import CREATES, EDIT, LISTS, PRIORITIES, READ, STATES, UPDATES
from taskhub.contracts.bots.paging import window_of
from taskhub.contracts.bots.projects import project_of
from taskhub.contracts.bots.shapes import changed, deleted
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.cursors import flag
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.rows import Row
from tasks import commands, queries
from tasks.commands import NewShare
from tasks.domain.errors import no_such_task
from tasks.domain.lifecycle import State
from tasks.models import Task
from tasks.models.task import TaskQuerySet

from . import changes, context, filters, rendering, rows, shapes

CREATE, PATCH, COMPLETE = shapes.TaskIn(), shapes.TaskPatch(), shapes.CompleteIn()
WHOLE = OpenApiParameter("full", OpenApiTypes.BOOL, description="Also what the document does not name.")


class Tasks(BotsView):
    """`/api/v1/tasks`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "create": Operation("create_task", EDIT, rate=CREATES),
        "list": Operation("list_tasks", READ, rate=LISTS),
    }

    @extend_schema(request=shapes.TaskIn, responses={201: shapes.CreatedOut})
    def create(self, request: Request) -> Answer:
        """Create a task."""
        given = parse(CREATE, request.data)
        task = commands.create(
            actor=self.actor,
            project=project_of(self.actor, given["project"]),
            source=CONTRACT.name,
            title=given["title"],
            description=given["description"] or "",
            assignees=[NewShare(username=given["assignee"])] if given["assignee"] else [],
            due_at=changes.future(given["due_date"]),
            priority=PRIORITIES[given["priority"]],
            tags=given["tags"] or [],
            checklist=given["checklist"],
            metadata={"context": given["context"]} if given["context"] else {},
            references=context.references(given["context"] or {}),
        )
        shown = rendering.created(task, self.actor.username)
        return Answer(shown, 201, {"Location": f"{request.path}/{shown['task_id']}"})

    @extend_schema(parameters=filters.PARAMETERS, responses={200: shapes.TasksOut})
    def list(self, request: Request) -> Answer:
        """List tasks with filters, order and pages."""
        window = window_of(request.query_params)
        page = pagination.Page(window.limit, (window.page - 1) * window.limit)
        order = filters.order_of(request.query_params)
        found = _listed.page(page, self.actor, filters.read(request.query_params), **order)
        shown = [rendering.listed(row) for row in found.rows]
        asked = {"page": window.page, "limit": window.limit}
        headers = {} if found.total.is_exact else {"X-Total-Estimated": "true"}
        return Answer({"tasks": shown, "total": found.total.count, **asked}, headers=headers)


class OneTask(BotsView):
    """`/api/v1/tasks/{task_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_task", READ),
        "change": Operation("update_task", EDIT, rate=UPDATES),
        "delete": Operation("delete_task", EDIT),
        "complete": Operation("complete_task", EDIT),
    }

    @extend_schema(parameters=[WHOLE], responses={200: shapes.TaskOut})
    def retrieve(self, request: Request, task_id: str) -> Answer:
        """Get one task."""
        full = flag(request.query_params, "full")
        found = _one(self.actor, ids.in_path("tsk", task_id), full=full)
        if not found:
            raise no_such_task()
        return Answer(rendering.whole(found[0]) if full else rendering.one(found[0]))

    @extend_schema(request=shapes.TaskPatch, responses={200: shapes.UpdatedOut})
    def change(self, request: Request, task_id: str) -> Answer:
        """Change a task: its fields, its status, who does it."""
        given = parse(PATCH, request.data)
        asked = {name: given[name] for name in request.data if name in given}
        done = changes.apply(self.actor, ids.in_path("tsk", task_id), asked)
        return Answer(changed("task", task_id, done.fields, done.task.updated_at))

    @extend_schema(responses={200: shapes.DeletedOut})
    def delete(self, request: Request, task_id: str) -> Answer:
        """Delete a task."""
        commands.delete(actor=self.actor, task=ids.in_path("tsk", task_id))
        return Answer(deleted("task", task_id))

    @extend_schema(request=shapes.CompleteIn, responses={200: shapes.CompletedOut})
    def complete(self, request: Request, task_id: str) -> Answer:
        """Complete a task, or one's share of it."""
        given, uuid = parse(COMPLETE, request.data), ids.in_path("tsk", task_id)
        outcomes: list[str] = given["outcomes"]
        answer: dict[str, Any] = {"resolution": given["resolution"] or "", "form_data": given["form_data"]}
        if outcomes:
            answer |= {"outcome": outcomes[0], "metadata": {"outcomes": outcomes}}
        spent = given["time_spent_minutes"]
        with transaction.atomic() if spent else nullcontext():
            if spent:
                commands.log_time(actor=self.actor, task=uuid, minutes=spent)
            task = commands.complete(actor=self.actor, task=uuid, version=given.get("version"), **answer)
        is_done = task.state == State.COMPLETED
        shown = {"task_id": task_id, "status": STATES[State(task.state)], "completed_at": task.closed_at}
        return Answer(shown | {"completed_by": self.actor.username if is_done else None})


@pagination.listed(rows.LISTED, rows.IN_LISTS)
def _listed(actor: Actor, given: Mapping[str, Any], *, by: str, order: str) -> TaskQuerySet:
    wanted = queries.visible_to(actor).filter(filters.conditions(actor, given))
    return wanted.order_by(*filters.ordering(by, order))


@prepared
def _one(actor: Actor, uuid: UUID, *, full: bool) -> QuerySet[Task, Row]:
    columns, extra = (rows.FULL, rows.IN_FULL) if full else (rows.SHOWN, rows.IN_ONE)
    return queries.visible_to(actor).filter(uuid=uuid).order_by().values(*columns, **extra)


routes = [
    path("tasks", Tasks.as_view({"get": "list", "post": "create"})),
    path("tasks/<str:task_id>", OneTask.as_view({"get": "retrieve", "patch": "change", "delete": "delete"})),
    path("tasks/<str:task_id>/complete", OneTask.as_view({"post": "complete"})),
]
