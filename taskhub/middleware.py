"""What requests pass through besides Django's own: the id of each, and the policy for what its answer may load.

The id is in every log line of a request and on its answer, so that one id links all of them. It stands first in
MIDDLEWARE: also an answer made by another middleware bears it, and health probes need nothing else.
"""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from csp.constants import HEADER as POLICY
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

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


class ContentPolicyMiddleware(CSPMiddleware):
    """The policy of an answer that asks for none of its own is always the same one, and is put together once."""

    def __init__(self, get_response: Handler) -> None:
        super().__init__(get_response)
        self._usual = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(name.startswith("_csp") for name in (*vars(response), *vars(request))):
            return super().process_response(request, response)
        response.headers.setdefault(POLICY, self._usual)
        return response


def chosen_id(given: str) -> str:
    """The caller's id when it is a plain token, else a new one."""
    return given if SAFE.fullmatch(given) else uuid4().hex
