"""`/api/v1/scripts`"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub import basic
from taskhub.contracts.bots.mapping import CREATES, EDIT
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer

from . import shapes

RUN = shapes.ScriptIn()


class Scripts(BotsView):
    operations: ClassVar[Mapping[str, Operation]] = {
        "run": Operation("run_script", EDIT, rate=CREATES, window="create_task"),
    }

    @extend_schema(request=shapes.ScriptIn, responses={200: shapes.ScriptOut})
    def run(self, request: Request) -> Answer:
        """Run a BASIC script: all of it, or nothing.

        A script that cannot be read or cannot go on is 400 `script_error`, with `line` and `column` beside the message.
        """
        given = parse(RUN, request.data)
        try:
            finished = basic.run(self.actor, given["script"], given["variables"])
        except basic.ScriptError as error:
            where = {"line": error.line, "column": error.column}
            return Answer({"error": "script_error", "message": error.message} | where, 400)
        return Answer(asdict(finished))


routes = [path("scripts", Scripts.as_view({"post": "run"}))]
