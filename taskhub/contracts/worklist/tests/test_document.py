"""Every JSON block of the document, replayed: an account is verified, welcomed and reviewed."""

from pathlib import Path
from typing import Any

from accounts.models import Team, User
from taskhub.contracts.testing import example, same_shape
from tasks.models import Task
from workflows.models import WorkflowInstance

from .conftest import TASKS, Worker, address, open_tasks

HERE = Path(__file__).parents[1]
OF_TASK = ("workflow_name", "step_name", "status", "escalated", "entity")


def same_order(left: Any, right: Any) -> bool:
    """Whether all objects spell their keys in the same order."""
    if isinstance(left, dict):
        return list(left) == list(right) and all(same_order(left[key], right[key]) for key in left)
    return not isinstance(left, list) or all(same_order(a, b) for a, b in zip(left, right, strict=False))


def test_the_documented_list(bo_works: Worker, welcome: Task, sales: Team, onboarding: WorkflowInstance) -> None:
    documented = example(HERE, "list_response")
    answer = bo_works.get(f"{TASKS}?limit=10&status=PENDING").json()

    assert same_order(documented, answer)
    assert same_shape(documented, answer)
    [shown], [wanted] = answer["data"], documented["data"]
    assert {name: shown[name] for name in OF_TASK} == {name: wanted[name] for name in OF_TASK}
    assert (shown["id"], shown["instance_id"]) == (str(welcome.pk), str(onboarding.pk))
    assert (shown["assigned_to_user"], shown["assigned_to_group"]) == (
        None,
        {"id": str(sales.pk), "name": "Sales Team"},
    )
    assert answer["meta"] == {"total": 1, "limit": 10, "offset": 0}


def test_the_documented_detail(bo_works: Worker, welcome: Task) -> None:
    documented = example(HERE, "detail_response")
    answer = bo_works.get(address(welcome)).json()

    shown, wanted = answer["data"], documented["data"]
    assert (list(answer), list(shown)) == (list(documented), list(wanted))
    same = (*OF_TASK, "step_description", "available_results", "assigned_to_user")
    assert {name: shown[name] for name in same} == {name: wanted[name] for name in same}
    assert answer["meta"] == {}


def test_the_documented_form(bo_works: Worker, welcome: Task) -> None:
    email, template = bo_works.detail(welcome)["fields"]
    wanted_email, wanted_template = example(HERE, "detail_response")["data"]["fields"]
    assert email == wanted_email
    assert list(template)[:5] == list(wanted_template)
    options = [{"value": name, "label": name} for name in ("Premium Welcome", "Basic Welcome")]
    assert template == wanted_template | {"options": options}


def test_the_documented_previous_step(bo_works: Worker, welcome: Task) -> None:
    [before] = bo_works.detail(welcome)["previous_steps_data"]
    [wanted] = example(HERE, "detail_response")["data"]["previous_steps_data"]
    assert list(before) == list(wanted)
    told = Task.objects.get(step_run__step="verify").closed_at
    assert before == wanted | {"completed_by": "ana", "completed_at": f"{told:%Y-%m-%dT%H:%M:%S}"}


def test_the_documented_completion_leads_to_the_documented_step(
    bo_works: Worker, cleo_works: Worker, welcome: Task, onboarding: WorkflowInstance
) -> None:
    response = bo_works.post(f"{address(welcome)}/complete", example(HERE, "complete_request"))
    documented, answer = example(HERE, "complete_response"), response.json()

    assert list(answer["data"])[:6] == list(documented["data"])
    told = {name: answer["data"][name] for name in documented["data"] if name not in ("task_id", "completed_at")}
    assert told == {name: documented["data"][name] for name in told}
    assert answer["data"]["next_steps"] == ["Review Welcome Package"]
    done = Task.objects.get(pk=welcome.pk)
    assert answer["data"]["task_id"] == str(done.pk)
    assert answer["data"]["completed_at"] == f"{done.closed_at:%Y-%m-%dT%H:%M:%S}"
    assert (done.resolution, done.form_data) == (
        "Welcome email sent successfully.",
        {"email_address": "contact@acme.com", "template": "Premium Welcome"},
    )

    [review] = open_tasks(onboarding)
    last = cleo_works.complete(review, "done").json()["data"]
    assert (last["instance_status"], last["next_step"], last["next_steps"]) == ("COMPLETED", None, [])


def test_the_documented_reassignment(cleo_works: Worker, welcome: Task, bo: User) -> None:
    documented = example(HERE, "reassign_response")
    body = example(HERE, "reassign_request") | {"assign_to_user_id": str(bo.pk)}
    answer = cleo_works.post(f"{address(welcome)}/reassign", body).json()

    assert same_order(documented, answer)
    assert same_shape(documented, answer)
    assert answer["data"]["task_id"] == str(welcome.pk)
    assert answer["data"]["assigned_to_user"] == {"id": str(bo.pk), "name": "Bo Berg"}
    [moved] = welcome.events.filter(type="task.reassigned")
    assert moved.payload["reason"] == "Reassigning to specialist."
    assert cleo_works.detail(welcome)["assigned_to_user"] == answer["data"]["assigned_to_user"]


def test_a_failed_email_goes_back_and_makes_a_new_task(
    ana_works: Worker, bo_works: Worker, welcome: Task, verify: Task, onboarding: WorkflowInstance
) -> None:
    data = {"email_address": "contact@acme.com", "template": "Basic Welcome"}
    answer = bo_works.complete(welcome, "failed", data).json()["data"]
    assert (answer["next_step"], answer["instance_status"]) == ("Verify Contact Information", "RUNNING")

    [again] = open_tasks(onboarding)
    assert again.pk not in (verify.pk, welcome.pk)
    told = ana_works.detail(again)["previous_steps_data"]
    assert [(step["step_name"], step["completed_by"], step["result"]) for step in told] == [
        ("Verify Contact Information", "ana", "approved"),
        ("Send Welcome Email", "bo", "failed"),
    ]
    assert told[1]["captured_data"] == data

    ana_works.complete(again, "approved", {"contact_verified": True})
    [second] = open_tasks(onboarding)
    assert second.pk != welcome.pk
    assert bo_works.complete(second, "sent", data).json()["data"]["next_step"] == "Review Welcome Package"


def test_a_rejected_account_ends_the_workflow(ana_works: Worker, verify: Task, onboarding: WorkflowInstance) -> None:
    answer = ana_works.complete(verify, "rejected", {"contact_verified": False}).json()["data"]
    assert (answer["instance_status"], answer["next_step"]) == ("COMPLETED", None)
    assert open_tasks(onboarding) == []


def test_an_assignee_hands_their_step_to_the_group(
    ana_works: Worker, bo_works: Worker, verify: Task, sales: Team
) -> None:
    answer = ana_works.reassign(verify, assign_to_group_id=str(sales.pk)).json()["data"]
    assert answer["assigned_to_user"] is None
    assert answer["assigned_to_group"] == {"id": str(sales.pk), "name": "Sales Team"}
    assert bo_works.complete(verify, "approved", {"contact_verified": True}).status_code == 200
    shown = bo_works.detail(verify)
    assert (shown["assigned_to_user"]["name"], shown["assigned_to_group"]["name"]) == ("Bo Berg", "Sales Team")
