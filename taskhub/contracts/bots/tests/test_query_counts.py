"""How many statements a request costs with a warm credential, whatever there is."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from taskhub.contracts.bots.tests.conftest import DUE, TASKS, MakeTask
from taskhub.contracts.testing import Caller, statements


@pytest.fixture
def cost(cleo_calls: Caller, make_task: MakeTask, ana: User, settings: Any) -> Callable[..., int]:
    settings.CREDENTIAL_CACHE_SECONDS = 600  # warm, however slow the machine is
    for _ in range(12):
        url = make_task(ana, tags=["a"], checklist=["x"])
        cleo_calls.post(f"{url}/comments", {"text": "x"})
    return cleo_calls.cost


def test_a_list_costs_one_statement(cost: Callable[..., int]) -> None:
    assert cost("GET", f"{TASKS}?limit=10&status=pending&assignee=ana&tags=a&sort=due_date") == 1


def test_one_task_costs_one_statement(cost: Callable[..., int], make_task: MakeTask, ana: User) -> None:
    url = make_task(ana)
    assert [cost("GET", f"{url}{query}") for query in ("", "?full=true")] == [1, 1]


def test_a_new_task_costs_at_most_six_and_its_context_one_more(cost: Callable[..., int]) -> None:
    body = {"title": "x", "assignee": "ana"}
    assert cost("POST", TASKS, body) <= 6
    assert cost("POST", TASKS, body | {"context": {"bot_id": "b"}}) <= 7


def test_completing_costs_the_same_each_time(cost: Callable[..., int], make_task: MakeTask, cleo: User) -> None:
    least = statements(postgresql=5, sqlite=6)  # task, shares, share, task, events and outbox
    for _ in range(2):
        assert cost("POST", f"{make_task(cleo)}/complete", {}) == least
    assert cost("POST", f"{make_task(cleo, due_date=DUE)}/complete", {}) == least + 1  # its deadlines


def test_what_hangs_on_a_task_costs_at_most_three(cost: Callable[..., int], make_task: MakeTask, ana: User) -> None:
    url = make_task(ana)
    for below in ("comments", "attachments", "checklist", "watchers", "time"):
        assert cost("GET", f"{url}/{below}") <= 3
