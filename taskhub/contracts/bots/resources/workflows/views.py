"""`/workflows`"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots.ids import in_path
from taskhub.contracts.bots.mapping import CREATES, STATUSES
from taskhub.contracts.bots.paging import PARAMETERS, listed, window_of
from taskhub.contracts.bots.projects import project_of
from taskhub.contracts.bots.shapes import changed, deleted
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.pagination import bad_parameter
from tasks.domain.errors import InvalidInput, WrongState
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment
from workflows import commands, compiled, queries
from workflows.commands import Entity
from workflows.engine.faults import InvalidDefinition
from workflows.estimating import outlook
from workflows.models import StepRun, WorkflowInstance
from workflows.policy import EXECUTE, READ

from . import rendering, shapes
from .compiling import compiled as compiled_from

NEW, CHANGE = shapes.WorkflowIn(), shapes.WorkflowChangeIn()
Status = WorkflowInstance.Status
WANTED = {
    "pending": Q(status=Status.RUNNING, has_begun=False),
    "in_progress": Q(status=Status.RUNNING, has_begun=True),
    "completed": Q(status=Status.COMPLETED),
    "cancelled": Q(status__in=[Status.CANCELED, Status.FAILED]),
}


class Workflows(BotsView):
    """`/api/v1/workflows`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_workflows", READ),
        "create": Operation("create_workflow", EXECUTE, rate=CREATES, window="create_task"),
    }

    @extend_schema(
        parameters=[OpenApiParameter("status", enum=STATUSES), *PARAMETERS], responses={200: shapes.WorkflowsOut}
    )
    def list(self, request: Request) -> Answer:
        """List the workflows that you may see, the newest first."""
        window = window_of(request.query_params)
        rows = _begun(queries.visible_instances(self.actor))
        wanted = request.query_params.get("status")
        if wanted is not None and wanted not in WANTED:
            raise bad_parameter("status", f"Must be one of {', '.join(WANTED)}.")
        rows = rows.filter(WANTED[wanted]) if wanted else rows
        return Answer(listed("workflows", rows, window, lambda found: [rendering.listed(row) for row in found]))

    @extend_schema(request=shapes.WorkflowIn, responses={201: shapes.WorkflowOut})
    def create(self, request: Request) -> Answer:
        """Create a multi-step workflow and start it: the tasks of the steps that wait for nothing are there at once."""
        given = parse(NEW, request.data)
        written = compiled_from(given["name"], given.get("description") or "", given["steps"])
        context = given.get("context") or {}
        try:
            row = commands.start_inline(
                actor=self.actor,
                document=written.document,
                project=project_of(self.actor, given.get("project")),
                entity=_entity(context),
                variables={"context": context} if context else {},
            )
        except InvalidDefinition as error:
            raise written.in_request(error) from None
        except InvalidInput as error:
            raise _in_request(error) from None
        body = self.whole(row.uuid)
        return Answer(body, 201, {"Location": f"{request.path}/{body['workflow_id']}"})

    def whole(self, uuid: Any) -> dict[str, Any]:
        """A workflow as its own address shows it."""
        row, _ = queries.instance(self.actor, uuid)
        runs = queries.runs(row)
        seen = outlook(row, timezone.now())
        return rendering.whole(row, seen, compiled.definition_of(row.definition_id), runs, _holders(runs))


class OneWorkflow(Workflows):
    """`/api/v1/workflows/{workflow_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_workflow", READ),
        "status": Operation("get_workflow_status", READ),
        "change": Operation("update_workflow", EXECUTE),
        "destroy": Operation("delete_workflow", EXECUTE),
    }

    @extend_schema(responses={200: shapes.WorkflowOut})
    def retrieve(self, request: Request, workflow_id: str) -> Answer:
        """Get a workflow with its steps."""
        return Answer(self.whole(in_path("wf", workflow_id)))

    @extend_schema(responses={200: shapes.WorkflowStatusOut})
    def status(self, request: Request, workflow_id: str) -> Answer:
        """Get a workflow's progress."""
        row, _ = queries.instance(self.actor, in_path("wf", workflow_id))
        return Answer(rendering.status(row, outlook(row, timezone.now())))

    @extend_schema(request=shapes.WorkflowChangeIn, responses={200: shapes.WorkflowUpdatedOut})
    def change(self, request: Request, workflow_id: str) -> Answer:
        """Cancel a workflow: `{"status": "cancelled", "reason": "..."}`. Everything else goes on by its tasks."""
        row, _ = queries.instance(self.actor, in_path("wf", workflow_id))
        given = parse(CHANGE, request.data)
        now = outlook(row, timezone.now())
        is_change = "status" in given and given["status"] != rendering.status_word(row, has_begun=now.has_begun)
        if is_change and given["status"] != "cancelled":
            raise WrongState(
                "A workflow goes on by its tasks; it can only be cancelled.", verb="update", state=row.status
            )
        if is_change:
            reason = given.get("reason") or ""
            row = commands.cancel(actor=self.actor, instance=row.pk, reason=reason, version=given.get("version"))
        return Answer(changed("workflow", workflow_id, ["status"] if is_change else [], row.updated_at))

    @extend_schema(request=None, responses={200: shapes.WorkflowDeletedOut})
    def destroy(self, request: Request, workflow_id: str) -> Answer:
        """Cancel a workflow and its open tasks."""
        commands.cancel(actor=self.actor, instance=in_path("wf", workflow_id))
        return Answer(deleted("workflow", workflow_id))


def _begun(rows: QuerySet[WorkflowInstance]) -> QuerySet[WorkflowInstance]:
    """With whether somebody has begun: a step is done, or its task was started."""
    visits = StepRun.objects.filter(instance_id=OuterRef("pk")).order_by()
    return rows.annotate(has_begun=Exists(visits.filter(Q(state="done") | Q(task__started_at__isnull=False))))


def _holders(runs: list[StepRun]) -> dict[int, rendering.Holder]:
    """Task id -> who does it: of several, the first. One query."""
    wanted = [run.task_id for run in runs if run.task_id]
    shares = Assignment.objects.filter(task_id__in=wanted).exclude(state=ShareState.REPLACED).order_by("-id")
    return {task: (user, team) for task, user, team in shares.values_list("task_id", "user__username", "team__slug")}


def _entity(context: Mapping[str, Any]) -> Entity | None:
    """The conversation that the workflow is about."""
    named = context.get("conversation_id")
    return Entity("conversation", named) if isinstance(named, str) and 0 < len(named) <= 200 else None


def _in_request(error: InvalidInput) -> InvalidInput:
    """All variables that there are come from `context`."""
    if error.field.split(".")[0] != "variables":
        return error
    return InvalidInput(f"The context {error.message}", field="context")


routes = [
    path("workflows", Workflows.as_view({"get": "list", "post": "create"})),
    path(
        "workflows/<str:workflow_id>",
        OneWorkflow.as_view({"get": "retrieve", "patch": "change", "delete": "destroy"}),
    ),
    path("workflows/<str:workflow_id>/status", OneWorkflow.as_view({"get": "status"})),
]
