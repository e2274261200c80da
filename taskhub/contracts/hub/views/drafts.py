"""`/workflow-definitions/...`: checking a document, and what is done with a version as a whole."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from django.http.response import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts import conditions
from taskhub.contracts.contract import Operation
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub.mapping import EXECUTE
from taskhub.contracts.hub.rendering import definitions as rendering
from taskhub.contracts.hub.shapes import definitions as shapes
from workflows import commands
from workflows.engine.faults import InvalidDefinition
from workflows.models import WorkflowDefinition

from .hub import HubView, definition_of, whole_definition


class Validation(HubView):
    """`/workflow-definitions/validate`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "validate": Operation("validate_workflow_definition", EXECUTE),
    }

    @extend_schema(request=shapes.REQUEST, responses={200: shapes.ValidationOut})
    def validate(self, request: Request) -> Answer:
        """Say what is wrong with a definition, and save nothing."""
        try:
            found = commands.validate(actor=self.actor, document=request.data)
        except InvalidDefinition as error:
            return Answer(rendering.faulty(error))
        return Answer(rendering.sound(found))


class Verbs(HubView):
    """`/workflow-definitions/{definition_id}/{verb}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "publish": Operation("publish_workflow_definition", EXECUTE),
        "retire": Operation("retire_workflow_definition", EXECUTE),
    }

    @extend_schema(
        request=None,
        parameters=[conditions.IF_MATCH, conditions.ETAG],
        responses={200: shapes.WholeDefinitionOut},
    )
    def publish(self, request: Request, definition_id: str) -> HttpResponse:
        """Publish a draft: it never changes again, and new instances start with it."""
        return self._do(commands.publish, request, definition_id)

    @extend_schema(
        request=None,
        parameters=[conditions.IF_MATCH, conditions.ETAG],
        responses={200: shapes.WholeDefinitionOut},
    )
    def retire(self, request: Request, definition_id: str) -> HttpResponse:
        """Retire a version: no instance starts with it any more; those that run go on."""
        return self._do(commands.retire, request, definition_id)

    def _do(self, command: Callable[..., WorkflowDefinition], request: Request, definition_id: str) -> HttpResponse:
        seen = definition_of(self.actor, definition_id)
        revision = conditions.check_match(request._request, seen.revision)
        row = command(actor=self.actor, definition=seen.pk, version=revision)
        return self.of_version(request, whole_definition(self.actor, row), row.revision)
