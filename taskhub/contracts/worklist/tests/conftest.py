"""The cast as people who signed in to the worklist, and the process of its document, running."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import tokens
from accounts.actor import Actor
from accounts.models import Organization, User
from conftest import Cast
from taskhub.contracts.testing import Caller, make_key
from tasks.conftest import new_task  # noqa: F401  a fixture
from tasks.models import Task
from workflows import commands
from workflows.commands import Entity
from workflows.conftest import publish  # noqa: F401  a fixture
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONBOARDING, document

TASKS = "/apidev/v1/workflow/tasks"
LOGIN = "/apidev/v1/auth/login"
SCOPES = ("workflow.read", "workflow.execute")
ACCOUNT = Entity("CUENTA", "738291047382910473", "Acme Corp")


@dataclass
class Worker(Caller):
    """Somebody who shows a token, a key and a tenant."""

    token: str = ""

    @property
    def shown(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **super().shown}

    def list(self, query: str = "") -> Any:
        response = self.get(f"{TASKS}?{query}")
        assert response.status_code == 200, response.content
        return response.json()["data"]

    def detail(self, task: Task | str) -> Any:
        response = self.get(address(task))
        assert response.status_code == 200, response.content
        return response.json()["data"]

    def complete(self, task: Task | str, result: str, data: Any = None, **more: Any) -> Any:
        return self.post(f"{address(task)}/complete", {"result_code": result, "captured_data": data or {}, **more})

    def reassign(self, task: Task | str, **body: Any) -> Any:
        return self.post(f"{address(task)}/reassign", body)


def address(task: Task | str) -> str:
    return f"{TASKS}/{task.pk if isinstance(task, Task) else task}"


def token_of(user: User, organization: Organization) -> str:
    return tokens.issue(user=user, organization_id=organization.pk).access


def wrong(response: Any, status: int, code: str) -> list[str]:
    """The fields that an error names, once it is clear that it is this one."""
    body = response.json()
    assert (response.status_code, body["error"]["code"]) == (status, code), response.content
    assert (body["success"], body["meta"]) == (False, {})
    return [detail["field"] for detail in body["error"]["details"]]


Workers = Callable[..., Worker]


@pytest.fixture
def as_worker(acme: Organization, globex: Organization, dan: User) -> Workers:
    """`as_worker(ana)`: a client with that person's token and a new key of the organization, narrowed to `scopes`."""

    def make(user: User, organization: Organization | None = None, *, scopes: tuple[str, ...] = SCOPES) -> Worker:
        where = organization or (globex if user == dan else acme)
        key = make_key(user, where, scopes=scopes)
        return Worker(key, token=token_of(user, where), tenant=where.hostname or "")

    return make


@pytest.fixture
def ana_works(as_worker: Workers, ana: User) -> Worker:
    return as_worker(ana)


@pytest.fixture
def bo_works(as_worker: Workers, bo: User) -> Worker:
    return as_worker(bo)


@pytest.fixture
def cleo_works(as_worker: Workers, cleo: User) -> Worker:
    return as_worker(cleo)


@pytest.fixture
def dan_works(as_worker: Workers, dan: User) -> Worker:
    return as_worker(dan)


Start = Callable[..., WorkflowInstance]


@pytest.fixture
def start(cast: Cast, actor_of: Callable[..., Actor]) -> Start:
    """`start("approval", by=ana, variables={...})`: a new instance of a published definition."""

    def make(definition: str, *, by: User = cast.cleo, **given: Any) -> WorkflowInstance:
        return commands.start(actor=actor_of(by), definition=definition, **given).instance

    return make


@pytest.fixture
def onboarding(publish: Any, start: Start) -> WorkflowInstance:  # noqa: F811  the fixture imported above
    """Started by cleo for Acme Corp; ana is to verify the contact."""
    written = document(ONBOARDING)
    written["steps"][1]["due_in"] = "PT48H"  # as in the document
    publish(written)
    return start("account-onboarding", entity=ACCOUNT)


def open_tasks(instance: WorkflowInstance) -> list[Task]:
    """The open tasks of an instance, oldest first."""
    return list(Task.objects.filter(instance_id=instance.pk, is_open=True).order_by("id"))


@pytest.fixture
def verify(onboarding: WorkflowInstance) -> Task:
    """The first step's task."""
    [task] = open_tasks(onboarding)
    return task


@pytest.fixture
def welcome(ana_works: Worker, onboarding: WorkflowInstance, verify: Task) -> Task:
    """The second step's task, for the sales team."""
    answer = ana_works.complete(verify, "approved", {"contact_verified": True, "phone_confirmed": True})
    assert answer.status_code == 200, answer.content
    [task] = open_tasks(onboarding)
    return task
