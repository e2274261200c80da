"""What requests ask of the database, with warm credentials: always the same, however much there is."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from taskhub.contracts.testing import statements
from tasks.models import Task
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONE_STEP

from .conftest import TASKS, Start, Worker, address

FORM = {"contact_verified": True}


@pytest.fixture
def many(publish: Any, start: Start) -> None:
    """Thirty more instances."""
    publish(ONE_STEP)
    for _ in range(30):
        start("one-step")


@pytest.fixture
def costs(bo_works: Worker, settings: Any) -> Callable[..., int]:
    """`costs("GET", path)`: the statements of one request of bo's, whose credentials are warm."""
    settings.CREDENTIAL_CACHE_SECONDS = 600
    bo_works.get(TASKS)
    return bo_works.cost


@pytest.mark.parametrize("size", ["few", "many"])
def test_a_list_costs_two_and_one_more_to_look_up_a_definition(
    request: pytest.FixtureRequest, costs: Callable[..., int], welcome: Task, size: str
) -> None:
    if size == "many":
        request.getfixturevalue("many")
    assert costs("GET", f"{TASKS}?limit=100") == 2
    query = "status=PENDING&entity_type=CUENTA&overdue_only=false&offset=0"
    assert costs("GET", f"{TASKS}?{query}") == 2
    assert costs("GET", f"{TASKS}?{query}&definition_id=account-onboarding") == 3


def test_a_list_of_nothing_costs_one(costs: Callable[..., int], welcome: Task) -> None:
    assert costs("GET", f"{TASKS}?entity_type=x") == 1


def test_a_detail_costs_three_also_after_many_loops(
    costs: Callable[..., int], ana_works: Worker, bo_works: Worker, welcome: Task, onboarding: WorkflowInstance
) -> None:
    assert costs("GET", address(welcome)) == 3
    data = {"email_address": "contact@acme.com", "template": "Basic Welcome"}
    for _ in range(3):
        step = Task.objects.get(instance_id=onboarding.pk, is_open=True)
        bo_works.complete(step, "failed", data)
        again = Task.objects.get(instance_id=onboarding.pk, is_open=True)
        ana_works.complete(again, "approved", FORM)
    last = Task.objects.get(instance_id=onboarding.pk, is_open=True)
    assert len(bo_works.detail(last)["previous_steps_data"]) == 7
    assert costs("GET", address(last)) == 3


def test_completing_and_opening_the_next_step_costs_the_same_each_time(
    costs: Callable[..., int], bo_works: Worker, many: None, welcome: Task
) -> None:
    bo_works.complete(welcome, "sent")  # refused; from now on the project is warm, too
    data = {"email_address": "contact@acme.com", "template": "Premium Welcome"}
    body = {"result_code": "sent", "captured_data": data}
    # task and tree, shares, share, task, step, who is next, task and share, deadlines, steps, instance, events
    assert costs("POST", f"{address(welcome)}/complete", body) == statements(postgresql=11, sqlite=13)


def test_reassigning_costs_twelve(costs: Callable[..., int], bo_works: Worker, welcome: Task, bo: User) -> None:
    bo_works.reassign(welcome, assign_to_user_id="0")
    assert costs("POST", f"{address(welcome)}/reassign", {"assign_to_user_id": str(bo.pk)}) <= 12
