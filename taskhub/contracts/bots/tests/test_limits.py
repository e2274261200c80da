"""The documented limits: each person's, whatever they sign in with, and said on every answer."""

from typing import Any

import pytest

from accounts.models import User
from taskhub.contracts.bots.mapping import COMMENTS, CREATES, LISTS, UPDATES
from taskhub.contracts.bots.tests.conftest import TASKS, MakeTask
from taskhub.contracts.conftest import Calls
from taskhub.contracts.testing import Caller
from tasks.models import Priority, Task

SCRIPTS = "/api/v1/scripts"


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


def left(answer: Any) -> int:
    return int(answer.headers["X-RateLimit-Remaining"])


def test_each_statement_of_a_script_counts_as_its_request(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    script = """t = CREATE TASK "one", "ana"
IF 1 = 2 THEN
CREATE TASK "never"
END IF
SET TASK PRIORITY t, "high"
SET TASK PRIORITY t, "low"
CREATE TASK "two"
"""
    assert ana_calls.post(SCRIPTS, {"script": script}).status_code == 200
    assert left(ana_calls.post(TASKS, {"title": "x"})) == 97  # two of the script, and this one
    assert left(ana_calls.patch(url, {"progress": 5})) == 197


def test_a_script_stops_where_a_limit_is_reached_and_leaves_nothing(
    ana_calls: Caller, as_caller: Calls, ana: User
) -> None:
    for _ in range(98):
        ana_calls.post(TASKS, {"title": "x"})
    third = ana_calls.post(SCRIPTS, {"script": 'TALK 1\nCREATE TASK "1"\nCREATE TASK "2"\n  CREATE TASK "3"\nTALK 2'})
    said = third.json()
    assert (third.status_code, said["error"], said["line"], said["column"]) == (429, "rate_limit_exceeded", 4, 3)
    assert 3500 < int(third.headers["Retry-After"]) <= 3600
    assert Task.objects.count() == 98
    assert as_caller(ana).post(TASKS, {"title": "x"}).status_code == 429  # what was tried counts
    assert ana_calls.post(SCRIPTS, {"script": 'IF 1 = 2 THEN CREATE TASK "x"'}).status_code == 200


def test_changes_in_a_script_have_the_limit_of_updates(ana_calls: Caller) -> None:
    url = ana_calls.post(TASKS, {"title": "x", "assignee": "ana"}).headers["Location"]
    for percent in range(195):
        ana_calls.patch(url, {"progress": percent % 100})
    task = url.rpartition("/")[2]
    changes = [f'SET TASK PRIORITY "{task}", "{word}"' for word in ("high", "low", "high", "low", "high", "critical")]
    refused = ana_calls.post(SCRIPTS, {"script": "\n".join(changes)})
    assert (refused.status_code, refused.json()["line"]) == (429, 6)
    assert Task.objects.get().priority == Priority.MEDIUM
    assert ana_calls.post(SCRIPTS, {"script": f'COMPLETE TASK "{task}"'}).status_code == 200


def test_a_script_that_failed_may_be_corrected_under_its_key(ana_calls: Caller) -> None:
    once = {"Idempotency-Key": "once"}
    assert ana_calls.call("POST", SCRIPTS, {"script": "TALK ("}, once).status_code == 400
    assert ana_calls.call("POST", SCRIPTS, {"script": "TALK 1"}, once).json()["output"] == ["1"]
