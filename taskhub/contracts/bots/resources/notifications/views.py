"""`/api/v1/notifications`: the same bell that rings on the pages."""

from collections.abc import Mapping
from typing import ClassVar

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids, paging
from taskhub.contracts.bots.mapping import EDIT, READ
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.cursors import flag
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import queries
from tasks.notifications import bell

from . import settings, shapes

CHANGE, MARK = shapes.SettingsIn(), shapes.ReadIn()
UNREAD = OpenApiParameter("unread", OpenApiTypes.BOOL, description="Only what is not read yet.")


class Notifications(BotsView):
    operations: ClassVar[Mapping[str, Operation]] = {
        "list": Operation("list_notifications", READ),
        "mark": Operation("read_notifications", EDIT),
    }

    @extend_schema(parameters=[UNREAD, *paging.PARAMETERS], responses={200: shapes.ListOut})
    def list(self, request: Request) -> Answer:
        """List what I was told, newest first."""
        rows = bell.told(self.actor, unread=flag(request.query_params, "unread"))
        window = paging.window_of(request.query_params)
        return Answer(paging.listed("notifications", rows, window, shapes.notifications) | {"unread": self._unread()})

    @extend_schema(request=shapes.ReadIn, responses={200: shapes.ReadOut})
    def mark(self, request: Request) -> Answer:
        """Mark notifications as read: those named, or all. What is not there is no error."""
        given = parse(MARK, request.data)
        named = (ids.parse("ntf", text) for text in given.get("notification_ids", ()))
        wanted = None if given["all"] else [uuid for uuid in named if uuid is not None]
        updated = bell.mark_read(actor=self.actor, deliveries=wanted)
        return Answer({"updated": updated, "unread": self._unread()})

    def _unread(self) -> int:
        return queries.total(bell.told(self.actor, unread=True))[0]


class Settings(BotsView):
    operations: ClassVar[Mapping[str, Operation]] = {
        "show": Operation("get_notification_settings", READ),
        "change": Operation("set_notification_settings", EDIT),
    }

    @extend_schema(responses={200: shapes.SettingsOut})
    def show(self, request: Request) -> Answer:
        """Get what I am told."""
        return Answer(settings.shown(bell.preferences(self.actor)))

    @extend_schema(request=shapes.SettingsIn, responses={200: shapes.SettingsOut})
    def change(self, request: Request) -> Answer:
        """Configure notifications for task events: replaces all that was chosen before."""
        bell.prefer_only(actor=self.actor, wanted=settings.wanted(parse(CHANGE, request.data)))
        return Answer(settings.shown(bell.preferences(self.actor)))


routes = [
    path("notifications", Notifications.as_view({"get": "list"})),
    path("notifications/read", Notifications.as_view({"post": "mark"})),
    path("notifications/settings", Settings.as_view({"get": "show", "put": "change"})),
]
