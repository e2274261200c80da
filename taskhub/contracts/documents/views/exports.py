"""`/upload/{upload_id}/export`: the results go out, as JSON or as a table."""

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from taskhub.contracts.contract import Operation
from taskhub.contracts.documents import shapes
from taskhub.contracts.documents.mapping import EDIT
from taskhub.contracts.documents.project import in_project
from taskhub.contracts.exports import exported, table
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.pagination import bad_parameter
from workflows import commands, uploads

from .uploads import uuid_of
from .view import DocumentsView

NOTHING = shapes.Nothing()
CSV, FORMATS = "text/csv", ("json", "csv")
FORMAT = OpenApiParameter("format", enum=FORMATS, description="Without it, as `Accept: text/csv` says; else JSON.")


class Export(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/upload/{upload_id}/export`"""

    operations: ClassVar[Mapping[str, Operation]] = {"export": Operation("export_upload", EDIT)}

    @extend_schema(
        request=shapes.Nothing,
        parameters=[FORMAT],
        responses={(200, "application/json"): shapes.ExportOut, (200, CSV): OpenApiTypes.STR},
    )
    def export(self, request: Request, team_id: str, project_id: str, upload_id: str) -> HttpResponse:
        """Export the data of all completed tasks of an upload.

        Each is stamped with the moment of its first export, and cannot be unlocked any more.
        """
        where, as_table = in_project(self.actor, team_id, project_id), wants_table(request)
        parse(NOTHING, request.data)
        found = commands.export(actor=self.actor, upload=uuid_of(upload_id), within=where.id)
        tasks = exported(found.rows)
        if as_table:
            headers = {"Content-Disposition": f'attachment; filename="{found.upload.uuid}.csv"'}
            return HttpResponse(table(tasks), content_type=f"{CSV}; charset=utf-8", headers=headers)
        status = uploads.progress_of([found.upload])[found.upload.pk].status
        return Answer({"upload_id": found.upload.uuid, "status": status, "tasks": tasks})


def wants_table(request: Request) -> bool:
    """Whether the answer is to be CSV. Raises Refused for a format that is none."""
    wanted = request.query_params.get("format")
    if wanted is None:
        return CSV in request.headers.get("Accept", "")
    if wanted not in FORMATS:
        raise bad_parameter("format", f"Must be one of {', '.join(FORMATS)}.")
    return bool(wanted == "csv")
