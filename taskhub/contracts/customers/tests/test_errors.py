"""Who is refused and how: credentials, scopes, limits, accidents. The bodies never tell more than code and message."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import ApiKey, Membership, Project, User
from taskhub.contracts.customers.mapping import ERRORS
from taskhub.contracts.testing import Caller
from tasks import commands

Make = Callable[..., dict[str, Any]]
OPERATIONS = [
    ("POST", "", "create_task"),
    ("GET", "", "list_tasks"),
    ("GET", "/{id}", "retrieve_tasks"),
    ("DELETE", "/{id}", "delete_task"),
    ("PATCH", "/{id}/perform", "perform_task"),
    ("PATCH", "/{id}/reassign", "reassign_task"),
    ("PATCH", "/{id}/cancel", "cancel_task"),
    ("PATCH", "/{id}/decline", "decline_task"),
    ("GET", "/{id}/assignees", "retrieve_tasks"),
]


def body_of(method: str, path: str, user: User) -> Any:
    shared = {"assignees": [str(user.uuid)]}
    if method == "POST":
        return {"title": "t", "category": "sign", **shared}
    return shared if path.endswith("reassign") else None


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer x"}])
def test_without_a_credential_nothing_is_answered(base: str, headers: dict[str, str]) -> None:
    response = Client().get(base, headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "tasks_m.unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_is_taken_as_bearer_too_and_never_from_the_query(ana_calls: Caller, base: str) -> None:
    key = ana_calls.key
    assert Client().get(base, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert Client().get(f"{base}?api_key={key}&X-API-Key={key}").status_code == 401


@pytest.mark.parametrize(("method", "path", "_"), OPERATIONS)
def test_a_key_without_the_scope_is_refused(
    as_caller: Any, make_task: Make, base: str, ana: User, method: str, path: str, _: str
) -> None:
    needed = "task.read" if method == "GET" else "task.edit"
    [other] = {"task.read", "task.edit"} - {needed}
    url = base + path.format(id=make_task([ana])["id"])
    response = as_caller(ana, scopes=(other,)).call(method, url, body_of(method, path, ana))
    assert (response.status_code, response.json()["code"]) == (403, "tasks_m.forbidden")
    assert needed in response.json()["message"]


def test_a_viewer_may_not_create(ana_calls: Caller, base: str, ana: User, bo: User) -> None:
    Membership.objects.filter(user=ana).update(role=1)
    response = ana_calls.post(base, body_of("POST", "", bo))
    assert (response.status_code, response.json()["code"]) == (403, "tasks_m.forbidden")


def test_a_revoked_key_opens_nothing(ana_calls: Caller, base: str, nothing_remembered: None) -> None:
    ApiKey.objects.update(revoked_at="2020-01-01T00:00:00Z")
    assert ana_calls.get(base).status_code == 401


@pytest.mark.parametrize("customer", ["elsewhere", "random", "malformed"])
@pytest.mark.parametrize(("method", "path", "_"), OPERATIONS)
def test_customers_of_others_are_not_there(
    ana_calls: Caller, make_task: Make, ana: User, elsewhere: Project, customer: str, method: str, path: str, _: str
) -> None:
    customer_id = {"elsewhere": str(elsewhere.uuid), "random": str(uuid4()), "malformed": "7"}[customer]
    url = f"/v1/customers/{customer_id}/tasks" + path.format(id=make_task([ana])["id"])
    response = ana_calls.call(method, url, body_of(method, path, ana))
    assert (response.status_code, response.json()["code"]) == (404, "tasks_m.customer_not_found")


@pytest.mark.parametrize(("method", "path", "_"), [entry for entry in OPERATIONS if "{id}" in entry[1]])
@pytest.mark.parametrize(
    "id", ["0f8fad5b-d9cb-469f-a165-70867728950e", "7", "-1", str(2**63), "9" * 5000, "\u0663", "a%2Fb", "categories"]
)
def test_unknown_and_malformed_ids_answer_alike(
    ana_calls: Caller, base: str, ana: User, method: str, path: str, _: str, id: str
) -> None:
    response = ana_calls.call(method, base + path.format(id=id), body_of(method, path, ana))
    assert response.status_code == 404
    assert response.json()["code"] in ("tasks_m.task_not_found", "tasks_m.route_not_found")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_an_accident_tells_what_failed_and_nothing_of_why(
    ana_calls: Caller,
    make_task: Make,
    base: str,
    ana: User,
    method: str,
    path: str,
    operation: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = base + path.format(id=make_task([ana])["id"])

    def explode(*_: Any, **__: Any) -> Any:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("taskhub.contracts.customers.views.customer", explode)
    response = ana_calls.call(method, url, body_of(method, path, ana))
    assert (response.status_code, response.json()["code"]) == (500, f"tasks_m.failed_to_{operation}")
    assert "secret" not in response.text
    assert response.json().keys() == {"code", "message"}
    assert "RuntimeError" in caplog.text


DOCUMENTED = """
    task_not_found customer_not_found assignees_not_found assignee_not_found persona_not_found
    ineligible_to_perform_task
    task_already_exists invalid_task_data invalid_category failed_to_create_task failed_to_update_task
    failed_to_delete_task failed_to_cancel_task failed_to_list_tasks failed_to_perform_task failed_to_reassign_task
    failed_to_decline_task failed_to_retrieve_tasks
"""


def test_every_documented_code_can_occur_and_all_others_are_spelled_alike() -> None:
    known = {wire.code.format(operation=name) for wire in ERRORS.values() for _, _, name in OPERATIONS}
    assert {f"tasks_m.{code}" for code in DOCUMENTED.split()} <= known
    assert all(code.startswith("tasks_m.") for code in known)


def test_a_database_that_is_away_is_said_so(
    ana_calls: Caller, base: str, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> Any:
        raise OperationalError("connection to server at 10.0.0.1 refused")

    monkeypatch.setattr(commands, "create", away)
    response = ana_calls.post(base, body_of("POST", "", ana))
    assert (response.status_code, response.json()["code"]) == (503, "tasks_m.failed_to_create_task")
    assert response.headers["Retry-After"] == "2"
    assert "10.0.0.1" not in response.text


def test_too_many_requests_are_told_when_to_come_again(ana_calls: Caller, base: str, settings: Any) -> None:
    settings.API_RATE_LIMIT = "2/minute"
    first, second, third = (ana_calls.get(base) for _ in range(3))
    assert [response.headers["X-RateLimit-Remaining"] for response in (first, second, third)] == ["1", "0", "0"]
    assert (third.status_code, third.json()["code"]) == (429, "tasks_m.rate_limit_exceeded")
    assert 0 < int(third.headers["Retry-After"]) <= 60
    assert third.headers["X-RateLimit-Limit"] == "2"
    assert "Retry-After" not in second.headers
