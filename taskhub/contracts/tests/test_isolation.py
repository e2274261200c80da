"""Nothing crosses from one organization to another, nor between projects: a matrix made from the OpenAPI documents.

Every operation of every contract is called with each combination of its ids replaced by those of somebody else. An
operation that this page does not know how to call fails the suite.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from django.core import serializers

from accounts.models import Organization, Project, User
from taskhub.contracts import openapi, registry
from taskhub.contracts.testing import Caller, make_key
from tasks.commands import NewReference, NewShare, create
from tasks.models import Assignment, Comment, Event, Reference, Task

SECRET = "secret-of-globex"


@dataclass(frozen=True)
class World:
    """What one organization has, by the names that operations give their parameters and fields."""

    customer_id: str
    id: str
    user_id: str
    call_id: str
    cursor: int


ELSEWHERE = {"bots", "documents", "worklist", "hub"}
"""Contracts that only sign people in, or have such a page of their own, because their ids or credentials differ."""
QUERY_IDS = ("not_created_by", "call_id", "fax_id", "assistant_id", "session_id", "patient_id")
BODIES: dict[tuple[str, str], Callable[[World], Any]] = {
    ("customers", "create_task"): lambda w: {"title": "t", "category": "sign", "assignees": [w.user_id]},
    ("customers", "reassign_task"): lambda w: {"assignees": [w.user_id]},
    ("customers", "perform_task"): lambda w: {"metadata": {"note": "x"}},
    ("customers", "decline_task"): lambda w: {"metadata": {"reason": "x"}},
    ("customers", "cancel_task"): lambda w: {"metadata": {"reason": "x"}},
    ("intake", "create_task"): lambda w: {
        "title": "t",
        "description": "d",
        "assigned_user_ids": [w.user_id],
        "created_by_id": w.user_id,
        "deadline": "2033-11-07T05:31:56Z",
    },
    ("intake", "change_task"): lambda w: {"title": "changed", "assigned_user_ids": [w.user_id]},
}


@dataclass(frozen=True)
class Operation:
    contract: str
    name: str
    method: str
    path: str
    parameters: tuple[str, ...]
    has_body: bool

    def __str__(self) -> str:
        return f"{self.contract} {self.name}"

    def call(self, caller: Caller, ids: dict[str, str], body: Any = None) -> Any:
        path = re.sub(r"\{(\w+)\}", lambda match: ids[match[1]], self.path)
        return caller.call(self.method, path, body)


def operations() -> Iterator[Operation]:
    for contract in registry.contracts():
        if contract.name in ELSEWHERE:
            continue
        for path, methods in openapi.document(contract)["paths"].items():
            for method, found in methods.items():
                names = tuple(re.findall(r"\{(\w+)\}", path))
                yield Operation(
                    contract.name, found["operationId"], method.upper(), path, names, "requestBody" in found
                )


def body_for(operation: Operation, world: World) -> Any:
    if not operation.has_body:
        return None
    key = (operation.contract, operation.name)
    assert key in BODIES, f"say in BODIES how {operation} is called"
    return BODIES[key](world)


def names_people(operation: Operation) -> bool:
    """Whether a body of this operation names people."""
    nobody = World(customer_id="", id="", user_id="somebody", call_id="", cursor=0)
    return "somebody" in json.dumps(body_for(operation, nobody))


OPERATIONS = list(operations())
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)
with_ids = pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.parameters], ids=str)
with_people = pytest.mark.parametrize("operation", [op for op in OPERATIONS if names_people(op)], ids=str)
in_projects = pytest.mark.parametrize(
    "operation", [op for op in OPERATIONS if {"customer_id", "id"} <= set(op.parameters)], ids=str
)


@pytest.fixture
def world_of(actor_of: Any, access_to: Any) -> Callable[[User, Project, str], World]:
    def make(user: User, project: Project, title: str) -> World:
        task = create(
            actor=actor_of(user),
            project=access_to(user, project),
            source="customers",
            title=title,
            category="sign",
            assignees=[NewShare(user=user.uuid)],
            references=[NewReference(kind="call", key=f"call of {title}")],
        )
        return World(str(project.uuid), str(task.uuid), str(user.uuid), f"call of {title}", task.pk)

    return make


@pytest.fixture
def ours(world_of: Any, cleo: User, project: Project) -> World:
    return world_of(cleo, project, "ours")


@pytest.fixture
def theirs(world_of: Any, dan: User, elsewhere: Project) -> World:
    return world_of(dan, elsewhere, SECRET)


@pytest.fixture
def beside(world_of: Any, cleo: User, vault: Project) -> World:
    """Another project of the same organization."""
    return world_of(cleo, vault, "beside")


def checksum(organization: Organization) -> str:
    """Of every row of work that the organization has."""
    rows = [
        row for model in (Task, Assignment, Event, Reference, Comment) for row in model.objects.order_by("pk")
        if row.organization_id == organization.pk
    ]  # fmt: skip
    return hashlib.sha256(serializers.serialize("json", rows).encode()).hexdigest()


def mixtures(operation: Operation, own: World, foreign: World) -> Iterator[dict[str, str]]:
    """The ids of the path with each combination of at least one replaced."""
    for count in range(1, len(operation.parameters) + 1):
        for replaced in combinations(operation.parameters, count):
            yield {
                name: getattr(foreign if name in replaced else own, name)
                for name in operation.parameters
            }  # fmt: skip


@every_operation
def test_with_their_own_ids_people_get_somewhere(operation: Operation, cleo_calls: Caller, ours: World) -> None:
    ids = {name: getattr(ours, name) for name in operation.parameters}
    response = operation.call(cleo_calls, ids, body_for(operation, ours))
    assert response.status_code < 300, response.content


@with_ids
def test_an_id_of_another_organization_is_an_id_of_nothing(
    operation: Operation, cleo_calls: Caller, ours: World, theirs: World, globex: Organization
) -> None:
    before = checksum(globex)
    for ids in mixtures(operation, ours, theirs):
        response = operation.call(cleo_calls, ids, body_for(operation, ours))
        assert response.status_code == 404, (ids, response.content)
        assert SECRET not in response.text
        assert "Dan" not in response.text
    assert checksum(globex) == before


@in_projects
def test_a_task_is_found_only_below_its_own_project(
    operation: Operation, cleo_calls: Caller, ours: World, beside: World
) -> None:
    for customer, task in ((ours, beside), (beside, ours)):
        ids = {"customer_id": customer.customer_id, "id": task.id, "user_id": ours.user_id}
        assert operation.call(cleo_calls, ids, body_for(operation, ours)).status_code == 404


@with_people
def test_a_person_of_another_organization_in_a_body_refuses_the_whole(
    operation: Operation, cleo_calls: Caller, ours: World, theirs: World, acme: Organization
) -> None:
    body = body_for(operation, theirs)
    before = checksum(acme)
    response = operation.call(cleo_calls, {name: getattr(ours, name) for name in operation.parameters}, body)
    assert response.status_code in (404, 422)
    assert "Dan" not in response.text
    assert checksum(acme) == before


@pytest.mark.parametrize("name", [*QUERY_IDS, "cursor"])
@pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.name == "list_tasks"], ids=str)
def test_a_foreign_id_in_a_query_finds_nothing_of_theirs(
    operation: Operation, name: str, cleo_calls: Caller, ours: World, theirs: World
) -> None:
    foreign = {"not_created_by": theirs.user_id, "cursor": theirs.cursor + 1}.get(name, theirs.call_id)
    path = operation.path.replace("{customer_id}", ours.customer_id)
    assert SECRET not in cleo_calls.get(f"{path}?{name}={foreign}").text


def test_each_side_sees_its_own(cleo_calls: Caller, dan_calls: Caller, ours: World, theirs: World) -> None:
    for caller, mine, other in ((cleo_calls, ours, theirs), (dan_calls, theirs, ours)):
        tasks = f"/v1/customers/{mine.customer_id}/tasks"
        assert [task["id"] for task in caller.get(tasks).json()] == [mine.id]
        assert [task["id"] for task in caller.get("/v1/tasks").json()] == [mine.id]
        assert caller.get(f"/v1/customers/{other.customer_id}/tasks").status_code == 404


def test_a_thousand_tasks_of_others_change_no_answer(
    cleo_calls: Caller, ours: World, theirs: World, globex: Organization, elsewhere: Project
) -> None:
    paths = [
        "/v1/tasks",
        f"/v1/tasks?call_id={ours.call_id}".replace(" ", "%20"),
        f"/v1/tasks/{ours.id}",
        f"/v1/customers/{ours.customer_id}/tasks",
        f"/v1/customers/{ours.customer_id}/tasks/{ours.id}/assignees",
        "/v1/customers/tasks/categories",
    ]
    before = [(answer.content, answer.headers.get("X-Total-Count")) for answer in map(cleo_calls.get, paths)]
    template = Task.objects.get(title=SECRET)
    Task.objects.bulk_create(
        Task(
            organization=globex,
            project=elsewhere,
            title=f"{SECRET} {number}",
            due_sort=template.due_sort,
            created_at=template.created_at,
            updated_at=template.created_at,
        )
        for number in range(1000)
    )
    assert [(answer.content, answer.headers.get("X-Total-Count")) for answer in map(cleo_calls.get, paths)] == before


def test_one_person_in_two_organizations_is_two_actors(
    cleo_calls: Caller, cleo: User, globex: Organization, ours: World, theirs: World
) -> None:
    globex.memberships.create(user=cleo, role=4)
    there = Caller(make_key(cleo, globex))
    assert [task["id"] for task in there.get("/v1/tasks").json()] == [theirs.id]
    assert [task["id"] for task in cleo_calls.get("/v1/tasks").json()] == [ours.id]
    assert there.get(f"/v1/tasks/{ours.id}").status_code == 404
