"""The view under every endpoint of the hub contract, and what several of them read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http.response import HttpResponse
from rest_framework.request import Request

from accounts.actor import Actor
from taskhub.contracts import conditions
from taskhub.contracts.base import ContractView
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub import CONTRACT
from taskhub.contracts.hub.rendering import definitions, instances
from taskhub.contracts.ids import uuid_or_404
from tasks.queries import total
from workflows import catalog, compiled, queries
from workflows.engine.progress import progress
from workflows.engine.state import State
from workflows.models import WorkflowDefinition, WorkflowInstance
from workflows.policy import RULES, Standing, refusal


class HubView(ContractView):
    contract = CONTRACT

    def of_version(self, request: Request, shown: object, version: int, status: int = 200) -> HttpResponse:
        """`shown` under the ETag of that version of its row; 304 for those who have it."""
        return conditional(request, Answer(shown, status), version)


def conditional(request: Request, answer: HttpResponse, version: int) -> HttpResponse:
    """The same of an answer that is made."""
    if request.method in ("GET", "HEAD"):
        return conditions.read(request._request, answer, version)
    return conditions.tagged(answer, version)


def definition_of(actor: Actor, text: str) -> WorkflowDefinition:
    """The version whose id stands in the path. One query."""
    uuid = uuid_or_404(text, code="workflow_not_found", message="There is no such workflow.")
    return catalog.definition(actor, uuid)


def instance_of(actor: Actor, text: str | UUID) -> tuple[WorkflowInstance, Standing]:
    """The instance whose id stands in the path, and what the actor is to it."""
    uuid = uuid_or_404(text, code="instance_not_found", message="There is no such workflow instance.")
    return queries.instance(actor, uuid)


def whole_instance(actor: Actor, text: str | UUID) -> dict[str, Any]:
    """An instance as its own address shows it. Three queries, whatever it has gone through."""
    row, standing = instance_of(actor, text)
    definition, state = compiled.definition_of(row.definition_id), State.from_json(row.state)
    allowed = [verb for verb in RULES if refusal(standing, verb) is None]
    return instances.whole(row, state, progress(definition, state), queries.runs(row), allowed)


def whole_definition(actor: Actor, row: WorkflowDefinition) -> Mapping[str, Any]:
    """A version as its own address shows it."""
    running = WorkflowInstance.Status.RUNNING
    own = queries.visible_instances(actor).filter(definition_id=row.pk, status=running)
    return definitions.whole(row, total(own)[0])
