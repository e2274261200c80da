"""`/processing`: workers outside of TaskHub fetch the work of processors, hold it under a lease, and answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from taskhub.contracts.contract import Operation
from taskhub.contracts.downloads import to_save
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub import filters
from taskhub.contracts.hub.mapping import PROCESS
from taskhub.contracts.hub.refusals import PROBLEM
from taskhub.contracts.hub.rendering import processing as rendering
from taskhub.contracts.hub.shapes import processing as shapes
from taskhub.contracts.hub.shapes.common import ErrorOut
from taskhub.contracts.ids import uuid_or_404
from workflows.processing import leases

from .hub import HubView

FETCH, EXTEND, COMPLETE, FAIL = shapes.FetchIn(), shapes.ExtendIn(), shapes.CompleteIn(), shapes.FailIn()
TOKEN = [OpenApiParameter("token", OpenApiTypes.UUID, required=True, description="The token of the lease.")]
DONE = {204: OpenApiResponse(None, "Taken over")}


class Fetch(HubView):
    """`/processing/fetch`"""

    operations: ClassVar[Mapping[str, Operation]] = {"fetch": Operation("fetch_processing", PROCESS)}

    @extend_schema(request=shapes.FetchIn, responses={200: shapes.FetchedOut})
    def fetch(self, request: Request) -> Answer:
        """Take work that is owed by processors, the oldest first. Nobody else has it while the lease runs."""
        given = parse(FETCH, request.data)
        found = leases.fetch(
            actor=self.actor,
            processors=given["processors"],
            most=given["limit"],
            lease=timedelta(seconds=given["lease"]),
            worker=given["worker"],
        )
        return Answer({"items": rendering.works(found)})


class Held(HubView):
    """`/processing/{work_id}/...`: what whoever holds the lease says, and the document they work on."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "extend": Operation("extend_processing", PROCESS),
        "complete": Operation("complete_processing", PROCESS),
        "fail": Operation("fail_processing", PROCESS),
        "file": Operation("download_document_of_processing", PROCESS),
    }

    @extend_schema(request=shapes.ExtendIn, responses={200: shapes.ExtendedOut})
    def extend(self, request: Request, work_id: str) -> Answer:
        """Hold the work for longer: 409 `lease_lost` once somebody else may have it."""
        given = parse(EXTEND, request.data)
        lease = timedelta(seconds=given["lease"])
        until = leases.extend(actor=self.actor, work=work_of(work_id), token=given["token"], lease=lease)
        return Answer({"lease_until": until})

    @extend_schema(request=shapes.CompleteIn, responses=DONE)
    def complete(self, request: Request, work_id: str) -> Answer:
        """Answer what was found. It is judged by the step's filters, fields and rules, and counts once."""
        given = parse(COMPLETE, request.data)
        leases.answer(
            actor=self.actor,
            work=work_of(work_id),
            token=given["token"],
            data=given["data"],
            issues=given["issues"],
            metadata=given["metadata"],
        )
        return Answer(status=204)

    @extend_schema(request=shapes.FailIn, responses=DONE)
    def fail(self, request: Request, work_id: str) -> Answer:
        """Say that it did not work."""
        given = parse(FAIL, request.data)
        wait = given.get("retry_in")
        leases.fail(
            actor=self.actor,
            work=work_of(work_id),
            token=given["token"],
            error=given["error"],
            retry_in=None if wait is None else timedelta(seconds=wait),
        )
        return Answer(status=204)

    @extend_schema(
        parameters=TOKEN,
        responses={(200, "*/*"): OpenApiTypes.BINARY, (409, PROBLEM): OpenApiResponse(ErrorOut, "Conflict")},
    )
    def file(self, request: Request, work_id: str) -> HttpResponseBase:
        """Get the document that the work is about, as it came in."""
        filters.check_names(request.query_params, TOKEN)
        token = filters.uuid(request.query_params, "token")
        found = leases.open_file(actor=self.actor, work=work_of(work_id), token=token)
        return to_save(found.content, found.name, found.content_type)


def work_of(text: str) -> UUID:
    """The id of work that stands in the path."""
    return uuid_or_404(text, code="work_not_found", message="There is no such work, or it is done.")
