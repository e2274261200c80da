"""`/tasks/{task_id}/checklist`"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import EDIT, READ
from taskhub.contracts.bots.seen import task_seen
from taskhub.contracts.bots.shapes import deleted
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import commands
from tasks.models import ChecklistItem

from . import shapes

ADD, PATCH = shapes.ItemIn(), shapes.ItemPatch()


class Checklist(BotsView):
    """`/api/v1/tasks/{task_id}/checklist`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "add": Operation("add_checklist_item", EDIT),
        "list": Operation("get_checklist", READ),
    }

    @extend_schema(request=shapes.ItemIn, responses={201: shapes.ItemOut})
    def add(self, request: Request, task_id: str) -> Answer:
        """Put one more point at the end of the list."""
        uuid, given = ids.in_path("tsk", task_id), parse(ADD, request.data)
        return Answer(_shown(commands.add_item(actor=self.actor, task=uuid, **given)), 201)

    @extend_schema(responses={200: shapes.ChecklistOut})
    def list(self, request: Request, task_id: str) -> Answer:
        """The points of a task."""
        task = task_seen(self.actor, task_id)
        items = [_shown(row) for row in ChecklistItem.objects.filter(task_id=task).select_related("done_by")]
        return Answer({"items": items, "total": len(items), "done": sum(item["done"] for item in items)})


class Item(BotsView):
    """`/api/v1/tasks/{task_id}/checklist/{item_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "change": Operation("change_checklist_item", EDIT),
        "remove": Operation("remove_checklist_item", EDIT),
    }

    @extend_schema(request=shapes.ItemPatch, responses={200: shapes.ItemOut})
    def change(self, request: Request, task_id: str, item_id: str) -> Answer:
        """Tick a point off, take that back, or word it otherwise."""
        given = parse(PATCH, request.data)
        task, item = ids.in_path("tsk", task_id), ids.in_path("itm", item_id)
        return Answer(_shown(commands.change_item(actor=self.actor, task=task, item=item, **given)))

    @extend_schema(responses={200: shapes.RemovedOut})
    def remove(self, request: Request, task_id: str, item_id: str) -> Answer:
        """Take a point off the list."""
        commands.remove_item(actor=self.actor, task=ids.in_path("tsk", task_id), item=ids.in_path("itm", item_id))
        return Answer(deleted("item", item_id))


def _shown(row: ChecklistItem) -> dict[str, Any]:
    return {
        "item_id": ids.public("itm", row.uuid),
        "text": row.text,
        "done": row.done_at is not None,
        "done_by": row.done_by.username if row.done_by else None,
        "done_at": row.done_at,
    }


routes = [
    path("tasks/<str:task_id>/checklist", Checklist.as_view({"get": "list", "post": "add"})),
    path("tasks/<str:task_id>/checklist/<str:item_id>", Item.as_view({"patch": "change", "delete": "remove"})),
]
