"""Every contract's lists are read by indexes where an organization is large, with their totals and their filters."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from conftest import Cast
from taskhub.contracts.pagination import Page, listed
from taskhub.contracts.testing import Caller
from taskhub.contracts.worklist import rendering
from taskhub.contracts.worklist.view import seen
from taskhub.testing.plans import LARGE, QUEUES, by_index, seeded
from tasks import queries
from tasks.models.task import TaskQuerySet
from workflows.sweeps import fire_timers

pytestmark = pytest.mark.postgres
LISTS = (
    "/v1/customers/{project}/tasks?limit=25",
    "/v1/customers/{project}/tasks?limit=25&cursor=9000000",
    "/v1/tasks?limit=25",
    "/v1/tasks?limit=25&call_id=call-7",
    "/api/v1/tasks?limit=25",
    "/api/v1/tasks?limit=25&assignee=seed7&status=pending",
    "/api/hub/v1/workflow-instances?limit=25",
    "/api/hub/v1/workflow-instances?limit=25&status=running&entity_type=invoice&entity_id=10",
)


@pytest.fixture
def seed7(cast: Cast) -> User:
    return seeded(organization_id=cast.acme.pk, project_id=cast.project.pk, team_id=cast.sales.pk)


@listed(rendering.LISTED)
def steps(actor: Actor) -> TaskQuerySet:
    return seen(actor)


def test_lists_of_managers_and_members(
    seed7: User,
    cast: Cast,
    as_caller: Callable[..., Caller],
    actor_of: Callable[..., Actor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Over five seconds: PostgreSQL explains every statement of every list, for both; and the sweep of timers."""
    monkeypatch.setattr(queries, "COUNT_CAP", 1_000)  # a twentieth of what is there, as ten thousand are elsewhere
    for user in (cast.cleo, seed7):
        calls = as_caller(user)
        for path in LISTS:
            with by_index():
                response = calls.get(path.format(project=cast.project.uuid))
            assert response.status_code == 200, path
        with by_index():
            assert len(steps.page(Page(25), actor_of(user)).rows) == 25
    with by_index(LARGE | QUEUES):  # no timer is due
        assert fire_timers(timezone.now()) == 0
