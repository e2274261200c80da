"""Every error is a problem as RFC 9457 has it: its code for programs, its words for people, its places for both."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from taskhub.contracts import cursors
from taskhub.contracts.testing import Caller
from workflows.models import WorkflowInstance

from .conftest import BASE, DEFINITIONS, INSTANCES, MESSAGES, problem


@pytest.mark.parametrize(
    "path", [BASE, f"{BASE}/", f"{BASE}/nothing", f"{DEFINITIONS}/", f"{INSTANCES}/a/b/c", f"{BASE}2"]
)
def test_an_address_where_nothing_is(client: Client, path: str) -> None:
    response = client.get(path)
    if path == f"{BASE}2":  # not the hub's
        assert response.headers["Content-Type"].startswith("text/html")
        return
    assert problem(response, 404, "no_route")["instance"] == path


def test_the_address_of_a_problem_is_escaped(client: Client) -> None:
    body = problem(client.get(f"{BASE}/<script>alert(1)</script>%0A%C3%A9\"'"), 404, "no_route")
    assert body["instance"] == f"{BASE}/%3Cscript%3Ealert(1)%3C/script%3E%0A%C3%A9%22'"


def test_a_method_that_is_not_taken(ana_calls: Caller) -> None:
    for path, allowed in ((INSTANCES, "GET, HEAD, POST"), (MESSAGES, "POST"), (f"{INSTANCES}/x", "GET, HEAD")):
        response = ana_calls.delete(path)
        problem(response, 405, "method_not_allowed")
        assert response.headers["Allow"] == allowed


def test_no_credential_and_a_wrong_one(client: Client) -> None:
    wrong: tuple[dict[str, str], ...] = (
        {},
        {"X-API-Key": "thk_no"},
        {"Authorization": "Bearer no"},
        {"Authorization": "Basic YTpi"},
    )
    for headers in wrong:
        response = client.get(INSTANCES, headers=headers)
        problem(response, 401, "unauthenticated")
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="TaskHub"'


def test_bearer_takes_a_key_and_a_token(ana_calls: Caller, ana: User) -> None:
    sign_in = {"username": "ana", "password": "correct-horse-battery"}
    token = Client().post("/api/v1/auth/token", sign_in, content_type="application/json").json()["access"]
    for text in (token, ana_calls.key):
        response = Client().get(INSTANCES, headers={"Authorization": f"Bearer {text}"})
        assert response.status_code == 200, response.content


def test_a_body_that_cannot_be_read(ana_calls: Caller) -> None:
    problem(ana_calls.post(INSTANCES, b"{"), 400, "malformed")
    problem(ana_calls.post(INSTANCES, b'{"definition": "\\u0000"}'), 400, "malformed")
    problem(ana_calls.post(INSTANCES, b" " * (1024 * 1024 + 1)), 413, "too_large")
    problem(ana_calls.post(INSTANCES, {}, **{"Content-Type": "application/yaml"}), 415, "unsupported_media_type")


def test_a_query_that_cannot_be_meant(ana_calls: Caller) -> None:
    body = problem(ana_calls.get(f"{INSTANCES}?limit=0"), 400, "bad_query")
    assert body["errors"] == [{"in": "query", "path": "limit", "message": "Must be a whole number from 1 to 200."}]


def test_a_missing_scope_is_named(as_caller: Any, ana: User) -> None:
    body = problem(as_caller(ana, scopes=("workflow.read",)).post(INSTANCES, {}), 403, "forbidden")
    assert "workflow.execute" in body["detail"]


def test_an_idempotency_key_that_is_none(ana_calls: Caller) -> None:
    problem(ana_calls.post(INSTANCES, {}, **{"Idempotency-Key": ""}), 400, "invalid_idempotency_key")


def test_too_many_requests(ana_calls: Caller, settings: Any) -> None:
    settings.API_RATE_LIMIT = "2/minute"
    answers = [ana_calls.get(INSTANCES) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem(answers[2], 429, "throttled")
    assert int(answers[2].headers["Retry-After"]) > 0
    assert answers[2].headers["X-RateLimit-Remaining"] == "0"


def test_an_accident_tells_nothing(ana_calls: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursors, "wanted_of", lambda *_: 1 / 0)
    body = problem(ana_calls.get(INSTANCES), 500, "unexpected")
    assert "ZeroDivision" not in str(body)


def test_a_database_that_does_not_answer(ana_calls: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("secret")

    monkeypatch.setattr(cursors, "wanted_of", fail)
    response = ana_calls.get(INSTANCES)
    assert "secret" not in str(problem(response, 503, "unavailable"))
    assert response.headers["Retry-After"]


@pytest.mark.parametrize("body", [[], "text", 5, [{"definition": "one-step"}]])
def test_a_body_that_is_no_object(ana_calls: Caller, body: Any) -> None:
    found = problem(ana_calls.post(INSTANCES, body), 422, "invalid_input")
    assert [(error["path"], error["pointer"]) for error in found["errors"]] == [("", "#")]


def test_pointers_escape_what_they_must(ana_calls: Caller) -> None:
    found = problem(ana_calls.post(INSTANCES, {"a/b~c d": 1, "definition": "x"}), 422, "invalid_input")
    assert [error["pointer"] for error in found["errors"]] == ["#/a~1b~0c%20d"]


def test_a_thousand_unknown_fields_are_told_in_few_words(ana_calls: Caller) -> None:
    found = problem(ana_calls.post(INSTANCES, {f"field{n}": n for n in range(1000)}), 422, "invalid_input")
    assert len(found["errors"]) == 20


def test_a_fault_of_the_domain_is_named_too(ana_calls: Caller, running: WorkflowInstance) -> None:
    body = {"definition": running.key, "variables": {"x y": 1}}
    [error] = problem(ana_calls.post(INSTANCES, body), 422, "invalid_input")["errors"]
    assert (error["in"], error["path"], error["pointer"]) == ("body", "variables.x y", "#/variables/x%20y")
