"""Answers to what no view answers: unknown addresses, and errors before or around the views.

An address of a contract is answered in that contract's own shape and in JSON; every other one is a page.
"""

from typing import Any, NoReturn

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views import defaults
from rest_framework.request import Request

from . import registry
from .base import ContractView, answer_to
from .contract import Contract, Kind, Problem
from .problems import Refused, problem_of


class UnknownRoute(ContractView):
    """The last route of every contract: whatever the method, there is nothing here."""

    is_open = True
    contract: Contract = None  # type: ignore[assignment, misc]  # given by `unknown_route`

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refused(Kind.NO_ROUTE, "There is nothing at this address.")

    def nothing(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Named by the route, never reached."""
        raise Http404


def unknown_route(contract: Contract) -> Any:
    """The catch-all view of `contract`."""
    return UnknownRoute.as_view({"get": "nothing"}, contract=contract)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler400`."""
    return _answered(request, BadRequest()) or defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler403`."""
    return _answered(request, PermissionDenied()) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler404`."""
    return _answered(request, Http404()) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """`handler500`. The exception has been logged by the framework; nothing of it is shown."""
    contract = registry.owner_of(request.path)
    if contract is None:
        return defaults.server_error(request)
    wire = contract.wire(Kind.UNEXPECTED)
    code = wire.code.format(operation=contract.operation)
    problem = Problem(wire.status, code, "Something went wrong here. It has been noted under the request's id.")
    return answer_to(problem, contract, request.path)


def _answered(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
    contract = registry.owner_of(request.path)
    if contract is None:
        return None
    return answer_to(problem_of(error, contract), contract, request.path)
