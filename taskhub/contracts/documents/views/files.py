"""`/task/{task_id}/file`: the document itself."""

from collections.abc import Mapping
from typing import ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.contract import Operation
from taskhub.contracts.documents.mapping import READ
from taskhub.contracts.documents.project import in_project
from taskhub.contracts.downloads import to_save
from tasks.domain.errors import NotFound
from workflows.models import Document
from workflows.uploads import open_file

from .view import DocumentsView, row_of


class File(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/task/{task_id}/file`"""

    operations: ClassVar[Mapping[str, Operation]] = {"download": Operation("download_document", READ)}

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    def download(self, request: Request, team_id: str, project_id: str, task_id: str) -> HttpResponseBase:
        """The document of a task, to be saved, whatever it is."""
        task = row_of(in_project(self.actor, team_id, project_id), task_id)
        document = Document.objects.filter(tasks__task_id=task["id"]).first()
        if document is None:
            raise NotFound("This task has no document.", code="file_not_found")
        found = open_file(self.actor, document)
        return to_save(found.content, found.name, found.content_type)
