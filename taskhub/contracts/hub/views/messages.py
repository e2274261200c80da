"""Messages to instances: to one of them, or to all that wait for it."""

from collections.abc import Mapping
from typing import ClassVar

from django.http.response import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts import conditions
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.hub.mapping import EXECUTE
from taskhub.contracts.hub.shapes import instances as shapes
from workflows import commands

from .hub import HubView, instance_of, whole_instance

ONE, ALL = shapes.MessageIn(), shapes.BroadcastIn()


class ToOne(HubView):
    """`/workflow-instances/{instance_id}/messages`"""

    operations: ClassVar[Mapping[str, Operation]] = {"send": Operation("send_message_to_instance", EXECUTE)}

    @extend_schema(request=shapes.MessageIn, parameters=[conditions.ETAG], responses={200: shapes.WholeInstanceOut})
    def send(self, request: Request, instance_id: str) -> HttpResponse:
        """Give an instance a message that one of its steps waits for."""
        given = parse(ONE, request.data)
        seen, _ = instance_of(self.actor, instance_id)
        commands.send_message(actor=self.actor, instance=seen.uuid, **given)
        shown = whole_instance(self.actor, seen.uuid)
        return self.of_version(request, shown, shown["version"])


class ToAll(HubView):
    """`/workflow-messages`"""

    operations: ClassVar[Mapping[str, Operation]] = {"send": Operation("send_message", EXECUTE)}

    @extend_schema(request=shapes.BroadcastIn, responses={200: shapes.ReachedOut})
    def send(self, request: Request) -> Answer:
        """Give a message to every instance that waits for it with this correlation. It is not kept for later."""
        reached = commands.send_message(actor=self.actor, **parse(ALL, request.data))
        return Answer({"instances": [instance.uuid for instance in reached]})
