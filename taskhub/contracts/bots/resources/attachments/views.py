"""`/tasks/{task_id}/attachments`"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import EDIT, READ
from taskhub.contracts.bots.paging import PARAMETERS, window_of
from taskhub.contracts.bots.seen import task_seen
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.downloads import to_save
from taskhub.contracts.formats import Answer
from taskhub.contracts.uploads import FormParser, FormRequest, file_of
from taskhub.uploads import one_file, takes
from tasks import commands
from tasks.domain.errors import no_such_attachment
from tasks.models import Attachment
from tasks.queries import total

from . import shapes


class Attachments(BotsView):
    """`/api/v1/tasks/{task_id}/attachments`"""

    parser_classes = [FormParser]
    request_class = FormRequest
    operations: ClassVar[Mapping[str, Operation]] = {
        "upload": Operation("upload_attachment", EDIT),
        "list": Operation("list_attachments", READ),
    }

    @extend_schema(request=shapes.FORM, responses={201: shapes.AttachmentOut})
    def upload(self, request: Request, task_id: str) -> Answer:
        """Attach a file to a task."""
        uuid, given = ids.in_path("tsk", task_id), file_of(request)
        row = commands.attach(actor=self.actor, task=uuid, name=given.name or "", content=given)
        return Answer(_shown(row, task_id), 201)

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.AttachmentsOut})
    def list(self, request: Request, task_id: str) -> Answer:
        """The files of a task, oldest first."""
        window, task = window_of(request.query_params), task_seen(self.actor, task_id)
        rows = Attachment.objects.filter(task_id=task).order_by("id")
        shown = [_shown(row, task_id) for row in window.of(rows)]
        return Answer({"attachments": shown, "total": total(rows)[0]})


class OneAttachment(BotsView):
    """`/api/v1/tasks/{task_id}/attachments/{attachment_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {"download": Operation("download_attachment", READ)}

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    def download(self, request: Request, task_id: str, attachment_id: str) -> HttpResponseBase:
        """The file itself, to be saved, whatever it is."""
        task = task_seen(self.actor, task_id)
        row = Attachment.objects.filter(task_id=task, uuid=ids.in_path("att", attachment_id)).first()
        if row is None or not row.file:
            raise no_such_attachment()
        try:
            content = row.file.open("rb")
        except FileNotFoundError:
            raise no_such_attachment() from None
        return to_save(content, row.name, row.content_type)


def _shown(row: Attachment, task_id: str) -> dict[str, Any]:
    return {
        "attachment_id": ids.public("att", row.uuid),
        "task_id": task_id,
        "filename": row.name,
        "size_bytes": row.size,
        "mime_type": row.content_type,
        "uploaded_at": row.created_at,
    }


routes = [
    path(
        "tasks/<str:task_id>/attachments",
        takes(one_file)(Attachments.as_view({"get": "list", "post": "upload"})),
    ),
    path("tasks/<str:task_id>/attachments/<str:attachment_id>", OneAttachment.as_view({"get": "download"})),
]
