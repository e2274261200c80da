"""The endpoints of the worklist contract: parse, command or query, shape."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.actor import Actor
from taskhub.contracts import pagination
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import commands as task_commands
from tasks.domain.lifecycle import State
from tasks.models import Task
from tasks.models.task import TaskQuerySet
from workflows import commands
from workflows.models import WorkflowInstance
from workflows.queries import previous_steps

from . import answers, filters, rendering, shapes
from .fresh import fresh
from .mapping import DONE, EXECUTE, INSTANCE_STATUSES, READ, STATES
from .numbers import task_number
from .recipient import recipient_of
from .rendering import enveloped, local
from .view import READS, WRITES, WorklistView, is_known, seen

COMPLETE, REASSIGN = shapes.CompleteIn(), shapes.ReassignIn()
NOT_MODIFIED = OpenApiResponse(None, "Not modified: the client has this answer")


class Tasks(WorklistView):
    """`/apidev/v1/workflow/tasks`"""

    operations: ClassVar[Mapping[str, Operation]] = {"list": Operation("list_tasks", READ, READS)}

    @extend_schema(parameters=filters.PARAMETERS, responses={200: answers.ListAnswer, 304: NOT_MODIFIED})
    def list(self, request: Request) -> HttpResponse:
        """List workflow tasks, newest first.

        `definition_id` is the number of one version of a workflow definition, or the key of all its versions.
        """
        query = request.query_params
        page = filters.page_of(query)
        found = _listed.page(page, self.actor, filters.read(self.actor.organization_id, query, timezone.now()))
        shown = rendering.tasks(found.rows, self.actor.user_id, self.zone)
        estimated = {} if found.total.is_exact else {"total_estimated": True}
        total = found.total.count
        return fresh(request, enveloped(shown, total=total, limit=page.limit, offset=page.offset, **estimated))


class OneTask(WorklistView):
    """`/apidev/v1/workflow/tasks/{id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {"retrieve": Operation("get_task", READ, READS)}

    @extend_schema(responses={200: answers.TaskAnswer, 304: NOT_MODIFIED})
    def retrieve(self, request: Request, id: str) -> HttpResponse:
        """Get one task with its results, its form and what was captured before."""
        row = self.row(id, *rendering.DETAILED)
        before = previous_steps(Task(id=row["id"], instance_id=row["instance_id"], created_at=row["created_at"]))
        shown = rendering.task(row, before, self.actor.user_id, self.zone)
        return fresh(request, enveloped(shown))


class Actions(WorklistView):
    """`/apidev/v1/workflow/tasks/{id}/{action}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "complete": Operation("complete_task", EXECUTE, WRITES),
        "reassign": Operation("reassign_task", EXECUTE, WRITES),
    }

    @extend_schema(request=shapes.CompleteIn, responses={200: answers.CompletedAnswer})
    def complete(self, request: Request, id: str) -> Answer:
        """Complete a task with a result; the workflow goes on.

        `next_step` is the first of `next_steps`, the steps that this has opened; null if there is none.
        """
        number, given = task_number(id), self._given(request, id)
        done = commands.complete(
            actor=self.actor,
            task=number,
            known=is_known,
            outcome=given["result_code"],
            plain=DONE[0],
            form_data=given["captured_data"] or {},
            resolution=given["comment"] or "",
        )
        answer = {
            "task_id": str(done.task.pk),
            "status": STATES[State(done.task.state)],
            "result": given["result_code"],
            "completed_at": local(done.task.closed_at, self.zone),
            "instance_status": _instance_status(done),
            "next_step": next(iter(done.next_steps), None),
            "next_steps": done.next_steps,
        }
        return Answer(enveloped(answer))

    def _given(self, request: Request, id: str) -> dict[str, Any]:
        """What the body says. Of a task that is not there nothing is said, not even that the body is wrong."""
        try:
            return parse(COMPLETE, request.data)
        except ValidationError:
            self.row(id, "id")
            raise

    @extend_schema(request=shapes.ReassignIn, responses={200: answers.ReassignedAnswer})
    def reassign(self, request: Request, id: str) -> Answer:
        """Reassign an open task to a person or to a group."""
        row = self.row(id, "id")
        given = parse(REASSIGN, request.data)
        to = recipient_of(self.actor.organization_id, given)
        moved = task_commands.reassign(
            actor=self.actor, task=row["id"], assignees=[to.share], reason=given["comment"] or ""
        )
        answer = {
            "task_id": str(moved.pk),
            "assigned_to_user": to.user,
            "assigned_to_group": to.group,
            "reassigned_at": local(moved.updated_at, self.zone),
        }
        return Answer(enveloped(answer))


@pagination.listed(rendering.LISTED)
def _listed(actor: Actor, given: Mapping[str, Any]) -> TaskQuerySet:
    return seen(actor).filter(filters.conditions(actor.organization_id, given))


def _instance_status(done: commands.Completed) -> str:
    """Where a task waits for the shares of others, its instance has not moved: it runs."""
    return INSTANCE_STATUSES[done.instance.status if done.instance else WorkflowInstance.Status.RUNNING]
