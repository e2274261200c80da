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
    """`make_task([ana, bo], weight=2)`: a new task, made by cleo through the API, as the API shows it."""

    def make(assignees: Sequence[User], **fields: Any) -> dict[str, Any]:
        body = {"title": "Review", "category": "approve", "assignees": [str(user.uuid) for user in assignees]}
        response = cleo_calls.post(base, body | fields)
        assert response.status_code == 201, response.content
        made: dict[str, Any] = response.json()
        return made

    return make
