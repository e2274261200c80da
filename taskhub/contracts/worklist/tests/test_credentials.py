"""Token, key and tenant: only three that agree open anything, and which of them is wrong is not told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import access_tokens, tokens
from accounts.actor import Role
from accounts.credential_cache import forget
from accounts.models import ApiKey, Membership, Organization, TokenFamily, User
from conftest import PASSWORD
from taskhub.contracts.testing import make_key
from tasks.models import Task

from .conftest import SCOPES, TASKS, Worker, Workers, address, token_of, wrong

REFUSAL = "The credential is not valid."


@dataclass(frozen=True)
class Shown:
    """What one organization's person shows."""

    token: str
    key: str
    tenant: str


@pytest.fixture
def three(acme: Organization, globex: Organization, ana: User, dan: User) -> list[Shown]:
    """Of three organizations; gil belongs to the third."""
    initech = Organization.objects.create(slug="initech", name="Initech", hostname="initech.example.com")
    gil = User.objects.create(username="gil")
    Membership.objects.create(user=gil, organization=initech, role=Role.MEMBER)
    return [
        Shown(token_of(user, where), make_key(user, where, scopes=SCOPES), where.hostname or "")
        for user, where in ((ana, acme), (dan, globex), (gil, initech))
    ]


@pytest.mark.parametrize(("method", "tail", "opened"), [("GET", "", 200), ("POST", "/1/complete", 404)])
def test_of_all_27_combinations_the_three_that_agree_pass(
    three: list[Shown], method: str, tail: str, opened: int
) -> None:
    for token, key, tenant in product(range(3), repeat=3):
        client = Worker(three[key].key, token=three[token].token, tenant=three[tenant].tenant)
        response = client.call(method, TASKS + tail)
        if token == key == tenant:
            assert response.status_code == opened
        else:
            assert wrong(response, 401, "UNAUTHORIZED") == [], (token, key, tenant)
            assert response.json()["error"]["message"] == REFUSAL


def test_the_tenant_is_a_hostname_in_any_case(ana_works: Worker) -> None:
    ana_works.tenant = "ACME.Example.COM"
    assert ana_works.list() == []


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "tenant"])
@pytest.mark.parametrize("how", ["absent", "empty", "blank"])
def test_a_missing_header_is_named(ana_works: Worker, name: str, how: str) -> None:
    headers = {other: text for other, text in ana_works.shown.items() if other != name}
    if how != "absent":
        headers[name] = "" if how == "empty" else "   "
    response = Client().get(TASKS, headers=headers)
    assert wrong(response, 400, "BAD_REQUEST") == [name]
    assert name in response.json()["error"]["message"]


def test_all_missing_headers_are_named(db: None) -> None:
    assert wrong(Client().get(TASKS), 400, "BAD_REQUEST") == ["Authorization", "X-API-Key", "tenant"]


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer x.y.z",
        "Basic YW5hOng=",
        "{token}",
        "Bearer  {token} x",
        "Bearer {key}",
        "Bearer \xe9",
        "x" * 9000,
    ],
)
def test_a_token_that_is_none_is_refused(ana_works: Worker, authorization: str) -> None:
    shown = authorization.format(token=ana_works.token, key=ana_works.key)
    response = Client().get(TASKS, headers=ana_works.shown | {"Authorization": shown})
    wrong(response, 401, "UNAUTHORIZED")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("key", ["x", "gtk_123", "thk_" + "a" * 46, "\xe9\xff", "x" * 100_000, "' OR 1=1 --"])
def test_a_key_that_is_none_is_refused(ana_works: Worker, key: str) -> None:
    ana_works.key = key
    wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("tenant", ["nowhere.example.com", "acme", "acme.example.com.", "%", "\xe9"])
def test_a_tenant_that_is_none_is_refused(ana_works: Worker, tenant: str) -> None:
    ana_works.tenant = tenant
    wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")


def test_an_organization_without_a_hostname_has_no_worklist(ana_works: Worker, acme: Organization) -> None:
    Organization.objects.filter(pk=acme.pk).update(hostname=None)
    forget()
    for tenant in ("None", "acme.example.com"):
        ana_works.tenant = tenant
        wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")


