"""`/triggers`"""

from collections.abc import Mapping
from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import EDIT
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from workflows import commands

from . import shapes

FIRE = shapes.FireIn()


class Triggers(BotsView):
    """`/api/v1/triggers`"""

    operations: ClassVar[Mapping[str, Operation]] = {"create": Operation("fire_trigger", EDIT)}

    @extend_schema(request=shapes.FireIn, responses={202: shapes.FiredOut})
    def create(self, request: Request) -> Answer:
        """Say that something has happened: the rules that wait for it act in a moment.

        With an Idempotency-Key a request that is sent twice sets them off once.
        """
        row = commands.fire_trigger(actor=self.actor, **parse(FIRE, request.data))
        said = {"type": row.type, "value": row.value, "created_at": row.created_at}
        return Answer({"accepted": True, "trigger_id": ids.public("trg", row.uuid), **said}, 202)


routes = [path("triggers", Triggers.as_view({"post": "create"}))]
