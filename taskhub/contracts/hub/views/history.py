"""`/workflow-instances/{instance_id}/steps` and `/history`: all visits, and all that happened, in pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts import cursors
from taskhub.contracts.contract import Operation
from taskhub.contracts.cursors import Place
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub import filters
from taskhub.contracts.hub.mapping import READ
from taskhub.contracts.hub.rendering import history as told
from taskhub.contracts.hub.rendering import instances as rendering
from taskhub.contracts.hub.shapes import instances as shapes
from workflows import history, queries

from .hub import HubView, instance_of

STEPS, HISTORY = cursors.parameters(), cursors.parameters(counted=False)


class Steps(HubView):
    """`/workflow-instances/{instance_id}/steps`"""

    operations: ClassVar[Mapping[str, Operation]] = {"list": Operation("list_steps_of_instance", READ)}

    @extend_schema(parameters=STEPS, responses={200: shapes.StepsOut})
    def list(self, request: Request, instance_id: str) -> Answer:
        """List the visits of an instance's steps, newest first."""
        filters.check_names(request.query_params, STEPS)
        instance, _ = instance_of(self.actor, instance_id)
        return cursors.page_of_rows(request._request, queries.visits(instance), "steps", rendering.steps)


class History(HubView):
    """`/workflow-instances/{instance_id}/history`"""

    operations: ClassVar[Mapping[str, Operation]] = {"list": Operation("list_history_of_instance", READ)}

    @extend_schema(parameters=HISTORY, responses={200: shapes.HistoryOut})
    def list(self, request: Request, instance_id: str) -> Answer:
        """List what happened to an instance, its steps and their tasks, oldest first."""
        filters.check_names(request.query_params, HISTORY)
        wanted = cursors.wanted_of(request.query_params, "history")
        instance, _ = instance_of(self.actor, instance_id)
        found = history.story(instance, after=_place(wanted.after), limit=wanted.limit + 1)
        return cursors.page(request._request, wanted, found, told.happenings, place=_plain)


def _plain(happening: history.Happening) -> Place:
    """Its place as JSON has it."""
    return [happening.at.isoformat(), *happening.place[1:]]


def _place(plain: Sequence[object] | None) -> history.Place | None:
    if plain is None:
        return None
    at, part, run, part_of_run, row = plain
    return datetime.fromisoformat(str(at)), int(str(part)), int(str(run)), int(str(part_of_run)), int(str(row))
