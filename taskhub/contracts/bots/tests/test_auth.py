"""Signing in through the API, and what the tokens open."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Organization, Project, User
from conftest import PASSWORD
from taskhub.contracts.testing import check_conformance

AUTH = "/api/v1/auth"


@pytest.fixture
def call() -> Any:
    """`call("token", body)`: an answer that has been held against the OpenAPI document."""

    def post(name: str, body: Any) -> Any:
        response = Client(raise_request_exception=False).post(f"{AUTH}/{name}", body, content_type="application/json")
        check_conformance("POST", f"{AUTH}/{name}", response)
        return response

    return post


@pytest.fixture
def signed_in_as_ana(call: Any, ana: User) -> dict[str, str]:
    response = call("token", {"username": "ana", "password": PASSWORD})
    assert response.status_code == 200, response.content
    tokens: dict[str, str] = response.json()
    return tokens


def lists(access: str, project: Project) -> int:
    path, headers = f"/v1/customers/{project.uuid}/tasks", {"Authorization": f"Bearer {access}"}
    return Client().get(path, headers=headers).status_code


def test_a_password_gives_tokens_that_open_the_contracts(signed_in_as_ana: dict[str, str], project: Project) -> None:
    assert signed_in_as_ana.keys() == {"access", "refresh"}
    assert lists(signed_in_as_ana["access"], project) == 200


def test_tokens_are_not_to_be_kept_by_caches(call: Any, ana: User) -> None:
    response = call("token", {"username": "ana", "password": PASSWORD})
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("body", [{"username": "ana", "password": "wrong"}, {"username": "nobody", "password": "x"}])
def test_wrong_words_are_refused_alike(call: Any, ana: User, body: dict[str, str]) -> None:
    response = call("token", body)
    assert (response.status_code, response.json()["error"]) == (401, "unauthorized")
    assert response.json()["message"] == "The credential is not valid."


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_username"),
        ({"username": "ana"}, "invalid_password"),
        ({"username": 7, "password": "x"}, "invalid_username"),
        ({"username": "ana", "password": ["x"]}, "invalid_password"),
        ({"username": "ana", "password": "x", "organization": 7}, "invalid_organization"),
    ],
)
def test_bad_fields_have_a_code_each(call: Any, ana: User, body: dict[str, Any], code: str) -> None:
    response = call("token", body)
    assert (response.status_code, response.json()["error"]) == (400, code)


def test_the_organization_may_be_named(call: Any, ana: User, globex: Organization, elsewhere: Project) -> None:
    body = {"username": "ana", "password": PASSWORD, "organization": "globex"}
    assert call("token", body).status_code == 403
    Membership.objects.create(user=ana, organization=globex, role=2)
    for name in ("globex", str(globex.uuid)):
        tokens = call("token", body | {"organization": name}).json()
        assert lists(tokens["access"], elsewhere) == 200


def test_a_refresh_token_is_good_for_one_use(call: Any, signed_in_as_ana: dict[str, str], project: Project) -> None:
    fresh = call("refresh", {"refresh": signed_in_as_ana["refresh"]})
    assert (fresh.status_code, lists(fresh.json()["access"], project)) == (200, 200)
    assert call("refresh", {"refresh": signed_in_as_ana["refresh"]}).status_code == 401
    assert call("refresh", {"refresh": fresh.json()["refresh"]}).status_code == 401, "a stolen token ends the family"


def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(
    call: Any, signed_in_as_ana: dict[str, str], project: Project
) -> None:
    assert call("refresh", {"refresh": signed_in_as_ana["access"]}).status_code == 401
    assert lists(signed_in_as_ana["refresh"], project) == 401


def test_signing_out_ends_it_all(call: Any, signed_in_as_ana: dict[str, str], project: Project) -> None:
    response = call("revoke", {"refresh": signed_in_as_ana["refresh"]})
    assert (response.status_code, response.content) == (204, b"")
    assert call("refresh", {"refresh": signed_in_as_ana["refresh"]}).status_code == 401
    assert lists(signed_in_as_ana["access"], project) == 401


def test_signing_out_of_nothing_is_no_error(call: Any, ana: User) -> None:
    assert call("revoke", {"refresh": "thr_nothing"}).status_code == 204


def test_guessing_is_slowed_down(call: Any, ana: User) -> None:
    answers = [call("token", {"username": "ana", "password": f"guess{number}"}) for number in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["error"] == "rate_limit_exceeded"
    assert int(refused[0].headers["Retry-After"]) > 0
    assert {answer.status_code for answer in answers} == {401, 429}