ENDINGS: dict[str, Callable[[User, Organization], Any]] = {
    "the key is revoked": lambda _, __: ApiKey.objects.update(revoked_at=timezone.now()),
    "the key has expired": lambda _, __: ApiKey.objects.update(expires_at=timezone.now()),
    "the person has signed out": lambda _, __: TokenFamily.objects.update(revoked_at=timezone.now()),
    "the person has a new password": lambda user, _: User.objects.filter(pk=user.pk).update(token_epoch=1),
    "the person is disabled": lambda user, _: User.objects.filter(pk=user.pk).update(is_active=False),
    "the person has left": lambda user, where: Membership.objects.filter(user=user, organization=where).delete(),
    "the hostname has changed": lambda _, where: Organization.objects.filter(pk=where.pk).update(hostname="x.example"),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_what_has_ended_opens_nothing_whatever_was_seen_before(
    ana_works: Worker, ana: User, acme: Organization, verify: Task, ending: Callable[[User, Organization], Any]
) -> None:
    etag = ana_works.get(address(verify)).headers["ETag"]
    ending(ana, acme)
    forget()  # the second for which a process believes what it has checked
    wrong(ana_works.get(address(verify), **{"If-None-Match": etag}), 401, "UNAUTHORIZED")
    wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")
    wrong(ana_works.complete(verify, "approved"), 401, "UNAUTHORIZED")


def test_a_token_ends_with_its_time(ana_works: Worker, ana: User, acme: Organization) -> None:
    family = TokenFamily.objects.create(user=ana, organization=acme)
    ana_works.token, _ = access_tokens.issue(family, timezone.now() - timedelta(minutes=10))
    wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")


def test_the_key_of_a_colleague_who_left_opens_nothing(ana_works: Worker, acme: Organization, bo: User) -> None:
    ana_works.key = make_key(bo, acme, scopes=SCOPES)
    assert ana_works.list() == []
    Membership.objects.filter(user=bo).delete()
    forget()
    wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")


CALLS = {
    "list": ("GET", "", "workflow.read"),
    "detail": ("GET", "/{id}", "workflow.read"),
    "complete": ("POST", "/{id}/complete", "workflow.execute"),
    "reassign": ("POST", "/{id}/reassign", "workflow.execute"),
}
PERMISSIONS = {"workflow.read": "APICLI_WORKFLOW_READ", "workflow.execute": "APICLI_WORKFLOW_EXECUTE"}


@pytest.mark.parametrize(("method", "tail", "scope"), CALLS.values(), ids=CALLS)
def test_a_key_without_the_permission_is_refused_by_its_name(
    as_worker: Workers, ana: User, verify: Task, method: str, tail: str, scope: str
) -> None:
    others = tuple({*SCOPES, "task.read", "task.edit"} - {scope})
    response = as_worker(ana, scopes=others).call(method, TASKS + tail.format(id=verify.pk), {})
    wrong(response, 403, "FORBIDDEN")
    assert PERMISSIONS[scope] in response.json()["error"]["message"]


def test_the_permissions_of_workflows_are_enough_to_work(as_worker: Workers, ana: User, bo: User, verify: Task) -> None:
    ana_executes = as_worker(ana, scopes=("workflow.execute",))
    assert ana_executes.reassign(verify, assign_to_user_id=str(bo.pk)).status_code == 200
    everything = as_worker(bo, scopes=("admin",))
    assert everything.detail(verify)["assigned_to_user"]["name"] == "Bo Berg"
    assert everything.complete(verify, "rejected", {"contact_verified": False}).status_code == 200


def test_who_acts_is_the_person_and_not_the_owner_of_the_key(
    bo_works: Worker, acme: Organization, cleo: User, verify: Task
) -> None:
    bo_works.key = make_key(cleo, acme, scopes=SCOPES)
    wrong(bo_works.complete(verify, "approved", {"contact_verified": True}), 403, "FORBIDDEN")


def test_a_person_of_two_organizations_is_two_people(
    as_worker: Workers, cleo: User, globex: Organization, cleo_works: Worker, verify: Task
) -> None:
    Membership.objects.create(user=cleo, organization=globex, role=Role.ADMIN)
    there = as_worker(cleo, globex)
    assert [task["id"] for task in cleo_works.list()] == [str(verify.pk)]
    assert there.list() == []
    wrong(there.get(address(verify)), 404, "NOT_FOUND")
    there.token = cleo_works.token
    wrong(there.get(TASKS), 401, "UNAUTHORIZED")


def test_a_refresh_token_is_no_access_token(ana_works: Worker) -> None:
    ana_works.token = tokens.sign_in(username="ana", password=PASSWORD).refresh
    wrong(ana_works.get(TASKS), 401, "UNAUTHORIZED")
