"""Requests to contracts go past what only pages need, and their answers bear what every answer needs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from taskhub.contracts.testing import Caller

OURS = "/v1/tasks", "/api/v1/tasks", "/api/hub/v1/nothing-here"


@pytest.mark.parametrize("path", OURS)
def test_an_answer_is_not_to_be_run_framed_or_guessed_at(ana_calls: Caller, path: str) -> None:
    headers = ana_calls.get(path).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-Id"]
    assert int(headers["Content-Length"])


@pytest.mark.parametrize("path", OURS[:2])
def test_a_session_opens_no_contract_and_is_not_looked_up(client: Client, ana: User, path: str) -> None:
    client.force_login(ana)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert response.status_code == 401
    assert "django_session" not in str(asked.captured_queries)
    assert "Set-Cookie" not in response.headers


def test_a_page_has_its_session_and_its_form_its_token(client: Client, ana: User) -> None:
    client.force_login(ana)
    page = client.get("/inbox/")
    assert (page.status_code, page.context["user"]) == (200, ana)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/signin/", {"username": "ana", "password": "x"}).status_code == 403


def test_another_host_is_refused_in_the_words_of_the_contract(ana_calls: Caller) -> None:
    response = ana_calls.client.get("/api/v1/tasks", headers={**ana_calls.shown, "Host": "elsewhere.example.com"})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/json"
