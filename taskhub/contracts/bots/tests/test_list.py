"""The list: every filter, every order, pages and totals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from taskhub.contracts.bots.tests.conftest import TASKS, MakeTask
from taskhub.contracts.testing import Caller
from tasks.models import Task


@pytest.fixture
def shelf(make_task: MakeTask, cleo_calls: Caller, ana: User, bo: User) -> None:
    """Four tasks, made one after the other, changed the other way round."""
    urls = [
        make_task(ana, title="a", priority="low", due_date="2033-01-03T00:00:00Z", tags=["x", "y"]),
        make_task(bo, title="b", priority="critical", due_date="2033-01-01T00:00:00Z", tags=["x"]),
        make_task(ana, title="c", priority="medium"),
        make_task(title="d", priority="high", due_date="2033-01-02T00:00:00Z", tags=["y"]),
    ]
    cleo_calls.patch(urls[1], {"status": "in_progress"})
    cleo_calls.patch(urls[3], {"status": "cancelled"})
    for place, row in enumerate(Task.objects.order_by("-title")):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=place)
        Task.objects.filter(pk=row.pk).update(updated_at=moment)


def titles(caller: Caller, query: str) -> str:
    answer = caller.get(f"{TASKS}?{query}")
    assert answer.status_code == 200, answer.content
    return "".join(task["title"] for task in answer.json()["tasks"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "dcba"),
        ("status=pending", "ca"),
        ("status=in_progress,cancelled", "db"),
        ("assignee=ana", "ca"),
        ("assignee=nobody", ""),
        ("priority=critical", "b"),
        ("priority=low,high", "da"),
        ("due_before=2033-01-02", "b"),
        ("due_before=2033-01-02T00:00:01Z", "db"),
        ("due_after=2033-01-02", "a"),
        ("due_after=2033-01-01T01:00:00%2B02:00", "dba"),
        ("due_after=2033-01-01T01:00:00+02:00", "dba"),
        ("tags=x", "ba"),
        ("tags=x,y", "a"),
        ("tags=x,%20y,", "a"),
        ("assignee=ana&tags=x&status=pending", "a"),
        ("order=asc", "abcd"),
        ("sort=due_date&order=asc", "bdac"),
        ("sort=due_date&order=desc", "adbc"),
        ("sort=priority", "bdca"),
        ("sort=priority&order=asc", "acdb"),
        ("sort=updated_at", "abcd"),
        ("limit=2&page=2", "ba"),
        ("limit=3&page=2&sort=priority", "a"),
        ("page=9", ""),
    ],
)
def test_filters_and_orders(shelf: None, cleo_calls: Caller, query: str, found: str) -> None:
    assert titles(cleo_calls, query) == found


def test_the_total_is_of_all_pages(shelf: None, cleo_calls: Caller) -> None:
    for query, expected in (("limit=1", (4, 1, 1)), ("limit=2&page=7", (4, 7, 2)), ("assignee=ana", (2, 1, 20))):
        body = cleo_calls.get(f"{TASKS}?{query}").json()
        assert (body["total"], body["page"], body["limit"]) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=101", "invalid_limit"),
        ("limit=0", "invalid_limit"),
        ("page=0", "invalid_page"),
        ("page=x", "invalid_page"),
        ("status=done", "invalid_status"),
        ("status=", "invalid_status"),
        ("priority=", "invalid_priority"),
        ("due_before=", "invalid_due_before"),
        ("priority=urgent", "invalid_priority"),
        ("due_before=soon", "invalid_due_before"),
        ("due_after=2033-13-01", "invalid_due_after"),
        ("sort=title", "invalid_sort"),
        ("order=up", "invalid_order"),
        (f"tags={','.join(str(n) for n in range(60))}", "invalid_tags"),
        ("assignee=%00", "invalid_request"),
    ],
)
def test_a_bad_parameter_has_a_code_of_its_own(cleo_calls: Caller, query: str, code: str) -> None:
    response = cleo_calls.get(f"{TASKS}?{query}")
    assert (response.status_code, response.json()["error"]) == (400, code)


def test_people_see_what_is_theirs_to_see(
    make_task: MakeTask, cleo_calls: Caller, ana_calls: Caller, ana: User, vault: Any, dan_calls: Caller
) -> None:
    make_task(title="a", project="vault")
    make_task(ana, title="b", project="vault")
    make_task(title="c")
    assert [titles(caller, "") for caller in (cleo_calls, ana_calls, dan_calls)] == ["cba", "cb", ""]
