"""Requests to contracts go to their views at once, past what only pages need: sessions, forms, messages, htmx.

A contract knows no cookie, so none of that has anything to do there, and it would take as long as the view's own frame.
Stands in MIDDLEWARE after what every answer needs.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

from . import registry

POLICY = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Frame-Options": "DENY"}
"""Nothing in an answer is to be run or framed; a view that sends a file says so more exactly."""

Handler = Callable[[HttpRequest], HttpResponseBase]


class ContractsMiddleware:
    """Answers for the addresses of contracts, all of which have a route: unknown ones have the contract's last."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if registry.owner_of(request.path_info) is None:
            return self.get_response(request)
        found = request.resolver_match = resolve(request.path_info)
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        for name, value in POLICY.items():
            response.headers.setdefault(name, value)
        return response
