"""`/upload`: files come in, and each goes through the project's pipeline."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts import pagination
from taskhub.contracts.contract import Operation
from taskhub.contracts.documents import rendering, shapes
from taskhub.contracts.documents.mapping import EDIT, READ
from taskhub.contracts.documents.project import InProject, in_project
from taskhub.contracts.formats import Answer
from taskhub.contracts.ids import uuid_or_404
from taskhub.contracts.uploads import FormParser, FormRequest, files_of
from workflows import commands, uploads
from workflows.models import DocumentTask

from .view import DocumentsView

DEFAULT_LIMIT, MOST, MOST_TASKS = 100, 1000, 100
LIST = pagination.parameters(default=DEFAULT_LIMIT, most=MOST)


class BringingView(DocumentsView):
    """An address that takes files."""

    parser_classes = [FormParser]
    request_class = FormRequest

    def brought(self, request: Request, where: InProject, into: UUID | None) -> Answer:
        """Keep the files of the form, and answer with the tasks that were made of them."""
        files = [commands.NewFile(file.name or "", file) for file in files_of(request)]
        made = commands.upload(actor=self.actor, access=where.whole(), files=files, into=into)
        row, own = made.upload, DocumentTask.objects.filter(document__in=made.documents)
        status, tasks = uploads.progress_of([row])[row.pk].status, rendering.briefly(of_documents(own))
        body = {"upload_id": row.uuid, "status": status, "tasks": tasks}
        return Answer(body, 201, {"Location": address_of(where, row.uuid)})


class Uploads(BringingView):
    """`/v2/{team_id}/project/{project_id}/upload`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_uploads", READ),
        "upload": Operation("upload_documents", EDIT),
    }

    @extend_schema(parameters=LIST, responses={200: shapes.UploadsOut})
    def list(self, request: Request, team_id: str, project_id: str) -> Answer:
        """List the uploads of a project, newest first."""
        where = in_project(self.actor, team_id, project_id)
        page = pagination.page_of(request.query_params, default=DEFAULT_LIMIT, most=MOST)
        rows = uploads.uploads(self.actor, where.whole())
        rows = rows if page.after is None else rows.filter(pk__lt=page.after)
        found = [*rows[page.offset : page.offset + page.limit + 1]]
        shown, has_more = found[: page.limit], len(found) > page.limit
        told = rendering.uploads(shown, uploads.progress_of(shown), where)
        return Answer({"uploads": told, "next": shown[-1].pk if has_more else None})

    @extend_schema(request=shapes.FILES, responses={201: shapes.UploadedOut})
    def upload(self, request: Request, team_id: str, project_id: str) -> Answer:
        """Bring 1 to 100 files as one upload: each goes through the project's pipeline."""
        return self.brought(request, in_project(self.actor, team_id, project_id), None)


class OneUpload(BringingView):
    """`/v2/{team_id}/project/{project_id}/upload/{upload_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_upload", READ),
        "add": Operation("add_documents", EDIT),
    }

    @extend_schema(responses={200: shapes.WholeUploadOut})
    def retrieve(self, request: Request, team_id: str, project_id: str, upload_id: str) -> Answer:
        """Get one upload: its status, and how its tasks stand."""
        where = in_project(self.actor, team_id, project_id)
        row = uploads.upload(self.actor, uuid_of(upload_id), within=where.id)
        [told] = rendering.uploads([row], uploads.progress_of([row]), where)
        tasks = of_documents(DocumentTask.objects.filter(upload=row))[:MOST_TASKS]
        return Answer({**told, "tasks": rendering.briefly(tasks)})

    @extend_schema(request=shapes.FILES, responses={201: shapes.UploadedOut})
    def add(self, request: Request, team_id: str, project_id: str, upload_id: str) -> Answer:
        """Add 1 to 100 files to an upload, which has 10,000 at most."""
        where = in_project(self.actor, team_id, project_id)
        return self.brought(request, where, uuid_of(upload_id))


def uuid_of(text: str) -> UUID:
    """The id of an upload that stands in the path."""
    return uuid_or_404(text, code="upload_not_found", message="There is no such upload.")


def of_documents(rows: QuerySet[DocumentTask]) -> QuerySet[DocumentTask, dict[str, Any]]:
    """Tasks of documents in brief, in the order in which they were made."""
    return rows.order_by("task_id").values(*rendering.BRIEF)


def address_of(where: InProject, upload: UUID) -> str:
    return f"/v2/{where.team}/project/{where.uuid}/upload/{upload}"
