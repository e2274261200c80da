"""The API's own pages: an index of the contracts, Swagger UI for each, and the OpenAPI documents.

Everything is served from here, scripts included, under the same strict content policy as the other pages.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from . import openapi, registry
from .contract import Contract


def index(request: HttpRequest) -> HttpResponse:
    """Which contracts there are."""
    return render(request, "contracts/index.html", {"contracts": registry.contracts()})


def schema(request: HttpRequest, name: str) -> HttpResponse:
    """A contract's OpenAPI document."""
    headers = {"Cache-Control": "max-age=300"}
    return HttpResponse(openapi.text(_contract(name)), content_type="application/json", headers=headers)


class SwaggerUI(SpectacularSwaggerSplitView):
    """Swagger UI of one contract: `?script` is the script that starts it, so that the page needs no inline one."""

    template_name = "contracts/swagger.html"
    content_negotiation_class = DefaultContentNegotiation

    def get(self, request: Request, name: str) -> Response:
        contract = _contract(name)
        self.title = contract.title
        self.url = reverse("api-schema", args=[name])
        self.url_self = reverse("api-docs-of", args=[name])
        response: Response = super().get(request)
        return response


def _contract(name: str) -> Contract:
    found = registry.by_name(name)
    if found is None:
        raise Http404
    return found
