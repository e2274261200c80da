"""`/task/{task_id}/{action}`: what people and programs do with a task. Each answers with the whole task."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from taskhub.contracts.contract import Operation
from taskhub.contracts.documents import shapes
from taskhub.contracts.documents.mapping import EDIT
from taskhub.contracts.documents.project import in_project
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.ids import uuid_or_404
from tasks import commands as task_commands
from tasks.models import Task
from workflows import commands

from .view import DocumentsView, shown

COMPLETE, REASON, NOTHING = shapes.CompleteIn(), shapes.ReasonIn(), shapes.Nothing()
TASK = {200: shapes.TaskOut}


class Actions(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/task/{task_id}/{action}`: each answers with the whole task."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "complete": Operation("complete_task", EDIT),
        "discard": Operation("discard_task", EDIT),
        "put_discard": Operation("discard_task_by_put", EDIT),
        "unlock": Operation("unlock_task", EDIT),
        "put_unlock": Operation("unlock_task_by_put", EDIT),
        "retry": Operation("retry_task", EDIT),
    }

    @extend_schema(request=shapes.CompleteIn, responses=TASK)
    def complete(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Complete a task that is under review, and go on to the next step of the pipeline.

        The data is validated as processing validates it: 400 `validation_failed` names every field and rule.
        """
        return self._do(commands.complete_review, COMPLETE)

    @extend_schema(request=shapes.ReasonIn, responses=TASK)
    def discard(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Take a task that is under review out of the pipeline."""
        return self._do(task_commands.discard, REASON)

    @extend_schema(request=shapes.ReasonIn, responses=TASK)
    def put_discard(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Take a task that is under review out of the pipeline."""
        return self._do(task_commands.discard, REASON)

    @extend_schema(request=shapes.ReasonIn, responses=TASK)
    def unlock(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Open a final task for review again.

        Not once it has been exported, nor when all of its upload has been processed.
        """
        return self._do(commands.unlock, REASON)

    @extend_schema(request=shapes.ReasonIn, responses=TASK)
    def put_unlock(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Open a final task for review again."""
        return self._do(commands.unlock, REASON)

    @extend_schema(request=shapes.Nothing, responses=TASK)
    def retry(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Process a task again whose processing has failed."""
        return self._do(commands.retry_task, NOTHING)

    def _do(self, command: Callable[..., Task], shape: BaseSerializer[Any]) -> Answer:
        """Run the command for what the address names, with what `shape` reads in the body."""
        where = in_project(self.actor, self.kwargs["team_id"], self.kwargs["project_id"])
        given, task_id = parse(shape, self.request.data), self.kwargs["task_id"]
        command(actor=self.actor, task=uuid_or_404(task_id), within=where.id, **given)
        return Answer(shown(where, task_id))
