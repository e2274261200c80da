"""The cast as clients of the hub, with processes that run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import User
from conftest import Cast
from taskhub.contracts.testing import Caller
from tasks.conftest import consistent_afterwards, person, raw_rows, vera
from tasks.models import Task
from workflows.conftest import answer, publish, sound_afterwards, start
from workflows.models import WorkflowDefinition, WorkflowInstance
from workflows.tests.samples import ONBOARDING, ONE_STEP, document

__all__ = ["answer", "consistent_afterwards", "person", "publish", "raw_rows", "sound_afterwards", "start", "vera"]

BASE = "/api/hub/v1"
DEFINITIONS = f"{BASE}/workflow-definitions"
INSTANCES = f"{BASE}/workflow-instances"
MESSAGES = f"{BASE}/workflow-messages"

WAITING: dict[str, Any] = {
    "key": "waiting",
    "name": "Waits for a payment",
    "variables": {"order": ""},
    "steps": [
        {
            "key": "payment",
            "name": "Payment",
            "type": "wait",
            "message": "paid",
            "correlation": "order",
            "outputs": {"amount": "result.amount"},
            "next": "ship",
        },
        {"key": "ship", "name": "Ship it", "assign": {"user": "ana"}},
    ],
}
STUCK: dict[str, Any] = {
    "key": "stuck",
    "name": "Finds no way on without an amount",
    "variables": {"amount": 0},
    "steps": [
        {
            "key": "weigh",
            "name": "Weigh",
            "type": "automatic",
            "set": {"weighed": "true"},
            "next": [{"step": "much", "when": "amount > 10"}],
        },
        {"key": "much", "name": "Much", "assign": {"user": "ana"}},
    ],
}


@dataclass
class Hub:
    """Somebody's way through the hub: each call must succeed and gives the body."""

    caller: Caller

    def read(self, path: str, query: str = "") -> Any:
        response = self.caller.get(f"{path}?{query}" if query else path)
        assert response.status_code == 200, response.content
        return response.json()

    def make(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        response = self.caller.post(path, body, **headers)
        assert response.status_code == status, response.content
        return response.json()

    def draft(self, body: Any) -> Any:
        return self.make(DEFINITIONS, body, 201)

    def publish(self, body: Any) -> Any:
        return self.make(f"{DEFINITIONS}/{self.draft(body)['id']}/publish")

    def start(self, key: str, status: int = 201, **given: Any) -> Any:
        return self.make(INSTANCES, {"definition": key, **given}, status)

    def pages(self, path: str, query: str = "limit=2") -> list[Any]:
        """The items of a list, page by page to its end."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.read(path, f"{query}&cursor={cursor}" if cursor else query)
            found.append(page["items"])
            cursor = page["next"]
        return found


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal with that status and code, in the one shape of all of them."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["type"] == f"urn:taskhub:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert body.keys() == {"type", "title", "status", "detail", "instance", "code", "errors"}
    return body


@pytest.fixture
def ana_hub(ana_calls: Caller) -> Hub:
    """A member."""
    return Hub(ana_calls)


@pytest.fixture
def cleo_hub(cleo_calls: Caller) -> Hub:
    """A manager."""
    return Hub(cleo_calls)


@pytest.fixture
def dan_hub(dan_calls: Caller) -> Hub:
    """Somebody of another organization."""
    return Hub(dan_calls)


@pytest.fixture
def vera_hub(as_caller: Callable[..., Caller], vera: User) -> Hub:
    """A viewer."""
    return Hub(as_caller(vera))


@pytest.fixture
def onboarding(publish: Callable[..., WorkflowDefinition]) -> WorkflowDefinition:
    return publish(ONBOARDING)


@pytest.fixture
def one_step(publish: Callable[..., WorkflowDefinition]) -> WorkflowDefinition:
    return publish(ONE_STEP)


@pytest.fixture
def running(cast: Cast, onboarding: WorkflowDefinition, start: Callable[..., WorkflowInstance]) -> WorkflowInstance:
    """An onboarding that ana has started."""
    return start(cast.ana, onboarding.key)


def renamed(name: str, base: dict[str, Any] = ONE_STEP, **changes: Any) -> dict[str, Any]:
    """The document with another name and other values."""
    return document(base, name=name, **changes)


def task_of(step: Any) -> Task:
    """The task that a step of an answer shows."""
    return Task.objects.get(uuid=step["task"]["id"])
