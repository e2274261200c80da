"""`/api/v1/scripts`"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import ClassVar

from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.errors import TooManyAttempts
from taskhub import basic
from taskhub.contracts.bots.mapping import EDIT, shape
from taskhub.contracts.bots.resources.tasks.views import OneTask, Tasks
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation, Problem
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from taskhub.contracts.problems import problem_of
from taskhub.contracts.throttling import Counter

from . import shapes

RUN = shapes.ScriptIn()


LIMITED: dict[str, Operation] = {
    "create": Tasks.operations["create"],
    "change": OneTask.operations["change"],
    "complete": OneTask.operations["complete"],
    "status": OneTask.operations["retrieve"],
}
"""Kind of statement -> the request it stands for, and counts as."""


class Scripts(BotsView):
    operations: ClassVar[Mapping[str, Operation]] = {"run": Operation("run_script", EDIT)}

    @extend_schema(request=shapes.ScriptIn, responses={200: shapes.ScriptOut})
    def run(self, request: Request) -> Answer:
        """Run a BASIC script: all of it, or nothing.

        A script that cannot be read or cannot go on is 400 `script_error`, with `line` and `column` beside the message.
        Each of its statements counts as the request it stands for: one too many is 429 `rate_limit_exceeded`, likewise.
        """
        given = parse(RUN, request.data)
        limits = {kind: Counter(self.contract, operation, self.counted_as) for kind, operation in LIMITED.items()}
        return Answer(asdict(basic.run(self.actor, given["script"], given["variables"], limits)))

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        """Say where in the script it was."""
        if not isinstance(exc, basic.ScriptError):
            return super().handle_exception(exc)
        cause, problem = exc.__cause__, Problem(400, "script_error", exc.message)
        if isinstance(cause, TooManyAttempts):
            problem = problem_of(cause, self.contract)
        body = shape(problem) | {"line": exc.line, "column": exc.column}
        return Answer(body, problem.status, problem.headers)


routes = [path("scripts", Scripts.as_view({"post": "run"}))]
