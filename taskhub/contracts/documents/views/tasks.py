"""`/task/{task_id}` and `/tasks`: what the pipeline made of the documents."""

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from taskhub.contracts import pagination
from taskhub.contracts.contract import Operation
from taskhub.contracts.documents import filters, rendering, shapes
from taskhub.contracts.documents.mapping import READ, STATUSES
from taskhub.contracts.documents.project import in_project
from taskhub.contracts.formats import Answer

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
        wanted = where.tasks().filter(filters.conditions(request.query_params))
        found = pagination.found_on(page, wanted, rendering.COLUMNS)
        last = found.rows[-1]["id"] if found.rows else None
        headers = pagination.headers(request._request, page, found.total, last_id=last, has_more=found.has_more)
        body = {
            "tasks": rendering.tasks(found.rows, where),
            "total": found.total.count,
            "next": last if found.has_more else None,
        }
        return Answer(body, headers=headers)


class OneTask(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/task/{task_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {"retrieve": Operation("get_task", READ)}

    @extend_schema(responses={200: shapes.TaskOut})
    def retrieve(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Get one task."""
        return Answer(shown(in_project(self.actor, team_id, project_id), task_id))
