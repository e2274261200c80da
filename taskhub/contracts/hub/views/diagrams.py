"""Definitions and instances as pictures: SVG that carries its own style and nothing that runs."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any, ClassVar

from cachetools import LRUCache, cached
from django.http.response import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from taskhub.contracts import conditions
from taskhub.contracts.contract import Operation
from taskhub.contracts.hub import filters
from taskhub.contracts.hub.mapping import READ
from taskhub.contracts.hub.refusals import PROBLEM
from taskhub.contracts.hub.shapes.common import ErrorOut
from tasks.domain.errors import Conflict
from workflows import compiled, drawing, queries
from workflows.diagram.axes import Direction
from workflows.diagram.graph import Graph
from workflows.diagram.layout import TooLarge
from workflows.diagram.standalone import standalone, style
from workflows.diagram.svg import Look
from workflows.engine.state import State

from .hub import HubView, conditional, definition_of, instance_of

SVG = "image/svg+xml"
DIRECTIONS = [direction.value for direction in Direction]
QUERY = [OpenApiParameter("direction", enum=DIRECTIONS, default=Direction.RIGHT.value, description="It flows to.")]
DESCRIBED: dict[str, Any] = {
    "parameters": [*QUERY, conditions.IF_NONE_MATCH, conditions.ETAG],
    "responses": {
        (200, SVG): OpenApiTypes.STR,
        304: conditions.NOT_MODIFIED,
        (422, PROBLEM): OpenApiResponse(ErrorOut, "Too large for a picture"),
    },
}
RATE = "300/minute"
"""Drawing a large picture is the dearest thing that a reader can ask for."""
KEPT_CHARACTERS = 16_000_000


class OfDefinition(HubView):
    """`/workflow-definitions/{definition_id}/diagram`"""

    operations: ClassVar[Mapping[str, Operation]] = {"diagram": Operation("get_diagram_of_definition", READ, rate=RATE)}

    @extend_schema(**DESCRIBED)
    def diagram(self, request: Request, definition_id: str) -> HttpResponse:
        """Get the diagram of a definition, as SVG."""
        direction = _direction(request)
        row = definition_of(self.actor, definition_id)
        graph = drawing.definition_graph(compiled.of(row))
        return _answer(request, graph, Look(str(row), direction=direction), row.revision)


class OfInstance(HubView):
    """`/workflow-instances/{instance_id}/diagram`"""

    operations: ClassVar[Mapping[str, Operation]] = {"diagram": Operation("get_diagram_of_instance", READ, rate=RATE)}

    @extend_schema(**DESCRIBED)
    def diagram(self, request: Request, instance_id: str) -> HttpResponse:
        """Get the diagram of an instance, as SVG: where it stands, and which ways it has gone."""
        direction = _direction(request)
        row, _ = instance_of(self.actor, instance_id)
        definition = compiled.definition_of(row.definition_id)
        graph = drawing.instance_graph(definition, State.from_json(row.state), queries.runs(row))
        return _answer(request, graph, Look(str(row.definition), direction=direction), row.version)


def _direction(request: Request) -> Direction:
    filters.check_names(request.query_params, QUERY)
    if "direction" not in request.query_params:
        return Direction.RIGHT
    return Direction(filters.one_of(DIRECTIONS)(request.query_params, "direction"))


def _answer(request: Request, graph: Graph, look: Look, version: int) -> HttpResponse:
    answer = HttpResponse(_drawn(graph, look).encode(), content_type=SVG)
    answer.headers["Content-Security-Policy"] = _policy()
    return conditional(request, answer, version)


@cached(LRUCache(KEPT_CHARACTERS, getsizeof=len), lock=Lock())
def _drawn(graph: Graph, look: Look) -> str:
    """The picture. Graphs are values, so what was drawn once is the picture of every equal one."""
    try:
        return standalone(graph, look)
    except TooLarge as error:
        raise Conflict(str(error), code="diagram_too_large") from None


@cache
def _policy() -> str:
    """As a page of its own it may use its own style, and nothing else."""
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
