"""One writing endpoint of every contract, for tests that hold for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import Project, User


@dataclass(frozen=True)
class Door:
    """How a contract is knocked at, and how it says what."""

    name: str
    path: Callable[[Project], str]
    body: Callable[[User], dict[str, Any]]
    text: str
    """A field that takes any text."""
    keys: frozenset[str]
    """Of an error's body."""
    invalid: int = 400
    incomplete: int = 0
    """Of a body in which something is missing, where that is another status than `invalid`."""
    is_open: bool = False
    media_type: str = "application/json"
    """Of its errors."""

    def __str__(self) -> str:
        return self.name


CUSTOMERS = Door(
    name="customers",
    path=lambda project: f"/v1/customers/{project.uuid}/tasks",
    body=lambda user: {
        "title": "t",
        "category": "sign",
        "assignees": [str(user.uuid)],
        "metadata": {"deep": {"er": 1}},
    },
    text="title",
    keys=frozenset({"code", "message"}),
)
INTAKE = Door(
    name="intake",
    path=lambda _: "/v1/tasks",
    body=lambda user: {
        "title": "t",
        "description": "d",
        "assigned_user_ids": [str(user.uuid)],
        "created_by_id": str(user.uuid),
        "deadline": "2033-11-07T05:31:56Z",
    },
    text="title",
    keys=frozenset({"detail"}),
    invalid=422,
)
BOTS = Door(
    name="bots",
    path=lambda _: "/api/v1/auth/token",
    body=lambda user: {"username": user.username, "password": "correct-horse-battery"},
    text="username",
    keys=frozenset({"error", "message"}),
    is_open=True,
)
BOTS_TASKS = Door(
    name="bots tasks",
    path=lambda _: "/api/v1/tasks",
    body=lambda user: {"title": "t", "assignee": user.username, "context": {"deep": {"er": 1}}},
    text="title",
    keys=frozenset({"error", "message"}),
)
WORKLIST = Door(
    name="worklist",
    path=lambda _: "/apidev/v1/auth/login",
    body=lambda user: {"username": user.username, "password": "correct-horse-battery"},
    text="username",
    keys=frozenset({"success", "error", "meta"}),
    is_open=True,
)
HUB = Door(
    name="hub",
    path=lambda _: "/api/hub/v1/workflow-instances",
    body=lambda _: {"definition": "one-step", "variables": {"deep": {"er": 1}}},
    text="business_key",
    keys=frozenset({"type", "title", "status", "detail", "instance", "code", "errors"}),
    incomplete=422,
    media_type="application/problem+json",
)
DOCUMENTS = Door(
    name="documents",
    path=lambda project: f"/v2/{project.organization.uuid}/project/{project.uuid}/task/{project.uuid}/report",
    body=lambda _: {"reason": "r", "description": "d"},
    text="description",
    keys=frozenset({"error"}),
)
DOORS = (CUSTOMERS, INTAKE, BOTS, BOTS_TASKS, WORKLIST, HUB, DOCUMENTS)
WITH_TASKS = (CUSTOMERS, INTAKE)
