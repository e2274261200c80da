"""`/task/{task_id}` and `/tasks`: what the pipeline made of the documents."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.actor import Actor
from taskhub.contracts import pagination
from taskhub.contracts.contract import Operation
from taskhub.contracts.documents import filters, rendering, shapes
from taskhub.contracts.documents.mapping import READ, STATUSES
from taskhub.contracts.documents.project import in_project
from taskhub.contracts.formats import Answer
from tasks import queries
from tasks.models.task import TaskQuerySet

from .view import DocumentsView, shown

DEFAULT_LIMIT, MOST = 100, 1000
LIST = [
    OpenApiParameter("status", enum=STATUSES),
    OpenApiParameter("upload_id", OpenApiTypes.UUID, description="Only tasks of this upload."),
    *pagination.parameters(default=DEFAULT_LIMIT, most=MOST),
]


class Tasks(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/tasks`"""

    operations: ClassVar[Mapping[str, Operation]] = {"list": Operation("list_tasks", READ)}

    @extend_schema(parameters=LIST, responses={200: shapes.TasksOut})
    def list(self, request: Request, team_id: str, project_id: str) -> Answer:
        """List the tasks of a project, newest first; of one upload, or of one status."""
        where = in_project(self.actor, team_id, project_id)
        page = pagination.page_of(request.query_params, default=DEFAULT_LIMIT, most=MOST)
        status, upload = filters.read(request.query_params)
        found = _listed.page(page, where.id, where.involved, upload, status=status)
        body = {
            "tasks": rendering.tasks(found.rows, where),
            "total": found.total.count,
            "next": found.rows[-1]["id"] if found.has_more else None,
        }
        return Answer(body, headers=pagination.headers(request._request, page, found))


@pagination.listed(rendering.COLUMNS)
def _listed(project_id: int, involved: Actor | None, upload: UUID | None, *, status: str) -> TaskQuerySet:
    return queries.in_project(project_id, involved).filter(filters.conditions(status, upload))


class OneTask(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/task/{task_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {"retrieve": Operation("get_task", READ)}

    @extend_schema(responses={200: shapes.TaskOut})
    def retrieve(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Get one task."""
        return Answer(shown(in_project(self.actor, team_id, project_id), task_id))
