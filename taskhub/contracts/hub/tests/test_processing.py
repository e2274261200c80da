"""Workers outside of TaskHub: work is theirs for a while, counts once, and is seen by nobody else."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Project
from conftest import Cast
from taskhub.contracts.testing import Caller
from taskhub.contracts.tests.forms import many
from tasks.models import Event, Task
from workflows import sweeps
from workflows.models import DocumentTask, Processing

from .conftest import BASE, Hub, problem

PROCESSING = f"{BASE}/processing"
COUNTED: dict[str, Any] = {
    "key": "counted",
    "name": "Counted elsewhere",
    "steps": [
        {
            "key": "count",
            "name": "Count the words",
            "type": "automatic",
            "processor": "count-words",
            "options": {"language": "en"},
            "fields": [{"id": "f_words", "name": "words", "type": "number", "required": True}],
            "review": "invalid",
            "retry": {"attempts": 2, "wait": "PT10S"},
        }
    ],
}
TEXT = b"three small words"
Bring = Callable[..., str]


@pytest.fixture(autouse=True)
def counted(publish: Any, project: Project) -> None:
    publish(COUNTED)
    Project.objects.filter(pk=project.pk).update(pipeline="counted")


@pytest.fixture
def bring(cleo_calls: Caller, cast: Cast) -> Bring:
    """`bring("a.txt")`: the id of the task of a document that has come in."""

    def make(name: str = "a.txt") -> str:
        body, headers = many((name, TEXT))
        path = f"/v2/{cast.acme.uuid}/project/{cast.project.uuid}/upload"
        made = cleo_calls.call("POST", path, body, headers).json()
        task: str = made["tasks"][0]["task_id"]
        return task

    return make


def fetched(hub: Hub, **wanted: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = hub.make(f"{PROCESSING}/fetch", {"processors": ["count-words"], **wanted})["items"]
    return items


def said(hub: Hub, work: dict[str, Any], verb: str, **more: Any) -> Any:
    return hub.caller.post(f"{PROCESSING}/{work['id']}/{verb}", {"token": work["token"], **more})


def state_of(task: str) -> str:
    return Task.objects.get(uuid=task).state


def test_work_is_fetched_with_all_that_is_needed_for_it_and_answered(cleo_hub: Hub, bring: Bring) -> None:
    task = bring()
    [work] = fetched(cleo_hub, worker="w1", lease=30)
    assert (work["processor"], work["step"], work["attempt"], work["task"]) == ("count-words", "count", 1, task)
    assert work["options"] == {"language": "en"}
    assert [field["name"] for field in work["fields"]] == ["words"]
    assert (work["document"]["name"], work["document"]["size"]) == ("a.txt", len(TEXT))
    assert work["variables"]["document"]["name"] == "a.txt"
    file = cleo_hub.caller.get(f"{PROCESSING}/{work['id']}/file?token={work['token']}")
    assert b"".join(file.streaming_content) == TEXT
    assert said(cleo_hub, work, "complete", data={"words": 3}, metadata={"took": 0.1}).status_code == 204
    row = DocumentTask.objects.select_related("task").get()
    assert (row.task.state, row.task.form_data, row.metadata) == ("completed", {"words": 3}, {"took": 0.1})
    assert not Processing.objects.exists()


def test_what_is_not_sure_is_for_people(cleo_hub: Hub, bring: Bring) -> None:
    task = bring()
    [work] = fetched(cleo_hub)
    issue = {"field": "words", "code": "low_confidence", "message": "So few?", "confidence": 0.4}
    assert said(cleo_hub, work, "complete", data={"words": 3}, issues=[issue]).status_code == 204
    assert state_of(task) == "pending"
    assert DocumentTask.objects.get().issues == [issue]


def test_nobody_else_has_work_while_its_lease_runs_and_whoever_has_it_then_counts(
    cleo_hub: Hub, bring: Bring, time_machine: Any
) -> None:
    task = bring()
    time_machine.move_to("2030-01-01T10:00:00Z", tick=False)
    [first] = fetched(cleo_hub, lease=10)
    assert fetched(cleo_hub) == []
    time_machine.move_to("2030-01-01T10:00:09Z", tick=False)
    assert said(cleo_hub, first, "extend", lease=10).json() == {"lease_until": "2030-01-01T10:00:19Z"}
    time_machine.move_to("2030-01-01T10:00:18Z", tick=False)
    assert fetched(cleo_hub) == []
    time_machine.move_to("2030-01-01T10:00:20Z", tick=False)
    [second] = fetched(cleo_hub, lease=10)
    assert (second["id"], second["token"] != first["token"]) == (first["id"], True)
    for verb, more in (("extend", {}), ("complete", {"data": {"words": 7}}), ("fail", {"error": "x"})):
        problem(said(cleo_hub, first, verb, **more), 409, "lease_lost")
    assert cleo_hub.caller.get(f"{PROCESSING}/{first['id']}/file?token={first['token']}").status_code == 409
    assert said(cleo_hub, second, "complete", data={"words": 3}).status_code == 204
    problem(said(cleo_hub, second, "complete", data={"words": 4}), 404, "work_not_found")
    found = Task.objects.get(uuid=task)
    assert (found.state, found.form_data) == ("completed", {"words": 3})
    assert Event.objects.filter(task=found, type="task.completed").count() == 1


def test_a_failure_is_tried_again_and_then_fails_the_task(cleo_hub: Hub, bring: Bring, time_machine: Any) -> None:
    task = bring()
    time_machine.move_to("2030-01-01T10:00:00Z", tick=False)
    [work] = fetched(cleo_hub)
    assert said(cleo_hub, work, "fail", error="No memory left", retry_in=5).status_code == 204
    assert fetched(cleo_hub) == []
    time_machine.move_to("2030-01-01T10:00:06Z", tick=False)
    sweeps.fire_timers()
    [again] = fetched(cleo_hub)
    assert again["attempt"] == 2
    assert said(cleo_hub, again, "fail", error="No memory left").status_code == 204
    assert state_of(task) == "failed"


def test_only_a_manager_of_the_project_fetches(ana_calls: Caller, as_caller: Any, bring: Bring, cast: Cast) -> None:
    bring()
    problem(ana_calls.post(f"{PROCESSING}/fetch", {"processors": ["count-words"]}), 403, "forbidden")
    reader = as_caller(cast.cleo, scopes=("task.read", "workflow.execute"))
    problem(reader.post(f"{PROCESSING}/fetch", {"processors": ["count-words"]}), 403, "forbidden")


def test_work_of_another_organization_is_not_there(cleo_hub: Hub, dan_hub: Hub, bring: Bring) -> None:
    bring()
    assert fetched(dan_hub) == []
    [work] = fetched(cleo_hub)
    for verb, more in (("extend", {}), ("complete", {}), ("fail", {"error": "x"})):
        problem(said(dan_hub, work, verb, **more), 404, "work_not_found")
    problem(dan_hub.caller.get(f"{PROCESSING}/{work['id']}/file?token={work['token']}"), 404, "work_not_found")
    problem(said(cleo_hub, work | {"id": str(uuid4())}, "extend"), 404, "work_not_found")
    problem(said(cleo_hub, work | {"id": "7"}, "extend"), 404, "work_not_found")


@pytest.mark.parametrize(
    ("verb", "body", "path"),
    [
        ("fetch", {"processors": []}, "processors"),
        ("fetch", {"processors": ["x"], "lease": 0}, "lease"),
        ("fetch", {"processors": ["x"], "lease": 3601}, "lease"),
        ("fetch", {"processors": ["x"], "limit": 101}, "limit"),
        ("fetch", {"processors": ["x"], "limit": "1"}, "limit"),
        ("fetch", {"processor": "x", "processors": ["x"]}, "processor"),
        ("complete", {"data": []}, "data"),
        ("complete", {"issues": [{"code": "odd", "message": "x"}]}, "issues[0].code"),
        ("complete", {"issues": [{"code": "rule", "message": "x", "confidence": 2}]}, "issues[0].confidence"),
        ("fail", {"error": ""}, "error"),
        ("fail", {"error": "x", "retry_in": -1}, "retry_in"),
    ],
)
def test_a_body_that_means_nothing_is_refused_by_its_path(
    cleo_hub: Hub, bring: Bring, verb: str, body: Any, path: str
) -> None:
    bring()
    if verb == "fetch":
        answer = cleo_hub.caller.post(f"{PROCESSING}/fetch", body)
    else:
        answer = said(cleo_hub, fetched(cleo_hub)[0], verb, **body)
    assert [error["path"] for error in problem(answer, 422, "invalid_input")["errors"]] == [path]
    assert Processing.objects.count() == 1


def test_fetching_costs_the_same_however_much(cleo_hub: Hub, bring: Bring) -> None:
    for _ in range(6):
        bring()
    body = {"processors": ["count-words"], "limit": 1}
    cleo_hub.make(f"{PROCESSING}/fetch", body)
    one = cleo_hub.caller.cost("POST", f"{PROCESSING}/fetch", body)
    assert cleo_hub.caller.cost("POST", f"{PROCESSING}/fetch", body | {"limit": 4}) == one
