"""Nothing crosses from one organization to another: a matrix made from the hub's OpenAPI document.

Every operation is called with its id replaced by ones of somebody else, of each kind of thing and in each state.
An operation that this page does not know how to call fails the suite.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from typing import Any

import pytest
from django.core import serializers

from accounts.models import Organization, User
from conftest import Cast
from taskhub.contracts import openapi
from taskhub.contracts.hub import CONTRACT
from taskhub.contracts.testing import Caller, make_key
from tasks.models import Task
from workflows.models import InstanceEvent, StepRun, WorkflowDefinition, WorkflowInstance
from workflows.tests.samples import ONE_STEP, document

from .conftest import DEFINITIONS, INSTANCES, MESSAGES, STUCK, WAITING, Hub, problem

SECRET = "secret-of-globex"


@dataclass(frozen=True)
class World:
    """What one organization has: a definition in each state, and an instance of each kind."""

    draft: str
    published: str
    running: str
    waiting: str
    stuck: str
    project: str
    person: str


HOW: dict[str, tuple[str, Any]] = {
    "list_workflow_definitions": ("", None),
    "create_workflow_definition": ("", document(ONE_STEP, key="created")),
    "validate_workflow_definition": ("", ONE_STEP),
    "get_workflow_definition": ("published", None),
    "change_workflow_definition": ("draft", document(ONE_STEP, key="draft")),
    "discard_workflow_definition": ("draft", None),
    "list_versions_of_workflow": ("published", None),
    "diff_versions_of_workflow": ("published", None),
    "get_diagram_of_definition": ("published", None),
    "publish_workflow_definition": ("draft", None),
    "retire_workflow_definition": ("published", None),
    "list_workflow_instances": ("", None),
    "start_workflow_instance": ("", {"definition": "one-step"}),
    "get_workflow_instance": ("running", None),
    "list_steps_of_instance": ("running", None),
    "list_history_of_instance": ("running", None),
    "get_diagram_of_instance": ("running", None),
    "cancel_workflow_instance": ("running", {"reason": "x"}),
    "retry_workflow_instance": ("stuck", {"variables": {"amount": 11}}),
    "send_message_to_instance": ("waiting", {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}),
    "send_message": ("", {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}),
}
"""Operation -> whose id it takes, and its body."""
ELSEWHERE = {"fetch_processing", "extend_processing", "complete_processing", "fail_processing"}
ELSEWHERE |= {"download_document_of_processing"}
"""Work that is leased first: `test_processing`."""
QUERIES = {"diff_versions_of_workflow": "?against=1"}


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str

    def __str__(self) -> str:
        return self.name

    @property
    def parameter(self) -> str:
        found = re.search(r"\{(\w+)\}", self.path)
        return found[1] if found else ""

    def call(self, caller: Caller, id: str) -> Any:
        path = re.sub(r"\{\w+\}", id, self.path) + QUERIES.get(self.name, "")
        return caller.call(self.method, path, HOW[self.name][1], {"If-Match": "*"})


def operations() -> Iterator[Operation]:
    for path, methods in openapi.document(CONTRACT)["paths"].items():
        for method, found in methods.items():
            yield Operation(found["operationId"], method.upper(), path)


OPERATIONS = [operation for operation in operations() if operation.name not in ELSEWHERE]
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)
with_ids = pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.parameter], ids=str)


@pytest.fixture
def world_of(as_caller: Callable[[User], Caller]) -> Callable[[User, Any, str], World]:
    def make(user: User, project: Any, word: str) -> World:
        hub = Hub(as_caller(user))
        one_step = document(ONE_STEP, name=word)
        published = hub.publish(one_step)
        for sample in (WAITING, STUCK):
            plain = document(sample, name=word)
            plain["steps"][-1].pop("assign")
            hub.publish(plain)
        draft = hub.draft(document(ONE_STEP, key="draft", name=word))
        return World(
            draft=draft["id"],
            published=published["id"],
            running=hub.start("one-step", business_key=word, entity={"type": word, "id": word})["id"],
            waiting=hub.start("waiting", variables={"order": "7", "word": word})["id"],
            stuck=hub.start("stuck", variables={"word": word})["id"],
            project=str(project.uuid),
            person=str(user.uuid),
        )

    return make


@pytest.fixture
def ours(world_of: Any, cast: Cast) -> World:
    return world_of(cast.cleo, cast.project, "ours")


@pytest.fixture
def theirs(world_of: Any, cast: Cast) -> World:
    return world_of(cast.dan, cast.elsewhere, SECRET)


def checksum(organization: Organization) -> str:
    """Of every row of workflows that the organization has."""
    rows = [
        row for model in (WorkflowDefinition, WorkflowInstance, StepRun, InstanceEvent, Task)
        for row in model.objects.order_by("pk") if row.organization_id == organization.pk
    ]  # fmt: skip
    return hashlib.sha256(serializers.serialize("json", rows).encode()).hexdigest()


def test_every_operation_is_known_here() -> None:
    assert {operation.name for operation in operations()} == HOW.keys() | ELSEWHERE


@every_operation
def test_with_their_own_ids_people_get_somewhere(operation: Operation, cleo_calls: Caller, ours: World) -> None:
    whose = HOW[operation.name][0]
    response = operation.call(cleo_calls, getattr(ours, whose) if whose else "")
    assert response.status_code < 300, response.content


@with_ids
def test_an_id_of_another_organization_is_an_id_of_nothing(
    operation: Operation, cleo_calls: Caller, ours: World, theirs: World, cast: Cast
) -> None:
    before = checksum(cast.globex)
    code = "workflow_not_found" if operation.parameter == "definition_id" else "instance_not_found"
    unknown = problem(operation.call(cleo_calls, "6f1ed002-ab5f-7e0c-a1c0-0b6a2d2ee1f0"), 404, code)
    for id in astuple(theirs):
        response = operation.call(cleo_calls, id)
        told = problem(response, 404, code)
        assert told | {"instance": ""} == unknown | {"instance": ""}
        assert SECRET not in response.text
    assert checksum(cast.globex) == before


def test_what_a_body_names_of_others_is_nothing(cleo_calls: Caller, ours: World, theirs: World, cast: Cast) -> None:
    before = checksum(cast.globex), checksum(cast.acme)
    problem(cleo_calls.post(INSTANCES, {"definition": theirs.published}), 404, "workflow_not_found")
    problem(cleo_calls.post(INSTANCES, {"definition": theirs.draft}), 404, "workflow_not_found")
    body = {"definition": "one-step", "project": theirs.project}
    problem(cleo_calls.post(INSTANCES, body), 404, "project_not_found")
    named = document(ONE_STEP, key="named", steps=[{"key": "a", "name": "A", "assign": {"user": "dan"}}])
    refused = problem(cleo_calls.post(DEFINITIONS, named), 422, "invalid_definition")
    assert [error["path"] for error in refused["errors"]] == ["steps[0].assign.user"]
    assert (checksum(cast.globex), checksum(cast.acme)) == before


def test_a_business_key_of_others_is_free(cleo_hub: Hub, ours: World, theirs: World) -> None:
    made = cleo_hub.start("one-step", business_key=SECRET)
    assert made["id"] not in (theirs.running, ours.running)


def test_a_message_to_all_reaches_only_ones_own(cleo_hub: Hub, ours: World, theirs: World, cast: Cast) -> None:
    before = checksum(cast.globex)
    body = {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}
    assert cleo_hub.make(MESSAGES, body) == {"instances": [ours.waiting]}
    assert checksum(cast.globex) == before


@pytest.mark.parametrize(
    "query", ["started_by={person}", "project={project}", "business_key=" + SECRET, "entity_id=" + SECRET, "limit=200"]
)
def test_a_filter_finds_nothing_of_others(cleo_calls: Caller, ours: World, theirs: World, query: str) -> None:
    response = cleo_calls.get(f"{INSTANCES}?{query.format(person=theirs.person, project=theirs.project)}")
    assert (response.status_code, SECRET in response.text) == (200, False)


def test_lists_and_totals_are_ones_own(cleo_hub: Hub, dan_hub: Hub, ours: World, theirs: World) -> None:
    for hub, world in ((cleo_hub, ours), (dan_hub, theirs)):
        found = hub.read(INSTANCES, "total=true")
        assert [item["id"] for item in found["items"]] == [world.stuck, world.waiting, world.running]
        assert found["total"] == 3
        assert hub.read(DEFINITIONS, "total=true&versions=all")["total"] == 4
        assert hub.read(f"{DEFINITIONS}/{world.published}")["running_instances"] == 1


def test_one_person_in_two_organizations_is_two_actors(cast: Cast, cleo_hub: Hub, ours: World, theirs: World) -> None:
    cast.globex.memberships.create(user=cast.cleo, role=4)
    there = Hub(Caller(make_key(cast.cleo, cast.globex)))
    assert there.read(f"{INSTANCES}/{theirs.running}")["business_key"] == SECRET
    problem(there.caller.get(f"{INSTANCES}/{ours.running}"), 404, "instance_not_found")
    problem(cleo_hub.caller.get(f"{INSTANCES}/{theirs.running}"), 404, "instance_not_found")
