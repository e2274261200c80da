"""Workflows over HTTP: posted whole as documented, followed to their end, stopped; every fault named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from accounts.models import User
from conftest import Cast
from taskhub.contracts.bots.ids import public
from taskhub.contracts.testing import Caller, example, same_shape
from tasks.models import Task
from workflows.models import WorkflowDefinition, WorkflowInstance

HERE = Path(__file__).parents[1]
WORKFLOWS = "/api/v1/workflows"
pytestmark = pytest.mark.django_db


def documented(name: str = "workflow_request") -> Any:
    return example(HERE, name, user456="ana", user789="bo")


@pytest.fixture
def onboarding(ana_calls: Caller) -> dict[str, Any]:
    """The documented workflow, started by ana."""
    response = ana_calls.post(WORKFLOWS, documented())
    assert response.status_code == 201, response.content
    made: dict[str, Any] = response.json()
    return made


def task_of(workflow: dict[str, Any], name: str) -> str:
    return next(str(step["task_id"]) for step in workflow["steps"] if step["name"] == name)


def complete(caller: Caller, address: str, name: str) -> None:
    task_id = task_of(caller.get(address).json(), name)
    assert caller.post(f"/api/v1/tasks/{task_id}/complete", {}).status_code == 200


def test_the_documented_workflow_is_started_and_its_status_is_as_documented(
    ana_calls: Caller, bo_calls: Caller, onboarding: dict[str, Any]
) -> None:
    address = f"{WORKFLOWS}/{onboarding['workflow_id']}"
    first = ana_calls.get(f"{address}/status").json()
    assert (first["status"], first["progress"], first["current_step"]) == ("pending", 0, "Account Setup")
    complete(ana_calls, address, "Account Setup")
    answer = bo_calls.get(f"{address}/status").json()
    told = documented("workflow_status_response")
    assert same_shape(told, answer)
    for name in ("name", "status", "progress", "completed_steps", "total_steps", "current_step"):
        assert answer[name] == told[name], name
    assert answer["workflow_id"] == onboarding["workflow_id"]
    ends = datetime.fromisoformat(answer["estimated_completion"])
    assert timedelta(hours=3.9) < ends - datetime.now(UTC) <= timedelta(hours=4)
    complete(bo_calls, address, "Training")
    last = ana_calls.get(f"{address}/status").json()
    assert (last["status"], last["progress"], last["completed_steps"], last["current_step"]) == (
        "completed", 100, 2, None,
    )  # fmt: skip
    assert last["estimated_completion"] == ana_calls.get(address).json()["completed_at"]


def test_a_workflow_is_shown_with_its_steps(ana_calls: Caller, onboarding: dict[str, Any]) -> None:
    setup, training = onboarding["steps"]
    assert (setup["assignee"], setup["status"], setup["duration_hours"], setup["depends_on"]) == (
        "ana", "pending", 2, [],
    )  # fmt: skip
    assert (training["assignee"], training["status"], training["task_id"], training["depends_on"]) == (
        "bo", "pending", None, ["Account Setup"],
    )  # fmt: skip
    assert ana_calls.get(f"/api/v1/tasks/{setup['task_id']}").json()["title"] == "Account Setup"
    assert ana_calls.patch(f"/api/v1/tasks/{setup['task_id']}", {"status": "in_progress"}).status_code == 200
    now = ana_calls.get(f"{WORKFLOWS}/{onboarding['workflow_id']}").json()
    assert (now["status"], now["steps"][0]["status"], now["created_by"]) == ("in_progress", "in_progress", "ana")


def test_steps_that_wait_for_nothing_begin_together(ana_calls: Caller) -> None:
    steps = [{"name": f"Step {place}", "assignee": "ana"} for place in range(3)]
    steps.append({"name": "Last", "assignee": "bo", "depends_on": [step["name"] for step in steps]})  # type: ignore[dict-item]
    made = ana_calls.post(WORKFLOWS, {"name": "Together", "steps": steps}).json()
    assert [bool(step["task_id"]) for step in made["steps"]] == [True, True, True, False]
    assert (made["current_step"], made["estimated_completion"], made["total_steps"]) == ("Step 0", None, 4)


def test_context_goes_with_the_workflow(ana_calls: Caller) -> None:
    body = documented() | {"context": {"conversation_id": "conv_1", "bot": {"id": 7}}, "project": "dorfman-ag"}
    body["steps"][0]["name"] = "Set up {{context.bot.id}}"
    body["steps"][1]["depends_on"] = ["Set up {{context.bot.id}}"]
    made = ana_calls.post(WORKFLOWS, body).json()
    assert (made["context"], made["project"]) == (body["context"], "dorfman-ag")
    assert Task.objects.get().title == "Set up 7"
    assert WorkflowInstance.objects.get().entity_id == "conv_1"


def test_a_team_may_do_a_step_and_its_claimer_is_shown(ana_calls: Caller) -> None:
    made = ana_calls.post(WORKFLOWS, {"name": "W", "steps": [{"name": "Call", "team": "sales"}]}).json()
    assert (made["steps"][0]["team"], made["steps"][0]["assignee"]) == ("sales", None)
    complete(ana_calls, f"{WORKFLOWS}/{made['workflow_id']}", "Call")
    done = ana_calls.get(f"{WORKFLOWS}/{made['workflow_id']}").json()["steps"][0]
    assert (done["assignee"], done["status"]) == ("ana", "completed")


def test_names_that_spell_alike_are_different_steps(ana_calls: Caller) -> None:
    names = ["Call", "call", "CALL!", "end", "context", "入库", "入库 2", "---", "x" * 200]
    steps = [
        {"name": name, "assignee": "ana", "depends_on": names[place - 1 : place] if place else []}
        for place, name in enumerate(names)
    ]
    made = ana_calls.post(WORKFLOWS, {"name": "Names", "steps": steps, "context": {"a": 1}})
    assert made.status_code == 201, made.content
    assert [step["name"] for step in made.json()["steps"]] == names
    assert [step["depends_on"] for step in made.json()["steps"]][1:] == [[name] for name in names[:-1]]


def step(name: Any = "A", **more: Any) -> dict[str, Any]:
    return {"name": name, "assignee": "ana", **more}


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([7], "steps[0]"),
        ([{"assignee": "ana"}], "steps[0].name"),
        ([step(" ")], "steps[0].name"),
        ([step(7)], "steps[0].name"),
        ([step("x" * 201)], "steps[0].name"),
        ([step(), step()], "steps[1].name"),
        ([step(), {"name": "B", "assignee": "nobody"}], "steps[1].assignee"),
        ([{"name": "B", "assignee": "dan"}], "steps[0].assignee"),
        ([{"name": "B", "assignee": "vera"}], "steps[0].assignee"),
        ([{"name": "B", "assignee": ["ana"]}], "steps[0].assignee"),
        ([{"name": "B", "team": "nobody"}], "steps[0].team"),
        ([step(team="sales")], "steps[0].assignee"),
        ([step(depends_on="A")], "steps[0].depends_on"),
        ([step(depends_on=[7])], "steps[0].depends_on[0]"),
        ([step(), step("B", depends_on=["A", "C"])], "steps[1].depends_on[1]"),
        ([step(), step("B", depends_on=["A", "A"])], "steps[1].depends_on[1]"),
        ([step(depends_on=["A"])], "steps[0].depends_on[0]"),
        ([step(depends_on=["B"]), step("B", depends_on=["A"])], "steps"),
        ([step(duration_hours=0)], "steps[0].duration_hours"),
        ([step(duration_hours=-2)], "steps[0].duration_hours"),
        ([step(duration_hours="2")], "steps[0].duration_hours"),
        ([step(duration_hours=True)], "steps[0].duration_hours"),
        ([step(duration_hours=1e300)], "steps[0].duration_hours"),
        ([step(description=["x"])], "steps[0].description"),
        ([step(description="x" * 20_001)], "steps[0].description"),
    ],
)
def test_faults_of_steps_are_named_by_their_path(ana_calls: Caller, vera: User, steps: Any, path: str) -> None:
    response = ana_calls.post(WORKFLOWS, {"name": "W", "steps": steps})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_steps"), response.content
    assert response.json()["message"].startswith(path), response.content
    assert not WorkflowDefinition.objects.exists()
    assert not Task.objects.exists()


def test_a_ring_is_told_by_names(ana_calls: Caller) -> None:
    ring = [step("Set Up", depends_on=["Train"]), step("Train", depends_on=["Set Up"]), step("Start")]
    message = ana_calls.post(WORKFLOWS, {"name": "W", "steps": ring}).json()["message"]
    assert "waits for itself: Set Up -> Train -> Set Up" in message


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": ""}, "invalid_name"),
        ({"name": None}, "invalid_name"),
        ({"name": "x" * 201}, "invalid_name"),
        ({"steps": []}, "invalid_steps"),
        ({"steps": None}, "invalid_steps"),
        ({"steps": "A"}, "invalid_steps"),
        ({"steps": [step(f"S{place}") for place in range(2_001)]}, "invalid_steps"),
        ({"context": "x"}, "invalid_context"),
        ({"context": {"a": [0] * 10_001}}, "invalid_context"),
        ({"project": "elsewhere"}, "invalid_project"),
        ({"project": "vault"}, "invalid_project"),
    ],
)
def test_faults_of_the_rest_are_named_too(ana_calls: Caller, said: dict[str, Any], code: str) -> None:
    response = ana_calls.post(WORKFLOWS, documented() | said)
    assert (response.status_code, response.json()["error"]) == (400, code), response.content
    assert not WorkflowInstance.objects.exists()


def test_five_hundred_steps_come_all_or_not_at_all(ana_calls: Caller) -> None:
    steps = [step(f"Step {place}", duration_hours=1) for place in range(499)]
    wrong = ana_calls.post(WORKFLOWS, {"name": "Big", "steps": [*steps, step("Last", depends_on=["Nobody"])]})
    assert wrong.json()["message"].startswith("steps[499].depends_on[0]: there is no step 'Nobody'")
    assert not Task.objects.exists()
    started = process_time()
    last = step("Last", depends_on=[each["name"] for each in steps])
    made = ana_calls.post(WORKFLOWS, {"name": "Big", "steps": [*steps, last]})
    assert process_time() - started < 20
    assert (made.status_code, made.json()["total_steps"]) == (201, 500)
    assert Task.objects.count() == 499


def test_the_same_steps_are_one_definition_that_no_list_shows(ana_calls: Caller, bo_calls: Caller) -> None:
    ids = {caller.post(WORKFLOWS, documented()).json()["workflow_id"] for caller in (ana_calls, ana_calls, bo_calls)}
    assert len(ids) == 3
    assert WorkflowDefinition.objects.get().is_listed is False
    assert ana_calls.get("/api/hub/v1/workflow-definitions").json()["items"] == []


def test_a_workflow_is_cancelled_by_its_status(
    ana_calls: Caller, cleo_calls: Caller, bo_calls: Caller, onboarding: dict[str, Any]
) -> None:
    address = f"{WORKFLOWS}/{onboarding['workflow_id']}"
    assert bo_calls.patch(address, {"status": "cancelled"}).json() == {
        "error": "permission_denied",
        "message": "You don't have permission to modify this workflow",
    }
    for status in ("completed", "in_progress"):
        assert cleo_calls.patch(address, {"status": status}).json()["error"] == "invalid_state"
    assert cleo_calls.patch(address, {"status": "done"}).json()["error"] == "invalid_status"
    assert ana_calls.patch(address, {"status": "pending"}).json()["updated"] is False
    assert ana_calls.patch(address, {"status": "cancelled", "version": 99}).json()["error"] == "conflict"
    answer = ana_calls.patch(address, {"status": "cancelled", "reason": "The customer left."}).json()
    assert (answer["updated"], answer["updated_fields"]) == (True, ["status"])
    shown = ana_calls.get(address).json()
    assert (shown["status"], shown["current_step"], shown["estimated_completion"]) == ("cancelled", None, None)
    assert [each["status"] for each in shown["steps"]] == ["cancelled", "cancelled"]
    assert ana_calls.patch(address, {"status": "cancelled"}).json()["updated"] is False
    assert WorkflowInstance.objects.get().cancel_reason == "The customer left."


def test_deleting_cancels_once(ana_calls: Caller, onboarding: dict[str, Any]) -> None:
    address = f"{WORKFLOWS}/{onboarding['workflow_id']}"
    assert ana_calls.delete(address).json() == {"deleted": True, "workflow_id": onboarding["workflow_id"]}
    again = ana_calls.delete(address)
    assert (again.status_code, again.json()["error"]) == (409, "invalid_state")
    assert ana_calls.get(f"{address}/status").json()["status"] == "cancelled"
    assert Task.objects.get().state == "canceled"


def test_lists_are_filtered_by_status_and_paged(ana_calls: Caller, onboarding: dict[str, Any]) -> None:
    begun, done, gone = (ana_calls.post(WORKFLOWS, documented()).json() for _ in range(3))
    complete(ana_calls, f"{WORKFLOWS}/{begun['workflow_id']}", "Account Setup")
    ana_calls.delete(f"{WORKFLOWS}/{gone['workflow_id']}")
    single = ana_calls.post(WORKFLOWS, {"name": "One", "steps": [step()]}).json()
    complete(ana_calls, f"{WORKFLOWS}/{single['workflow_id']}", "A")
    expected = {
        "pending": [done, onboarding],
        "in_progress": [begun],
        "completed": [single],
        "cancelled": [gone],
    }
    for status, workflows in expected.items():
        answer = ana_calls.get(f"{WORKFLOWS}?status={status}").json()
        assert [row["workflow_id"] for row in answer["workflows"]] == [each["workflow_id"] for each in workflows]
        assert {row["status"] for row in answer["workflows"]} == {status}
        assert answer["total"] == len(workflows)
    page = ana_calls.get(f"{WORKFLOWS}?limit=2&page=3").json()
    assert (len(page["workflows"]), page["total"], page["page"], page["limit"]) == (1, 5, 3, 2)
    assert ana_calls.get(f"{WORKFLOWS}?status=open").json()["error"] == "invalid_status"


def test_what_one_may_not_see_is_not_there(
    dan_calls: Caller, bo_calls: Caller, cleo_calls: Caller, onboarding: dict[str, Any]
) -> None:
    private = cleo_calls.post(WORKFLOWS, documented() | {"project": "vault"}).json()
    for caller, made in ((dan_calls, onboarding), (bo_calls, private)):
        address = f"{WORKFLOWS}/{made['workflow_id']}"
        missing = {"error": "workflow_not_found", "message": f"Workflow {made['workflow_id']} not found"}
        for response in (
            caller.get(address),
            caller.get(f"{address}/status"),
            caller.patch(address, {"status": "cancelled"}),
            caller.delete(address),
        ):
            assert (response.status_code, response.json()) == (404, missing)
    assert dan_calls.get(WORKFLOWS).json()["total"] == 0
    assert bo_calls.get(WORKFLOWS).json()["total"] == 1


def test_ids_have_one_spelling(ana_calls: Caller, onboarding: dict[str, Any]) -> None:
    row = WorkflowInstance.objects.get()
    assert onboarding["workflow_id"] == public("wf", row.uuid)
    for wrong in (str(row.uuid), f"wf_{row.pk}", "wf_", onboarding["workflow_id"].upper(), "%00", "tsk_x"):
        assert ana_calls.get(f"{WORKFLOWS}/{wrong}/status").status_code == 404


def test_scopes_are_those_of_workflows(as_caller: Any, cast: Cast, onboarding: dict[str, Any]) -> None:
    tasks_only = as_caller(cast.ana, scopes=("task.read", "task.edit"))
    reader = as_caller(cast.ana, scopes=("workflow.read",))
    assert tasks_only.get(WORKFLOWS).status_code == 403
    assert reader.get(f"{WORKFLOWS}/{onboarding['workflow_id']}").status_code == 200
    assert reader.post(WORKFLOWS, documented()).status_code == 403
    assert reader.delete(f"{WORKFLOWS}/{onboarding['workflow_id']}").status_code == 403


def test_a_viewer_starts_nothing(as_caller: Any, vera: User) -> None:
    response = as_caller(vera).post(WORKFLOWS, documented())
    assert (response.status_code, response.json()["error"]) == (403, "permission_denied")


def test_reading_costs_the_same_whatever_has_happened(ana_calls: Caller, onboarding: dict[str, Any]) -> None:
    address = f"{WORKFLOWS}/{onboarding['workflow_id']}"
    addresses = (address, f"{address}/status", WORKFLOWS)
    costs = [ana_calls.cost("GET", each) for each in addresses]
    for _ in range(3):
        made = ana_calls.post(WORKFLOWS, documented()).json()
        complete(ana_calls, f"{WORKFLOWS}/{made['workflow_id']}", "Account Setup")
    assert [ana_calls.cost("GET", each) for each in addresses] == costs
    assert max(costs) <= 12


def test_a_request_that_is_repeated_starts_one_workflow(ana_calls: Caller) -> None:
    answers = [ana_calls.post(WORKFLOWS, documented(), **{"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert WorkflowInstance.objects.count() == 1
