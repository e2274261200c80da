"""The view under every endpoint of every contract.

One way through: method, credential, limit, scope, query string; then the view's method (parse -> command or query ->
shape); at the end an answer or the contract's own error. A subclass adds only what its resource does.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from accounts.actor import Actor

from . import idempotency
from .contract import Contract, Kind, Operation, Problem
from .formats import Answer, JSONRenderer, JSONRequest, OnlyJSON, StrictJSONParser
from .problems import Refused, problem_of
from .schema import ContractSchema
from .throttling import PrincipalThrottle

METHODS = ["get", "post", "put", "patch", "delete", "head"]


class ContractView(ViewSet):
    """A resource of a contract. `operations` says of each view method what it does; all of them need a credential."""

    contract: ClassVar[Contract]
    operations: ClassVar[Mapping[str, Operation]] = {}
    is_open: ClassVar[bool] = False
    """Whether it is served without a credential, uncounted (routes that do not exist; signing in)."""

    http_method_names = METHODS
    renderer_classes = [JSONRenderer]
    parser_classes = [StrictJSONParser]
    content_negotiation_class = OnlyJSON
    throttle_classes = [PrincipalThrottle]
    metadata_class = None
    request_class: ClassVar[type[Request]] = JSONRequest
    schema = ContractSchema()

    actor: Actor
    operation: Operation
    extra_headers: dict[str, str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs = args, kwargs
        self.extra_headers = {}
        self.headers: dict[str, str] = {}
        self.operation = Operation("")
        self.request = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(self.request, *args, **kwargs)
            response = self.act(self.request)
        except Exception as error:  # noqa: BLE001  whatever it is, the client hears it in the contract's shape
            response = self.handle_exception(error)
        for name, value in self.extra_headers.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")  # X-API-Key means nothing to a cache on the way
        return response

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.action = self.action_map.get((request.method or "").lower(), "")
        return self.request_class(
            request,
            parsers=self.get_parsers(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What is asked of every request before its method runs. Raises the refusal."""
        if not self.action:
            raise Refused(
                Kind.NO_METHOD, f"This address does not take {request.method}.", headers={"Allow": self.allowed()}
            )
        self.operation = self.operations[self.action]
        check_query(request.META.get("QUERY_STRING", ""))
        if not self.is_open:
            self.actor = self.contract.authenticate(request._request)
            self.check_throttles(request)
            self.check_scope(self.operation.scope)

    @property
    def counted_as(self) -> str:
        """Whose requests are counted together."""
        return self.actor.principal

    def check_scope(self, scope: str) -> None:
        if not self.actor.may(scope):
            raise Refused(Kind.FORBIDDEN, f"This credential lacks the scope {scope}.")

    def act(self, request: Request) -> HttpResponseBase:
        """Run the view's method: once per Idempotency-Key, if the client sent one."""
        method = getattr(self, self.action)
        if self.is_open or request.method not in idempotency.METHODS:
            return method(request, *self.args, **self.kwargs)
        return idempotency.once(request, self.actor, lambda: method(request, *self.args, **self.kwargs))

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        return answer_to(problem_of(exc, self.contract, self.operation.in_codes), self.contract, self.request.path)

    def allowed(self) -> str:
        """The methods this address takes, for the Allow header."""
        return ", ".join(sorted(method.upper() for method in self.action_map))


def answer_to(problem: Problem, contract: Contract, path: str) -> Answer:
    """The response to an error at `path`; RFC 9110 wants a challenge on every 401."""
    challenge = {"WWW-Authenticate": 'Bearer realm="TaskHub"'} if problem.status == HTTPStatus.UNAUTHORIZED else {}
    body = contract.shape(replace(problem, address=escape_uri_path(path)))
    return Answer(body, problem.status, {**challenge, **problem.headers}, contract.error_type)


def check_query(text: str) -> None:
    """Refuse a query string that is not UTF-8 or has a NUL in it, whichever parameter it is in."""
    if not text:
        return
    raw = unquote_to_bytes(text.encode("latin-1", "replace"))
    try:
        raw.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Refused(Kind.BAD_QUERY, "The query string is not UTF-8.") from None
    if b"\0" in raw:
        raise Refused(Kind.BAD_QUERY, "The query string contains a NUL character.")
