"""`/task/{task_id}/report` and `/reports`: what is wrong with a task, kept and told to the project's system."""

from collections.abc import Mapping
from typing import ClassVar

import orjson
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from taskhub.contracts.contract import Operation
from taskhub.contracts.documents import rendering, shapes
from taskhub.contracts.documents.mapping import EDIT, READ
from taskhub.contracts.documents.project import in_project
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.idempotency import REPLAYED
from taskhub.contracts.ids import uuid_or_404
from tasks import commands
from tasks.models import Report
from tasks.reports.forward import forward

from .view import DocumentsView, row_of

REPORT = shapes.ReportIn()
MOST = 100
MULTI_STATUS = 207
PATIENCE = 5.0
"""Seconds for which whoever reports waits for the project's own system."""


class Reporting(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/task/{task_id}/report`"""

    operations: ClassVar[Mapping[str, Operation]] = {"report": Operation("report_task", EDIT)}

    @extend_schema(
        request=shapes.ReportIn,
        responses={201: shapes.ReportedOut, 207: OpenApiResponse(shapes.PartlyReportedOut, "Multi-Status")},
    )
    def report(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """Report an issue with a task, whatever its state.

        207: the report is kept, but the project's own system could not be told yet; that is tried again until it can.
        """
        where, given = in_project(self.actor, team_id, project_id), parse(REPORT, request.data)
        made = commands.report(actor=self.actor, task=uuid_or_404(task_id), within=where.id, **given)
        return Answer({"report_id": made.uuid}, 201)

    def act(self, request: Request) -> HttpResponseBase:
        """The report is committed, with its Idempotency-Key if there is one, before anything leaves TaskHub."""
        answer = super().act(request)
        row = Report.objects.get(uuid=orjson.loads(answer.content)["report_id"])  # type: ignore[attr-defined]
        again = {name: answer.headers[name] for name in (REPLAYED,) if name in answer.headers}
        if row.state == Report.State.OWED and not again:
            row = forward(row.pk, seconds=PATIENCE)
        is_missed = row.state in (Report.State.OWED, Report.State.GIVEN_UP)
        body = rendering.reported(row) | (rendering.parts(row) if is_missed else {})
        return Answer(body, MULTI_STATUS if is_missed else 201, again)


class Reports(DocumentsView):
    """`/v2/{team_id}/project/{project_id}/task/{task_id}/reports`"""

    operations: ClassVar[Mapping[str, Operation]] = {"list": Operation("list_reports", READ)}

    @extend_schema(responses={200: shapes.ReportsOut})
    def list(self, request: Request, team_id: str, project_id: str, task_id: str) -> Answer:
        """List the reports of a task, newest first."""
        task = row_of(in_project(self.actor, team_id, project_id), task_id)
        rows = Report.objects.filter(task_id=task["id"]).order_by("-id")[:MOST]
        return Answer({"reports": rendering.reports(rows, task["uuid"])})
