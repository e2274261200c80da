"""A request id on every request, in every log line of it and on every answer, so that one id links all of them.

Stands first in MIDDLEWARE: also an answer made by another middleware bears the id, and health probes need nothing else.
"""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

from .health import PROBES

HEADER = "X-Request-Id"
SAFE = re.compile(r"[A-Za-z0-9._~+/=:@-]{1,128}", re.ASCII)
"""What a caller may choose as an id. Anything else could forge a log line or a header, and is replaced."""

Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Takes or makes the id, binds it to the log context and sets it on the answer. Answers the health probes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = chosen_id(request.headers.get(HEADER, ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = PROBES.get(request.path, self.get_response)(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response[HEADER] = request_id
        return response


def chosen_id(given: str) -> str:
    """The caller's id when it is a plain token, else a new one."""
    return given if SAFE.fullmatch(given) else uuid4().hex
