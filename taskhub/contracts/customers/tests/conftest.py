"""A task of the customers contract, and how to make others."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from accounts.models import Project, User
from taskhub.contracts.testing import Caller

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def base(project: Project) -> str:
    """Where the tasks of the project are."""
    return f"/v1/customers/{project.uuid}/tasks"


@pytest.fixture
def make_task(cleo_calls: Caller, base: str) -> Make:
    """`make_task([ana, bo], weights=[1, 0.5])`: a new task, made by cleo through the API, as the API shows it."""

    def make(assignees: Sequence[User], *, weights: Sequence[float] = (), **fields: Any) -> dict[str, Any]:
        given: list[Any] = [str(user.uuid) for user in assignees]
        if weights:
            given = [{"user_id": id, "weight": weight} for id, weight in zip(given, weights, strict=True)]
        body = {"title": "Review", "category": "approve", "assignees": given}
        response = cleo_calls.post(base, body | fields)
        assert response.status_code == 201, response.content
        made: dict[str, Any] = response.json()
        return made

    return make
