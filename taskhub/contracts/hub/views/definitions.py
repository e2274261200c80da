"""`/workflow-definitions`: what there is, and one version of it. Verbs and checks of drafts: `drafts.py`."""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.http.response import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.actor import Actor
from taskhub.contracts import conditions, cursors
from taskhub.contracts.contract import Operation
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub import filters
from taskhub.contracts.hub.mapping import EXECUTE, READ
from taskhub.contracts.hub.refusals import PROBLEM
from taskhub.contracts.hub.rendering import definitions as rendering
from taskhub.contracts.hub.shapes import definitions as shapes
from taskhub.contracts.hub.shapes.common import ErrorOut
from tasks.domain.errors import Conflict, StaleVersion
from workflows import catalog, commands
from workflows.models import WorkflowDefinition

from .hub import HubView, definition_of, whole_definition

FILTERS: dict[str, tuple[str, filters.Read]] = {
    "key": ("key", filters.text),
    "status": ("status", filters.one_of(shapes.STATUSES)),
}
LIST = [
    OpenApiParameter("key", description="Only versions of this key."),
    OpenApiParameter("status", enum=shapes.STATUSES),
    OpenApiParameter("q", description="Only those with this text in name or key."),
    OpenApiParameter("versions", enum=shapes.VERSIONS, default="latest", description="Of each key the latest, or all."),
    *cursors.parameters(),
]
WHOLE = shapes.WholeDefinitionOut


class Definitions(HubView):
    """`/workflow-definitions`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_workflow_definitions", READ),
        "create": Operation("create_workflow_definition", EXECUTE),
    }

    @extend_schema(parameters=LIST, responses={200: shapes.DefinitionsOut})
    def list(self, request: Request) -> Answer:
        """List workflow definitions, newest first.

        Of each key it is the latest version that fits the other filters. Drafts are shown to managers.
        """
        filters.check_names(request.query_params, LIST)
        rows = wanted(self.actor, request.query_params)
        return cursors.page_of_rows(request._request, rows, "workflow-definitions", rendering.definitions)

    @extend_schema(request=shapes.REQUEST, parameters=[conditions.ETAG], responses={201: WHOLE})
    def create(self, request: Request) -> HttpResponse:
        """Create a draft: the first version of a key, or the one after the last that was published."""
        try:
            row = commands.save_draft(actor=self.actor, document=request.data, version=0)
        except StaleVersion:
            raise Conflict("There is a draft of this workflow already.", code="draft_exists") from None
        answer = self.of_version(request, whole_definition(self.actor, row), row.revision, 201)
        answer.headers["Location"] = f"{request.path}/{row.uuid}"
        return answer


class OneDefinition(HubView):
    """`/workflow-definitions/{definition_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "retrieve": Operation("get_workflow_definition", READ),
        "change": Operation("change_workflow_definition", EXECUTE),
        "discard": Operation("discard_workflow_definition", EXECUTE),
    }

    @extend_schema(
        parameters=[conditions.IF_NONE_MATCH, conditions.ETAG],
        responses={200: WHOLE, 304: conditions.NOT_MODIFIED},
    )
    def retrieve(self, request: Request, definition_id: str) -> HttpResponse:
        """Get one version with its document."""
        row = definition_of(self.actor, definition_id)
        return self.of_version(request, whole_definition(self.actor, row), row.revision)

    @extend_schema(
        request=shapes.REQUEST,
        parameters=[conditions.IF_MATCH_REQUIRED, conditions.ETAG],
        responses={200: WHOLE, (428, PROBLEM): OpenApiResponse(ErrorOut, "Precondition Required")},
    )
    def change(self, request: Request, definition_id: str) -> HttpResponse:
        """Replace the document of a draft."""
        seen = definition_of(self.actor, definition_id)
        revision = conditions.check_match(request._request, seen.revision, required=True)
        row = commands.change_draft(actor=self.actor, definition=seen.pk, document=request.data, version=revision)
        return self.of_version(request, whole_definition(self.actor, row), row.revision)

    @extend_schema(parameters=[conditions.IF_MATCH], responses={204: OpenApiResponse(None, "Discarded")})
    def discard(self, request: Request, definition_id: str) -> HttpResponse:
        """Discard a draft."""
        seen = definition_of(self.actor, definition_id)
        revision = conditions.check_match(request._request, seen.revision)
        commands.discard(actor=self.actor, definition=seen.pk, version=revision)
        return Answer(status=204)


def wanted(actor: Actor, query: QueryDict) -> QuerySet[WorkflowDefinition]:
    """The versions that a list is asked for."""
    rows = catalog.visible_definitions(actor).filter(**filters.read(query, FILTERS))
    if "q" in query:
        words = filters.text(query, "q")
        rows = rows.filter(Q(name__icontains=words) | Q(key__icontains=words))
    shown = filters.one_of(shapes.VERSIONS)(query, "versions") if "versions" in query else "latest"
    return rows if shown == "all" else catalog.newest_of(rows)
