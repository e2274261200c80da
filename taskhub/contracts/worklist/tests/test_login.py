"""Signing in: a name and a password, at the tenant whose key is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Role
from accounts.credential_cache import forget
from accounts.models import ApiKey, Membership, Organization, User
from conftest import PASSWORD
from taskhub.contracts.testing import check_conformance, make_key

from .conftest import LOGIN, SCOPES, TASKS, Worker, wrong


@pytest.fixture
def key(ana: User, acme: Organization) -> str:
    return make_key(ana, acme, scopes=SCOPES)


@pytest.fixture
def login(key: str) -> Any:
    """`login("ana", PASSWORD, tenant=...)`: an answer held against the OpenAPI document; None leaves a header out."""

    def call(username: Any = "ana", password: Any = PASSWORD, *, body: Any = None, **headers: str | None) -> Any:
        shown = {"X-API-Key": key, "tenant": "acme.example.com"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        given = {"username": username, "password": password} if body is None else body
        response = Client().post(
            LOGIN, given, content_type="application/json", headers={n: t for n, t in shown.items() if t is not None}
        )
        check_conformance("POST", LOGIN, response)
        return response

    return call


def test_a_password_gives_a_token_that_opens_the_worklist(login: Any, key: str) -> None:
    answer = login().json()
    assert (list(answer), answer["success"], answer["meta"]) == (["success", "data", "meta"], True, {})
    assert list(answer["data"]) == ["token", "expires_at"]
    assert Worker(key, token=answer["data"]["token"], tenant="Acme.Example.com").list() == []


def test_it_says_until_when_by_the_clocks_of_the_organization(login: Any, acme: Organization) -> None:
    Organization.objects.filter(pk=acme.pk).update(timezone="Asia/Kathmandu")
    forget()
    before = timezone.now()
    ends = datetime.fromisoformat(login().json()["data"]["expires_at"])
    assert ends.tzinfo is None
    lasts = ends.replace(tzinfo=ZoneInfo("Asia/Kathmandu")).astimezone(UTC) - before
    assert timedelta(minutes=9, seconds=58) < lasts <= timedelta(minutes=10, seconds=30)


def test_the_answer_is_kept_nowhere(login: Any) -> None:
    assert login().headers["Cache-Control"] == "no-store"


def test_a_person_of_several_organizations_signs_in_at_the_tenant(
    login: Any, ana: User, globex: Organization, dan: User
) -> None:
    Membership.objects.create(user=ana, organization=globex, role=Role.MEMBER)
    there = make_key(dan, globex, scopes=SCOPES)
    token = login(tenant="globex.example.com", X_API_Key=there).json()["data"]["token"]
    assert Worker(there, token=token, tenant="globex.example.com").list() == []
    here = Worker(make_key(ana, Organization.objects.get(slug="acme"), scopes=SCOPES), token=token)
    here.tenant = "acme.example.com"
    wrong(here.get(TASKS), 401, "UNAUTHORIZED")


def test_whatever_does_not_fit_is_refused_alike(login: Any, bo: User, dan: User) -> None:
    """A wrong password, nobody, somebody disabled, and somebody whose password is right but who belongs elsewhere."""
    User.objects.filter(pk=bo.pk).update(is_active=False)
    answers = [login(password="wrong"), login("nobody"), login("bo"), login("dan"), login(X_API_Key="thk_x"),
               login(tenant="globex.example.com"), login(tenant="nowhere")]  # fmt: skip
    assert {response.content for response in answers} == {answers[0].content}
    wrong(answers[0], 401, "UNAUTHORIZED")


def test_a_revoked_key_signs_nobody_in(login: Any) -> None:
    ApiKey.objects.update(revoked_at=timezone.now())
    wrong(login(), 401, "UNAUTHORIZED")


@pytest.mark.parametrize(("left_out", "name"), [("X_API_Key", "X-API-Key"), ("tenant", "tenant")])
def test_a_missing_header_is_named(login: Any, left_out: str, name: str) -> None:
    assert wrong(login(**{left_out: None}), 400, "BAD_REQUEST") == [name]
    assert wrong(login(**{left_out: " "}), 400, "BAD_REQUEST") == [name]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["username", "password"]),
        ({"username": "ana"}, ["password"]),
        ({"username": 7, "password": None}, ["username", "password"]),
        ({"username": "x" * 151, "password": "x" * 1001}, ["username", "password"]),
        ([], ["body"]),
    ],
)
def test_bad_fields_are_named(login: Any, body: Any, fields: list[str]) -> None:
    assert wrong(login(body=body), 400, "VALIDATION_ERROR") == fields


def test_guessing_is_slowed_down(login: Any) -> None:
    answers = [login(password=f"guess{number}") for number in range(12)]
    refused = answers[-1]
    wrong(refused, 429, "RATE_LIMITED")
    assert int(refused.headers["Retry-After"]) > 0
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    assert login("bo", PASSWORD).status_code == 200, "others are not kept out by it"


def test_other_methods_are_not_taken(db: None) -> None:
    response = Client().get(LOGIN)
    wrong(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "POST"
