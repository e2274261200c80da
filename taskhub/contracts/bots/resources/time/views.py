"""`/tasks/{task_id}/time`"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Count, Sum
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import EDIT, READ
from taskhub.contracts.bots.paging import PARAMETERS, window_of
from taskhub.contracts.bots.people import person
from taskhub.contracts.bots.seen import task_seen
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import commands
from tasks.models import TimeEntry

from . import shapes

ADD = shapes.TimeIn()


class Time(BotsView):
    """`/api/v1/tasks/{task_id}/time`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "add": Operation("add_time", EDIT),
        "list": Operation("list_time", READ),
    }

    @extend_schema(request=shapes.TimeIn, responses={201: shapes.TimeAddedOut})
    def add(self, request: Request, task_id: str) -> Answer:
        """Add minutes to the time spent."""
        given, uuid = parse(ADD, request.data), ids.in_path("tsk", task_id)
        row = commands.log_time(actor=self.actor, task=uuid, minutes=given["minutes"], note=given["note"] or "")
        all_of_it = TimeEntry.objects.filter(task_id=row.task_id).aggregate(sum=Sum("minutes"))["sum"]
        by = person(self.actor.username, self.actor.name)
        return Answer({"task_id": task_id, "time_spent_minutes": all_of_it, **_shown(row, by)}, 201)

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.TimeOut})
    def list(self, request: Request, task_id: str) -> Answer:
        """The time that was spent, oldest first."""
        window, task = window_of(request.query_params), task_seen(self.actor, task_id)
        rows = TimeEntry.objects.filter(task_id=task).select_related("user").order_by("id")
        shown = [_shown(row, person(row.user.username, row.user.name) if row.user else None) for row in window.of(rows)]
        whole = rows.order_by().aggregate(count=Count("pk"), sum=Sum("minutes"))
        return Answer({"entries": shown, "total": whole["count"], "time_spent_minutes": whole["sum"] or 0})


def _shown(row: TimeEntry, by: dict[str, str] | None) -> dict[str, Any]:
    return {"minutes": row.minutes, "note": row.note, "user": by, "at": row.at}


routes = [path("tasks/<str:task_id>/time", Time.as_view({"get": "list", "post": "add"}))]
