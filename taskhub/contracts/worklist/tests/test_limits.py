"""Limits: 30 reads and 10 changes a minute, of each endpoint for each person, and the headers of every answer."""

import time
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organization, User
from taskhub.contracts.testing import make_key
from tasks.models import Task

from .conftest import LOGIN, SCOPES, TASKS, Worker, Workers, address, wrong

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
CALLS = {
    "list": ("GET", TASKS, 30),
    "detail": ("GET", f"{TASKS}/1", 30),
    "complete": ("POST", f"{TASKS}/1/complete", 10),
    "reassign": ("POST", f"{TASKS}/1/reassign", 10),
}
every_call = pytest.mark.parametrize(("method", "path", "limit"), CALLS.values(), ids=CALLS)


@every_call
def test_the_documented_number_passes_and_no_more(ana_works: Worker, method: str, path: str, limit: int) -> None:
    answers = [ana_works.call(method, path) for _ in range(limit + 2)]
    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == [str(limit)] * (limit + 2)
    assert [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers] == [*reversed(range(limit)), 0, 0]
    refused = answers[-1]
    wrong(refused, 429, "RATE_LIMITED")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert abs(int(refused.headers["X-RateLimit-Reset"]) - time.time() - int(refused.headers["Retry-After"])) <= 2
    assert all(answer.status_code != 429 and "Retry-After" not in answer.headers for answer in answers[:limit])


def test_each_endpoint_has_a_window_of_its_own(ana_works: Worker) -> None:
    for _ in range(11):
        ana_works.post(f"{TASKS}/1/complete")
    left = [ana_works.call(method, path).headers["X-RateLimit-Remaining"] for method, path, _ in CALLS.values()]
    assert left == ["29", "29", "0", "9"]


def test_a_task_is_no_window_of_its_own(ana_works: Worker) -> None:
    left = [ana_works.post(f"{TASKS}/{number}/complete").headers["X-RateLimit-Remaining"] for number in range(3)]
    assert left == ["9", "8", "7"]


def test_it_counts_the_person_whatever_their_key_or_token(
    as_worker: Workers, ana: User, bo: User, ana_works: Worker
) -> None:
    same = as_worker(ana)
    assert (same.key, same.token) != (ana_works.key, ana_works.token)
    for _ in range(10):
        ana_works.post(f"{TASKS}/1/reassign")
    wrong(same.post(f"{TASKS}/1/reassign"), 429, "RATE_LIMITED")
    assert as_worker(bo).post(f"{TASKS}/1/reassign").status_code == 404


def test_a_person_of_two_organizations_has_two_windows(
    as_worker: Workers, cleo: User, globex: Organization, cleo_works: Worker
) -> None:
    globex.memberships.create(user=cleo, role=3)
    cleo_works.get(TASKS)
    assert as_worker(cleo, globex).get(TASKS).headers["X-RateLimit-Remaining"] == "29"


def test_every_answer_of_a_protected_endpoint_tells_the_limit(
    ana_works: Worker, as_worker: Workers, ana: User, verify: Task
) -> None:
    no_rights = as_worker(ana, scopes=("task.read",))
    anybody = Client()
    etag = {"If-None-Match": ana_works.get(TASKS).headers["ETag"]}
    answers = {
        200: ana_works.get(TASKS),
        304: ana_works.get(TASKS, **etag),
        400: ana_works.get(f"{TASKS}?limit=x"),
        404: ana_works.get(f"{TASKS}/1000000"),
        403: no_rights.get(TASKS),
        401: anybody.get(TASKS, headers=ana_works.shown | {"tenant": "x"}),
        413: ana_works.post(f"{address(verify)}/complete", b" " * (1024 * 1024 + 1)),
        415: ana_works.post(f"{address(verify)}/complete", {}, **{"Content-Type": "text/plain"}),
    }
    for status, answer in (*answers.items(), (400, anybody.get(TASKS)), (400, ana_works.get(f"{TASKS}?a=%00"))):
        assert answer.status_code == status
        assert all(answer.headers[name].isdigit() for name in HEADERS), status
        assert answer.headers["X-Request-Id"]
    assert answers[401].headers["X-RateLimit-Remaining"] == "30", "nothing is counted for nobody"


@pytest.mark.parametrize("path", [LOGIN, "/apidev/v1/nothing"])
def test_where_nothing_is_limited_no_limit_is_told(path: str, db: None) -> None:
    assert not set(HEADERS) & set(Client().get(path).headers)


def test_refusals_count_too(ana_works: Worker, acme: Organization, ana: User) -> None:
    ana_works.key = make_key(ana, acme, scopes=("workflow.read",))
    for _ in range(10):
        wrong(ana_works.post(f"{TASKS}/1/complete"), 403, "FORBIDDEN")
    wrong(ana_works.post(f"{TASKS}/1/complete"), 429, "RATE_LIMITED")
    ana_works.key = make_key(ana, acme, scopes=SCOPES)
    wrong(ana_works.post(f"{TASKS}/1/complete"), 429, "RATE_LIMITED")


def test_a_limit_does_not_hide_behind_a_replay(ana_works: Worker, verify: Task) -> None:
    body: Any = {"result_code": "approved", "captured_data": {"contact_verified": True}}
    answers = [ana_works.post(f"{address(verify)}/complete", body, **{"Idempotency-Key": "k"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
