"""The cast as chat bots: cleo manages, ana and bo work."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from taskhub.contracts.testing import Caller
from tasks.conftest import consistent_afterwards, do, new_task, person, raw_rows, vera

__all__ = ["consistent_afterwards", "do", "new_task", "person", "raw_rows", "vera"]

TASKS = "/api/v1/tasks"
DUE = "2033-01-20T17:00:00Z"
MakeTask = Callable[..., str]


@pytest.fixture
def make_task(cleo_calls: Caller) -> MakeTask:
    """`make_task(ana, title="x")`: the address of a new task that cleo made."""

    def make(assignee: User | None = None, *, by: Caller | None = None, **fields: Any) -> str:
        given = {"title": "Review customer complaint", "assignee": assignee.username if assignee else None}
        response = (by or cleo_calls).post(TASKS, given | fields)
        assert response.status_code == 201, response.content
        return f"{TASKS}/{response.json()['task_id']}"

    return make
