"""Listing a customer's tasks: filters, order, pages, totals."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from taskhub.contracts.testing import Caller
from tasks import queries
from tasks.domain.lifecycle import State
from tasks.models import Task

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def some(make_task: Make, ana_calls: Caller, cleo_calls: Caller, base: str, ana: User, bo: User) -> dict[str, str]:
    """Five tasks by title -> id: one in each status."""
    shared = make_task([ana, bo], title="in_progress", is_urgent=True)
    made = [
        make_task([ana], title="pending", category="sign"),
        shared,
        make_task([ana], title="completed"),
        make_task([ana], title="declined"),
        make_task([ana], title="canceled"),
    ]
    ids = {task["title"]: task["id"] for task in made}
    ana_calls.patch(f"{base}/{ids['in_progress']}/perform")
    ana_calls.patch(f"{base}/{ids['completed']}/perform")
    ana_calls.patch(f"{base}/{ids['declined']}/decline")
    cleo_calls.patch(f"{base}/{ids['canceled']}/cancel")
    return ids


def titles(response: Any) -> set[str]:
    assert response.status_code == 200, response.content
    return {task["title"] for task in response.json()}


def test_everything_is_listed_newest_first(ana_calls: Caller, base: str, some: dict[str, str]) -> None:
    listed = ana_calls.get(base).json()
    assert [task["id"] for task in listed] == sorted(some.values(), reverse=True)
    assert all(task["title"] in (task["status"], "in_progress") for task in listed)


def test_a_listed_task_is_the_same_as_the_single_one(ana_calls: Caller, base: str, some: dict[str, str]) -> None:
    for task in ana_calls.get(base).json():
        assert task == ana_calls.get(f"{base}/{task['id']}").json()


@pytest.mark.parametrize("status", ["pending", "in_progress", "completed", "declined", "canceled"])
def test_one_status(ana_calls: Caller, base: str, some: dict[str, str], status: str) -> None:
    assert titles(ana_calls.get(f"{base}?status={status}")) == {status}


def test_several_statuses(ana_calls: Caller, base: str, some: dict[str, str]) -> None:
    assert titles(ana_calls.get(f"{base}?status=pending,%20declined")) == {"pending", "declined"}


def test_urgency_category_and_creator(
    ana_calls: Caller, base: str, some: dict[str, str], cleo: User, ana: User
) -> None:
    assert titles(ana_calls.get(f"{base}?is_urgent=true")) == {"in_progress"}
    assert titles(ana_calls.get(f"{base}?is_urgent=false")) == some.keys() - {"in_progress"}
    assert titles(ana_calls.get(f"{base}?category=sign")) == {"pending"}
    assert titles(ana_calls.get(f"{base}?not_created_by={cleo.uuid}")) == set()
    assert titles(ana_calls.get(f"{base}?not_created_by={ana.uuid}")) == set(some)
    assert titles(ana_calls.get(f"{base}?status=pending&category=approve")) == set()


def test_a_task_that_nobody_created_is_not_created_by_anybody(
    ana_calls: Caller, base: str, some: dict[str, str], cleo: User
) -> None:
    Task.objects.filter(title="pending").update(created_by=None)
    assert titles(ana_calls.get(f"{base}?not_created_by={cleo.uuid}")) == {"pending"}


BAD = [
    "status=open",
    "status=",
    "is_urgent=",
    "not_created_by=",
    "status=,",
    "status=pending,done",
    "is_urgent=maybe",
    "not_created_by=7",
    "limit=0",
    "limit=-1",
    "limit=1001",
    "limit=1e9",
    "limit=abc",
    "limit=",
    "limit=%D9%A3",
    "offset=-1",
    "offset=1e30",
    "offset=99999999999999999999999999",
    "cursor=0",
    "cursor=x",
    "category=%00",
    "category=%ff%fe",
]


@pytest.mark.parametrize("query", BAD)
def test_a_filter_that_means_nothing_is_refused(ana_calls: Caller, base: str, query: str) -> None:
    response = ana_calls.get(f"{base}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_task_data")


def test_pages_by_offset(ana_calls: Caller, base: str, some: dict[str, str]) -> None:
    first, second = ana_calls.get(f"{base}?limit=2"), ana_calls.get(f"{base}?limit=2&offset=2")
    assert [task["id"] for task in first.json() + second.json()] == sorted(some.values(), reverse=True)[:4]
    assert first.headers["X-Total-Count"] == second.headers["X-Total-Count"] == "5"
    assert 'rel="next"' in first.headers["Link"]
    assert 'rel="prev"' in second.headers["Link"]


def test_following_the_links_shows_each_task_once_while_others_are_added(
    ana_calls: Caller, base: str, some: dict[str, str], make_task: Make, ana: User
) -> None:
    seen, url = [], f"{base}?limit=2&category=approve"
    while url:
        page = ana_calls.get(url)
        seen += [task["id"] for task in page.json()]
        make_task([ana])
        links = dict(reversed(link.split("; ")) for link in page.headers.get("Link", "").split(", ") if link)
        url = links.get('rel="next"', "").strip("<>").removeprefix("http://testserver")
    assert len(seen) == len(set(seen)) == 4


def test_a_page_past_the_end_is_empty_and_knows_the_total(ana_calls: Caller, base: str, some: dict[str, str]) -> None:
    response = ana_calls.get(f"{base}?offset=9")
    assert (response.json(), response.headers["X-Total-Count"]) == ([], "5")


def test_a_long_list_says_that_its_total_is_an_estimate(
    ana_calls: Caller, base: str, some: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNT_CAP", 3)
    response = ana_calls.get(f"{base}?limit=2")
    assert response.headers["X-Total-Estimated"] == "true"
    assert int(response.headers["X-Total-Count"]) >= 3


def test_a_long_list_is_not_counted_again_a_moment_later(
    ana_calls: Caller, base: str, some: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNT_CAP", 3)
    first = ana_calls.get(f"{base}?limit=2")
    with CaptureQueriesContext(connection) as asked:
        second = ana_calls.get(f"{base}?limit=2")
    assert second.headers["X-Total-Count"] == first.headers["X-Total-Count"]
    assert "COUNT(" not in "".join(query["sql"] for query in asked)
    assert ana_calls.get(f"{base}?limit=2&status=pending").headers["X-Total-Count"] == "1"


@pytest.mark.parametrize("state", [State.PROCESSING, State.FAILED])
def test_a_task_in_a_state_without_a_word_is_not_there(
    ana_calls: Caller, base: str, some: dict[str, str], state: State
) -> None:
    is_open = state == State.PROCESSING
    Task.objects.filter(title="pending").update(state=state, is_open=is_open)
    assert "pending" not in titles(ana_calls.get(base))
    assert ana_calls.get(f"{base}/{some['pending']}").status_code == 404
    assert ana_calls.get(f"{base}/{some['pending']}/assignees").status_code == 404
