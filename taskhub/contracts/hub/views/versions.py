"""`/workflow-definitions/{definition_id}/versions` and `/diff`: the versions of a workflow, and what sets two apart."""

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from taskhub.contracts import cursors
from taskhub.contracts.contract import Operation
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub import filters
from taskhub.contracts.hub.mapping import READ
from taskhub.contracts.hub.rendering import definitions as rendering
from taskhub.contracts.hub.shapes import definitions as shapes
from workflows import catalog, compiled
from workflows.engine.diff import diff

from .hub import HubView, definition_of

LIST = cursors.parameters()
AGAINST = [
    OpenApiParameter(
        "against",
        {"type": "integer", "minimum": 1},
        description="The number of the version to compare with; without it, the one before.",
    )
]


class Versions(HubView):
    """`/workflow-definitions/{definition_id}/...`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_versions_of_workflow", READ),
        "diff": Operation("diff_versions_of_workflow", READ),
    }

    @extend_schema(parameters=LIST, responses={200: shapes.DefinitionsOut})
    def list(self, request: Request, definition_id: str) -> Answer:
        """List all versions of the workflow that this is one of, newest first."""
        filters.check_names(request.query_params, LIST)
        rows = catalog.versions(self.actor, definition_of(self.actor, definition_id).key)
        return cursors.page_of_rows(request._request, rows, "workflow-versions", rendering.definitions, by="version")

    @extend_schema(parameters=AGAINST, responses={200: shapes.DiffOut})
    def diff(self, request: Request, definition_id: str) -> Answer:
        """Say what has changed from another version to this one."""
        query = request.query_params
        filters.check_names(query, AGAINST)
        new = definition_of(self.actor, definition_id)
        number = filters.whole(query, "against") if "against" in query else new.version - 1
        old = catalog.version(self.actor, new.key, number)
        return Answer(rendering.diff(old, new, diff(compiled.of(old), compiled.of(new))))
