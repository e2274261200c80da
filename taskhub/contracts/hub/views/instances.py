"""`/workflow-instances`: starting, finding and seeing them, ending them on purpose and helping them on."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.access import ProjectAccess, project_access
from accounts.actor import Actor
from accounts.ids import parse_uuid
from accounts.prepared import prepared
from taskhub.contracts import conditions, cursors
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub import filters
from taskhub.contracts.hub.mapping import EXECUTE, READ
from taskhub.contracts.hub.rendering import instances as rendering
from taskhub.contracts.hub.shapes import instances as shapes
from taskhub.contracts.rows import Row
from tasks.domain.errors import NotFound
from tasks.queries import total
from workflows import commands, queries
from workflows.models import WorkflowInstance

from .hub import HubView, instance_of, whole_instance

START, CANCEL, RETRY = shapes.InstanceIn(), shapes.CancelIn(), shapes.RetryIn()
WHOLE = shapes.WholeInstanceOut
FILTERS: dict[str, tuple[str, filters.Read]] = {
    "definition": ("key", filters.text),
    "version": ("definition__version", filters.whole),
    "status": ("status", filters.one_of(shapes.STATUSES)),
    "incident": ("has_incident", cursors.flag),
    "entity_type": ("entity_type", filters.text),
    "entity_id": ("entity_id", filters.text),
    "business_key": ("business_key", filters.text),
    "project": ("project__uuid", filters.uuid),
    "started_by": ("started_by__uuid", filters.uuid),
    "started_after": ("started_at__gte", filters.moment),
    "started_before": ("started_at__lt", filters.moment),
}
LIST = [
    OpenApiParameter("definition", description="Only instances of this key, in all its versions."),
    OpenApiParameter("version", {"type": "integer", "minimum": 1}, description="Only instances of this version."),
    OpenApiParameter("status", enum=shapes.STATUSES),
    OpenApiParameter("incident", bool, description="Only those with a step that stands still, or only the others."),
    OpenApiParameter("entity_type"),
    OpenApiParameter("entity_id"),
    OpenApiParameter("business_key"),
    OpenApiParameter("project", OpenApiTypes.UUID),
    OpenApiParameter("started_by", OpenApiTypes.UUID),
    OpenApiParameter("started_after", OpenApiTypes.DATETIME, description="At this moment or later."),
    OpenApiParameter("started_before", OpenApiTypes.DATETIME),
    *cursors.parameters(),
]


class Instances(HubView):
    """`/workflow-instances`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_workflow_instances", READ),
        "start": Operation("start_workflow_instance", EXECUTE),
    }

    @extend_schema(parameters=LIST, responses={200: shapes.InstancesOut})
    def list(self, request: Request) -> Answer:
        """List the workflow instances that you may see, newest first."""
        filters.check_names(request.query_params, LIST)
        given = filters.read(request.query_params, FILTERS)
        wanted = cursors.wanted_of(request.query_params, "workflow-instances")
        after = None if wanted.after is None else wanted.after[0]
        found = _listed.part(slice(wanted.limit + 1), self.actor, given, after)
        return cursors.page(
            request._request,
            wanted,
            found,
            rendering.instances,
            place=lambda row: [row["id"]],
            count=lambda: total(queries.visible_instances(self.actor).filter(**given)),
        )

    @extend_schema(request=shapes.InstanceIn, parameters=[conditions.ETAG], responses={201: WHOLE, 200: WHOLE})
    def start(self, request: Request) -> HttpResponse:
        """Start an instance of the latest published version, or of the one that is named.

        A business key belongs to one instance of a workflow: where there is one already, it is the answer, with 200.
        """
        given = parse(START, request.data)
        started = commands.start(
            actor=self.actor,
            definition=parse_uuid(given["definition"]) or given["definition"],
            version=given.get("version"),
            project=project_of(self.actor, given.get("project")),
            entity=commands.Entity(**(given.get("entity") or {})),
            variables=given.get("variables", {}),
            business_key=given.get("business_key") or "",
        )
        row = started.instance
        answer = self.of_version(
            request, whole_instance(self.actor, row.uuid), row.version, 201 if started.is_new else 200
        )
        answer.headers["Location"] = f"{request.path}/{row.uuid}"
        return answer


@prepared
def _listed(actor: Actor, given: Mapping[str, Any], after: int | None) -> QuerySet[WorkflowInstance, Row]:
    rows = queries.visible_instances(actor).filter(**given)
    seen = rows if after is None else rows.filter(pk__lt=after)
    return seen.values(*rendering.COLUMNS)


class OneInstance(HubView):
    """`/workflow-instances/{instance_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {"retrieve": Operation("get_workflow_instance", READ)}

    @extend_schema(
        parameters=[conditions.IF_NONE_MATCH, conditions.ETAG],
        responses={200: WHOLE, 304: conditions.NOT_MODIFIED},
    )
    def retrieve(self, request: Request, instance_id: str) -> HttpResponse:
        """Get one instance with its data and its steps."""
        shown = whole_instance(self.actor, instance_id)
        return self.of_version(request, shown, shown["version"])


class Verbs(HubView):
    """`/workflow-instances/{instance_id}/{verb}`: each answers with the whole instance."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "cancel": Operation("cancel_workflow_instance", EXECUTE),
        "retry": Operation("retry_workflow_instance", EXECUTE),
    }

    @extend_schema(request=shapes.CancelIn, parameters=[conditions.IF_MATCH, conditions.ETAG], responses={200: WHOLE})
    def cancel(self, request: Request, instance_id: str) -> HttpResponse:
        """Cancel an instance and its open tasks, with all that it has started."""
        return self._do(commands.cancel, request, instance_id, **parse(CANCEL, request.data))

    @extend_schema(request=shapes.RetryIn, parameters=[conditions.IF_MATCH, conditions.ETAG], responses={200: WHOLE})
    def retry(self, request: Request, instance_id: str) -> HttpResponse:
        """Try the steps that stand still again, with corrected variables if need be."""
        return self._do(commands.retry, request, instance_id, **parse(RETRY, request.data))

    def _do(
        self, command: Callable[..., WorkflowInstance], request: Request, instance_id: str, **given: Any
    ) -> HttpResponse:
        seen, _ = instance_of(self.actor, instance_id)
        version = conditions.check_match(request._request, seen.version)
        command(actor=self.actor, instance=seen.uuid, version=version, **given)
        shown = whole_instance(self.actor, seen.uuid)
        return self.of_version(request, shown, shown["version"])


def project_of(actor: Actor, uuid: UUID | None) -> ProjectAccess | None:
    """The project that is named. Raises NotFound for one that the actor may not see."""
    if uuid is None:
        return None
    found = project_access(actor, uuid=uuid)
    if found is None:
        raise NotFound("There is no such project.", code="project_not_found")
    return found
