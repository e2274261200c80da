"""`/tasks/{task_id}/watchers`"""

from collections.abc import Mapping
from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import EDIT, READ
from taskhub.contracts.bots.paging import PARAMETERS, window_of
from taskhub.contracts.bots.people import members, person
from taskhub.contracts.bots.seen import task_seen
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import commands
from tasks.models import Watcher
from tasks.queries import total

from . import shapes

ADD = shapes.WatchIn()


class Watchers(BotsView):
    """`/api/v1/tasks/{task_id}/watchers`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "add": Operation("add_watcher", EDIT),
        "list": Operation("list_watchers", READ),
    }

    @extend_schema(request=shapes.WatchIn, responses={200: shapes.WatchingOut})
    def add(self, request: Request, task_id: str) -> Answer:
        """Be told what happens to a task, or let somebody else be told."""
        uuid, name = ids.in_path("tsk", task_id), parse(ADD, request.data)["user_id"]
        user = members(self.actor, [name], "user_id")[name].uuid if name else None
        commands.watch(actor=self.actor, task=uuid, user=user)
        return Answer({"task_id": task_id, "user_id": name or self.actor.username, "watching": True})

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.WatchersOut})
    def list(self, request: Request, task_id: str) -> Answer:
        """Who is told what happens to a task."""
        window, task = window_of(request.query_params), task_seen(self.actor, task_id)
        rows = Watcher.objects.filter(task_id=task).select_related("user").order_by("id")
        shown = [person(row.user.username, row.user.name) for row in window.of(rows)]
        return Answer({"watchers": shown, "total": total(rows)[0]})


class OneWatcher(BotsView):
    """`/api/v1/tasks/{task_id}/watchers/{user_id}`"""

    operations: ClassVar[Mapping[str, Operation]] = {"remove": Operation("remove_watcher", EDIT)}

    @extend_schema(responses={200: shapes.WatchingOut})
    def remove(self, request: Request, task_id: str, user_id: str) -> Answer:
        """Let somebody be told no longer."""
        uuid = ids.in_path("tsk", task_id)
        user = None if user_id == self.actor.username else members(self.actor, [user_id], "user_id")[user_id].uuid
        commands.unwatch(actor=self.actor, task=uuid, user=user)
        return Answer({"task_id": task_id, "user_id": user_id, "watching": False})


routes = [
    path("tasks/<str:task_id>/watchers", Watchers.as_view({"get": "list", "post": "add"})),
    path("tasks/<str:task_id>/watchers/<str:user_id>", OneWatcher.as_view({"delete": "remove"})),
]
