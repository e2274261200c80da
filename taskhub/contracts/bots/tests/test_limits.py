"""The documented limits: each person's, whatever they sign in with, and said on every answer."""

import pytest

from accounts.models import User
from taskhub.contracts.bots.mapping import COMMENTS, CREATES, LISTS, UPDATES
from taskhub.contracts.bots.tests.conftest import TASKS, MakeTask
from taskhub.contracts.conftest import Calls
from taskhub.contracts.testing import Caller


def test_the_limits_are_the_documented_ones() -> None:
    assert (CREATES, UPDATES, LISTS, COMMENTS) == ("100/hour", "200/hour", "60/minute", "50/hour")


@pytest.mark.parametrize(
    ("method", "place", "body", "limit"),
    [
        ("POST", "", {"title": "x"}, 100),
        ("GET", "", None, 60),
        ("POST", "comments", {"text": "x"}, 50),
        ("PATCH", "task", {"progress": 5}, 200),
    ],
)
def test_one_more_than_the_limit_is_too_many(
    make_task: MakeTask, as_caller: Calls, ana: User, bo: User, method: str, place: str, body: object, limit: int
) -> None:
    url = make_task(ana)
    path = {"": TASKS, "comments": f"{url}/comments", "task": url}[place]
    callers = [as_caller(ana), as_caller(ana)]
    answers = [callers[number % 2].call(method, path, body) for number in range(limit)]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers] == list(range(limit - 1, -1, -1))
    assert answers[0].headers["X-RateLimit-Limit"] == str(limit)
    refused = callers[0].call(method, path, body)
    assert (refused.status_code, refused.json()["error"]) == (429, "rate_limit_exceeded")
    assert int(refused.headers["Retry-After"]) > 0
    assert as_caller(bo).call(method, path, body).status_code in (200, 201, 403)


def test_each_kind_of_request_has_a_window_of_its_own(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    for _ in range(60):
        ana_calls.get(TASKS)
    assert ana_calls.get(TASKS).status_code == 429
    assert ana_calls.get(url).status_code == 200
    assert ana_calls.post(TASKS, {"title": "x"}).headers["X-RateLimit-Remaining"] == "99"
