"""Nothing crosses from one organization to another, nor between projects: a matrix made from the OpenAPI document.

Every operation is called with each combination of its ids replaced by those of somebody else. An operation that this
page does not know how to call fails the suite.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from django.core import serializers

from accounts.models import Organization, Project
from conftest import Cast
from taskhub.contracts import openapi
from taskhub.contracts.documents import CONTRACT
from taskhub.contracts.testing import Caller
from taskhub.contracts.tests.forms import many
from tasks.models import Event, Report, Task
from workflows.models import Document, DocumentTask, InstanceEvent, Upload, WorkflowInstance

from .conftest import Documents, process

SECRET = "secret-of-globex"
Ids = dict[str, str]
FORM = many(("new.txt", b"new"))
HOW: dict[str, Any] = {
    "list_tasks": None,
    "get_task": None,
    "download_document": None,
    "complete_task": {"data": {}},
    "discard_task": {"reason": "x"},
    "discard_task_by_put": {"reason": "x"},
    "unlock_task": {"reason": "x"},
    "unlock_task_by_put": {"reason": "x"},
    "retry_task": {},
    "report_task": {"reason": "x"},
    "list_reports": None,
    "list_uploads": None,
    "upload_documents": FORM,
    "get_upload": None,
    "add_documents": FORM,
    "export_upload": {},
}
"""Operation -> its body."""
REFUSED = {"unlock_task", "unlock_task_by_put", "retry_task"}
"""The task is under review, so these are 400 with one's own ids."""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str

    def __str__(self) -> str:
        return self.name

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    def call(self, caller: Caller, ids: Ids) -> Any:
        body, headers = HOW[self.name] if isinstance(HOW[self.name], tuple) else (HOW[self.name], {})
        return caller.call(self.method, re.sub(r"\{(\w+)\}", lambda match: ids[match[1]], self.path), body, headers)


def operations() -> Iterator[Operation]:
    for path, methods in openapi.document(CONTRACT)["paths"].items():
        for method, found in methods.items():
            yield Operation(found["operationId"], method.upper(), path)


OPERATIONS = list(operations())
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


def brought(caller: Caller, organization: Organization, project: Project, word: str) -> Ids:
    """An upload of that organization with one task under review."""
    docs = Documents(caller, f"/v2/{organization.uuid}/project/{project.uuid}")
    made = docs.bring((f"{word}.txt", f"Total: {word}".encode()))
    process()
    return {
        "team_id": str(organization.uuid),
        "project_id": str(project.uuid),
        "upload_id": made["upload_id"],
        "task_id": made["tasks"][0]["task_id"],
    }


@pytest.fixture
def ours(cleo_calls: Caller, cast: Cast) -> Ids:
    return brought(cleo_calls, cast.acme, cast.project, "ours")


@pytest.fixture
def theirs(dan_calls: Caller, cast: Cast) -> Ids:
    return brought(dan_calls, cast.globex, cast.elsewhere, SECRET)


def checksum(organization: Organization) -> str:
    """Of every row of documents that the organization has."""
    models = (Task, Event, Report, Upload, Document, DocumentTask, WorkflowInstance, InstanceEvent)
    rows = [
        row for model in models for row in model._default_manager.order_by("pk")
        if row.organization_id == organization.pk
    ]  # fmt: skip
    return hashlib.sha256(serializers.serialize("json", rows).encode()).hexdigest()


def test_every_operation_is_known_here() -> None:
    assert {operation.name for operation in OPERATIONS} == HOW.keys()


@every_operation
def test_an_id_of_another_organization_is_an_id_of_nothing(
    operation: Operation, cleo_calls: Caller, ours: Ids, theirs: Ids, cast: Cast
) -> None:
    before = checksum(cast.globex)
    for count in range(1, len(operation.parameters) + 1):
        for replaced in combinations(operation.parameters, count):
            response = operation.call(cleo_calls, ours | {name: theirs[name] for name in replaced})
            assert response.status_code == 404, (replaced, response.content)
            assert SECRET not in response.text
    assert checksum(cast.globex) == before
    own = operation.call(cleo_calls, ours)
    assert own.status_code == 400 if operation.name in REFUSED else own.status_code < 300
    b"".join(own)  # a file is closed at its end


def test_another_project_of_the_same_organization_is_another(cleo_calls: Caller, ours: Ids, cast: Cast) -> None:
    beside = brought(cleo_calls, cast.acme, cast.vault, "beside")
    for operation in OPERATIONS:
        for name in {"task_id", "upload_id"} & set(operation.parameters):
            assert operation.call(cleo_calls, ours | {name: beside[name]}).status_code == 404, operation


def test_lists_and_filters_are_ones_own(cleo_calls: Caller, ours: Ids, theirs: Ids) -> None:
    base = f"/v2/{ours['team_id']}/project/{ours['project_id']}"
    assert [task["task_id"] for task in cleo_calls.get(f"{base}/tasks").json()["tasks"]] == [ours["task_id"]]
    assert [row["upload_id"] for row in cleo_calls.get(f"{base}/upload").json()["uploads"]] == [ours["upload_id"]]
    assert cleo_calls.get(f"{base}/tasks?upload_id={theirs['upload_id']}").json()["tasks"] == []
