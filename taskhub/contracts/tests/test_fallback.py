"""Errors outside of any view: JSON in the contract's shape below its addresses, pages elsewhere."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import User
from taskhub.contracts import fallback
from taskhub.contracts.base import ContractView
from taskhub.contracts.testing import Caller

SHAPES = {
    "/v1/customers/nothing": {"code", "message"},
    "/v1/customers": {"code", "message"},
    "/v1/tasks/a/b": {"detail"},
    "/v1/nothing": {"detail"},
    "/v1": {"detail"},
    "/api/v1/nothing": {"error", "message"},
    "/apidev/v1/nothing": {"success", "error", "meta"},
    "/apidev/v1": {"success", "error", "meta"},
    "/v1/customers/a%0Ab": {"code", "message"},
    "/api/hub/v1/nothing": {"type", "title", "status", "detail", "instance", "code", "errors"},
    "/api/hub/v1": {"type", "title", "status", "detail", "instance", "code", "errors"},
}


def media_type(path: str) -> str:
    """Of the errors at that address."""
    return "application/problem+json" if path.startswith("/api/hub/") else "application/json"


@pytest.mark.parametrize(("path", "keys"), SHAPES.items())
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "TRACE"])
def test_an_unknown_address_is_answered_by_its_contract(path: str, keys: set[str], method: str) -> None:
    response = Client().generic(method, path)
    assert (response.status_code, response.headers["Content-Type"]) == (404, media_type(path))
    assert response.json().keys() == keys


def test_an_unknown_address_elsewhere_is_a_page(client: Client) -> None:
    response = client.get("/nothing/here")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(("path", "keys"), SHAPES.items())
def test_an_accident_around_the_views_is_answered_by_the_contract(path: str, keys: set[str]) -> None:
    response = fallback.server_error(RequestFactory().get(path))
    assert (response.status_code, response.headers["Content-Type"]) == (500, media_type(path))


def test_an_accident_elsewhere_is_a_page() -> None:
    response = fallback.server_error(RequestFactory().get("/inbox"))
    assert (response.status_code, response.headers["Content-Type"]) == (500, "text/html; charset=utf-8")


@pytest.mark.parametrize("handler", [fallback.bad_request, fallback.forbidden, fallback.not_found])
def test_the_other_handlers_speak_the_contracts_language(handler: Any) -> None:
    request: HttpRequest = RequestFactory().get("/v1/customers/x")
    assert handler(request, Exception("secret")).headers["Content-Type"] == "application/json"


def test_an_accident_inside_the_base_is_answered_too(ana_calls: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(ContractView, "check_scope", explode)
    response = ana_calls.get("/v1/tasks")
    assert (response.status_code, "secret" in response.text) == (500, False)


def test_no_cache_on_the_way_keeps_an_answer(ana_calls: Caller) -> None:
    assert ana_calls.get("/v1/tasks").headers["Cache-Control"] == "no-store"


def test_a_head_request_has_the_headers_and_no_body(ana_calls: Caller, ana: User) -> None:
    response = ana_calls.call("HEAD", "/v1/tasks")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-Total-Count"] == "0"
