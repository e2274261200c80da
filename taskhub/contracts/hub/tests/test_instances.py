"""Instances: started, found, seen, ended on purpose and helped on; who sees and does what."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from accounts.models import User
from conftest import Cast
from taskhub.contracts.testing import Caller
from tasks.models import Task
from workflows.models import StepRun, WorkflowInstance
from workflows.tests.samples import ONBOARDING, ONE_STEP

from .conftest import DEFINITIONS, INSTANCES, STUCK, Hub, problem, renamed

ENTITY = {"type": "CUENTA", "id": "7382", "label": "Acme Corp"}


def ids(body: Any) -> list[str]:
    return [item["id"] for item in body["items"]]


def test_an_instance_is_started_and_found_where_it_says(ana_hub: Hub, onboarding: Any, cast: Cast) -> None:
    body = {"definition": onboarding.key, "entity": ENTITY, "variables": {"region": "EU"}, "business_key": "acme-1"}
    response = ana_hub.caller.post(INSTANCES, body)
    made = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{INSTANCES}/{made['id']}"
    assert made["definition"] == {
        "id": str(onboarding.uuid),
        "key": "account-onboarding",
        "name": "New Account Onboarding",
        "version": 1,
    }
    assert made["project"] == {"id": str(cast.project.uuid), "slug": "dorfman-ag", "name": "Dorfman AG"}
    assert (made["business_key"], made["entity"], made["parent"]) == ("acme-1", ENTITY, None)
    assert (made["status"], made["has_incident"], made["ended_at"], made["cancel_reason"]) == (
        "running",
        False,
        None,
        None,
    )
    assert made["variables"]["region"] == "EU"
    assert made["progress"] == {"completed": 0, "total": 3, "percent": 0, "remaining_hours": 48.0}
    assert made["allowed"] == ["cancel", "message"]
    [step] = made["steps"]
    task = Task.objects.get()
    assert step["task"] == {"id": str(task.uuid), "title": "Verify Contact Information", "status": "pending"}
    assert (step["step"], step["type"], step["visit"], step["status"]) == ("verify", "human", 1, "open")
    assert ana_hub.read(response.headers["Location"]) == made


def test_the_version_may_be_named_by_number_or_by_id(ana_hub: Hub, cleo_hub: Hub) -> None:
    first, second = cleo_hub.publish(ONE_STEP), cleo_hub.publish(renamed("Second"))
    assert ana_hub.start("one-step")["definition"]["id"] == second["id"]
    assert ana_hub.start("one-step", version=1)["definition"]["id"] == first["id"]
    assert ana_hub.start(first["id"])["definition"]["id"] == first["id"]


def test_the_same_business_key_is_the_same_instance(
    ana_hub: Hub, cleo_hub: Hub, one_step: Any, onboarding: Any
) -> None:
    first = ana_hub.start("one-step", business_key="order-66", variables={"a": 1})
    again = ana_hub.caller.post(INSTANCES, {"definition": "one-step", "business_key": "order-66"})
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.headers["Location"] == f"{INSTANCES}/{first['id']}"
    assert again.json()["variables"] == {"a": 1}
    cleo_hub.publish(renamed("Second"))
    assert ana_hub.start("one-step", 200, business_key="order-66")["id"] == first["id"]
    assert ana_hub.start("account-onboarding", business_key="order-66")["id"] != first["id"]
    assert WorkflowInstance.objects.count() == 2


@pytest.mark.parametrize("key", ["", None])
def test_no_business_key_is_no_key(ana_hub: Hub, one_step: Any, key: Any) -> None:
    assert ana_hub.start("one-step", business_key=key)["id"] != ana_hub.start("one-step", business_key=key)["id"]


def test_a_start_that_is_sent_again_takes_effect_once(ana_hub: Hub, one_step: Any) -> None:
    key = {"Idempotency-Key": "k1"}
    first = ana_hub.make(INSTANCES, {"definition": "one-step"}, 201, **key)
    again = ana_hub.caller.post(INSTANCES, {"definition": "one-step"}, **key)
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, first, "true")
    assert again.headers["ETag"]
    other = ana_hub.caller.post(INSTANCES, {"definition": "one-step", "variables": {"a": 1}}, **key)
    problem(other, 422, "idempotency_key_reused")
    assert WorkflowInstance.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "definition"),
        ({"definition": 5}, "definition"),
        ({"definition": ""}, "definition"),
        ({"definition": "x" * 101}, "definition"),
        ({"definition": "one-step", "version": "1"}, "version"),
        ({"definition": "one-step", "version": True}, "version"),
        ({"definition": "one-step", "variables": []}, "variables"),
        ({"definition": "one-step", "variables": {"not a name": 1}}, "variables.not a name"),
        ({"definition": "one-step", "entity": "acme"}, "entity"),
        ({"definition": "one-step", "entity": {"type": "x" * 64}}, "entity.type"),
        ({"definition": "one-step", "entity": {"kind": "x"}}, "entity.kind"),
        ({"definition": "one-step", "business_key": "x" * 201}, "business_key"),
        ({"definition": "one-step", "project": "dorfman-ag"}, "project"),
        ({"definition": "one-step", "bussiness_key": "x"}, "bussiness_key"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_start_is_named(ana_calls: Caller, one_step: Any, body: Any, path: str) -> None:
    found = problem(ana_calls.post(INSTANCES, body), 422, "invalid_input")
    assert [error["path"] for error in found["errors"]] == [path]
    assert not WorkflowInstance.objects.exists()


@pytest.mark.parametrize("key", ["nothing", "6f1ed002-ab5f-4e0c-a1c0-0b6a2d2ee1f0", "../x", "' OR 1=1", "%00"])
def test_a_workflow_that_is_none_cannot_be_started(ana_calls: Caller, one_step: Any, key: str) -> None:
    problem(ana_calls.post(INSTANCES, {"definition": key}), 404, "workflow_not_found")


def test_a_version_that_is_none_cannot_be_started(ana_calls: Caller, one_step: Any) -> None:
    for version in (2, 0, -1, 2**40, 2**63 - 1):
        problem(ana_calls.post(INSTANCES, {"definition": "one-step", "version": version}), 404, "workflow_not_found")


def test_drafts_are_started_by_nobody(cleo_hub: Hub, ana_calls: Caller) -> None:
    cleo_hub.draft(ONE_STEP)
    problem(ana_calls.post(INSTANCES, {"definition": "one-step"}), 404, "workflow_not_found")
    problem(cleo_hub.caller.post(INSTANCES, {"definition": "one-step"}), 409, "wrong_state")


def test_who_only_looks_starts_nothing(vera_hub: Hub, one_step: Any) -> None:
    problem(vera_hub.caller.post(INSTANCES, {"definition": "one-step"}), 403, "forbidden")


def test_a_project_that_one_may_not_see_is_none(ana_hub: Hub, cleo_hub: Hub, one_step: Any, cast: Cast) -> None:
    for project in (cast.vault.uuid, cast.elsewhere.uuid, uuid4()):
        response = ana_hub.caller.post(INSTANCES, {"definition": "one-step", "project": str(project)})
        problem(response, 404, "project_not_found")
    made = cleo_hub.start("one-step", project=str(cast.vault.uuid))
    assert made["project"]["slug"] == "vault"
    problem(ana_hub.caller.get(f"{INSTANCES}/{made['id']}"), 404, "instance_not_found")
    assert ids(ana_hub.read(INSTANCES)) == []


def test_lists_are_filtered_by_all_that_is_known_of_an_instance(
    ana_hub: Hub, cleo_hub: Hub, one_step: Any, onboarding: Any, cast: Cast
) -> None:
    first = ana_hub.start("one-step", business_key="k 1", entity=ENTITY)
    second = cleo_hub.start("account-onboarding", project=str(cast.vault.uuid))
    cleo_hub.make(f"{INSTANCES}/{second['id']}/cancel", {"reason": "no"})
    third = cleo_hub.start("one-step")
    first_at = WorkflowInstance.objects.get(uuid=first["id"]).started_at
    later = quote((first_at + timedelta(microseconds=1)).isoformat())
    expected = {
        "": [third, second, first],
        "definition=one-step": [third, first],
        "definition=one-step&version=1": [third, first],
        "version=2": [],
        "status=running": [third, first],
        "status=canceled": [second],
        "incident=true": [],
        "incident=false": [third, second, first],
        "entity_type=CUENTA": [first],
        "entity_id=7382": [first],
        "entity_type=CUENTA&entity_id=1": [],
        "business_key=k%201": [first],
        "business_key=": [],
        f"project={cast.vault.uuid}": [second],
        f"project={cast.elsewhere.uuid}": [],
        f"started_by={cast.ana.uuid}": [first],
        f"started_after={quote(first_at.isoformat())}": [third, second, first],
        f"started_after={later}": [third, second],
        f"started_before={later}": [first],
        f"started_before={quote(first_at.isoformat())}": [],
    }
    for query, wanted in expected.items():
        assert ids(cleo_hub.read(INSTANCES, query)) == [one["id"] for one in wanted], query


def test_variables_and_steps_are_in_no_list(ana_hub: Hub, one_step: Any) -> None:
    ana_hub.start("one-step", variables={"secret": 1})
    [item] = ana_hub.read(INSTANCES)["items"]
    assert {"variables", "steps", "allowed"}.isdisjoint(item)


def test_an_instance_is_canceled_with_its_tasks(ana_hub: Hub, running: WorkflowInstance) -> None:
    address = f"{INSTANCES}/{running.uuid}"
    canceled = ana_hub.make(f"{address}/cancel", {"reason": "Customer left"})
    assert (canceled["status"], canceled["cancel_reason"], canceled["allowed"]) == ("canceled", "Customer left", [])
    assert canceled["steps"][0]["status"] == "canceled"
    assert canceled["steps"][0]["task"]["status"] == "canceled"
    assert not Task.objects.filter(is_open=True).exists()
    problem(ana_hub.caller.post(f"{address}/cancel"), 409, "wrong_state")


def test_a_reason_is_optional_and_bounded(ana_hub: Hub, running: WorkflowInstance) -> None:
    address = f"{INSTANCES}/{running.uuid}/cancel"
    problem(ana_hub.caller.post(address, {"reason": "x" * 2001}), 422, "invalid_input")
    problem(ana_hub.caller.post(address, {"why": "x"}), 422, "invalid_input")
    assert ana_hub.make(address)["cancel_reason"] is None


def test_who_may_cancel(running: WorkflowInstance, bo_calls: Caller, vera_hub: Hub, cleo_hub: Hub) -> None:
    address = f"{INSTANCES}/{running.uuid}"
    for caller in (bo_calls, vera_hub.caller):
        assert caller.get(address).status_code == 200
        problem(caller.post(f"{address}/cancel"), 403, "forbidden")
    assert cleo_hub.make(f"{address}/cancel")["status"] == "canceled"


def test_what_stands_still_is_retried_with_corrected_values(publish: Any, ana_hub: Hub, cleo_hub: Hub) -> None:
    publish(STUCK)
    stuck = ana_hub.start("stuck")
    address = f"{INSTANCES}/{stuck['id']}"
    assert (stuck["status"], stuck["has_incident"]) == ("running", True)
    [step] = stuck["steps"]
    assert (step["status"], bool(step["error"])) == ("failed", True)
    assert ids(ana_hub.read(INSTANCES, "incident=true")) == [stuck["id"]]
    assert cleo_hub.read(address)["allowed"] == ["cancel", "retry", "message"]

    problem(ana_hub.caller.post(f"{address}/retry"), 403, "forbidden")
    problem(cleo_hub.caller.post(f"{address}/retry", {"run": "nothing"}), 404, "step_not_found")
    problem(cleo_hub.caller.post(f"{address}/retry", {"variables": {"no name": 1}}), 422, "invalid_input")
    still = cleo_hub.make(f"{address}/retry", {"run": step["run"]})
    assert still["has_incident"] is True
    helped = cleo_hub.make(f"{address}/retry", {"variables": {"amount": 11}})
    assert (helped["has_incident"], helped["variables"]["amount"]) == (False, 11)
    assert [(one["step"], one["status"]) for one in helped["steps"]] == [("weigh", "done"), ("much", "open")]
    problem(cleo_hub.caller.post(f"{address}/retry"), 409, "wrong_state")


def test_visits_are_listed_in_pages(ana_hub: Hub, running: WorkflowInstance, answer: Any, cast: Cast) -> None:
    for _ in range(3):
        answer(cast.ana, running, "verify", "approved", contact_verified=True)
        answer(cast.bo, running, "welcome", "failed", email_address="x", template="Basic Welcome")
    pages = ana_hub.pages(f"{INSTANCES}/{running.uuid}/steps", "limit=3")
    assert [len(page) for page in pages] == [3, 3, 1]
    shown = [(step["step"], step["visit"]) for page in pages for step in page]
    assert shown == list(StepRun.objects.order_by("-pk").values_list("step", "visit"))
    assert ana_hub.read(f"{INSTANCES}/{running.uuid}/steps", "total=true")["total"] == 7
    whole = ana_hub.read(f"{INSTANCES}/{running.uuid}")
    assert [(step["step"], step["visit"]) for step in whole["steps"]] == shown[::-1]


def test_an_instance_that_another_one_has_started_names_it(publish: Any, ana_hub: Hub) -> None:
    publish(ONE_STEP)
    outer = {
        "key": "outer",
        "name": "Outer",
        "steps": [{"key": "inner", "name": "Inner", "type": "workflow", "workflow": "one-step"}],
    }
    publish(outer)
    parent = ana_hub.start("outer")
    [step] = parent["steps"]
    child = ana_hub.read(f"{INSTANCES}/{step['instance']}")
    assert (child["parent"], child["definition"]["key"]) == (parent["id"], "one-step")


@pytest.mark.parametrize("id", ["nothing", "1", "6f1ed002-ab5f-4e0c-a1c0-0b6a2d2ee1f0", "%20", "x" * 300])
def test_what_is_no_instance_is_not_found(ana_calls: Caller, running: WorkflowInstance, id: str) -> None:
    for tail in ("", "/steps", "/history", "/diagram"):
        problem(ana_calls.get(f"{INSTANCES}/{id}{tail}"), 404, "instance_not_found")
    problem(ana_calls.get(f"{DEFINITIONS}/{id}"), 404, "workflow_not_found")


def test_the_scopes_of_workflows_open_the_doors(as_caller: Any, ana: User, running: WorkflowInstance) -> None:
    address = f"{INSTANCES}/{running.uuid}"
    reader, worker = as_caller(ana, scopes=("workflow.read",)), as_caller(ana, scopes=("workflow.execute",))
    tasks = as_caller(ana, scopes=("task.read", "task.edit"))
    for caller, path in ((worker, address), (tasks, address), (tasks, INSTANCES), (worker, DEFINITIONS)):
        problem(caller.get(path), 403, "forbidden")
    for caller in (reader, tasks):
        problem(caller.post(INSTANCES, {"definition": "account-onboarding"}), 403, "forbidden")
        problem(caller.post(f"{address}/cancel"), 403, "forbidden")
    assert reader.get(address).json()["allowed"] == []
    assert worker.post(INSTANCES, {"definition": "account-onboarding"}).status_code == 201


def test_a_manager_whose_key_only_reads_sees_no_drafts(as_caller: Any, cleo: User, cleo_hub: Hub) -> None:
    cleo_hub.draft(ONBOARDING)
    assert as_caller(cleo, scopes=("workflow.read",)).get(DEFINITIONS).json()["items"] == []


def test_a_business_key_of_an_instance_that_one_may_not_see_is_taken(
    ana_hub: Hub, cleo_hub: Hub, one_step: Any, cast: Cast
) -> None:
    cleo_hub.start("one-step", business_key="order-66", project=str(cast.vault.uuid))
    problem(
        ana_hub.caller.post(INSTANCES, {"definition": "one-step", "business_key": "order-66"}),
        409,
        "business_key_taken",
    )
    assert WorkflowInstance.objects.count() == 1
