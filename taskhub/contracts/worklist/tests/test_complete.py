"""Completing: results, who may, what is wrong with a state, and what is told of the workflow."""

from functools import partial
from typing import Any

import pytest

from accounts.actor import Role
from accounts.credential_cache import forget
from accounts.models import Membership, User
from taskhub.contracts.testing import crowd
from tasks.models import Event, Task
from workflows import commands
from workflows.models import StepRun, WorkflowInstance
from workflows.tests.samples import APPROVAL, ONE_STEP, PARALLEL

from .conftest import SCOPES, Start, Worker, Workers, address, open_tasks, wrong

FORM = {"contact_verified": True}


def test_the_comment_is_kept_as_the_resolution(ana_works: Worker, verify: Task) -> None:
    assert ana_works.complete(verify, "approved", FORM, comment="Called twice.").status_code == 200
    assert Task.objects.get(pk=verify.pk).resolution == "Called twice."


@pytest.mark.parametrize("body", [{}, {"captured_data": None, "comment": None}, {"captured_data": {}, "comment": ""}])
def test_what_is_optional_may_be_left_out_or_null(
    cleo_works: Worker, publish: Any, start: Start, body: dict[str, Any]
) -> None:
    publish(ONE_STEP)
    [task] = open_tasks(start("one-step"))
    answer = cleo_works.post(f"{address(task)}/complete", {"result_code": "completed"} | body)
    assert answer.json()["data"]["instance_status"] == "COMPLETED"


def test_a_step_without_results_has_one_all_the_same(
    cleo_works: Worker, publish: Any, start: Start, verify: Task
) -> None:
    publish(ONE_STEP)
    instance = start("one-step")
    [task] = open_tasks(instance)
    assert cleo_works.detail(task)["available_results"] == [{"code": "completed", "label": "Completed"}]
    assert wrong(cleo_works.complete(task, "done"), 400, "VALIDATION_ERROR") == ["result_code"]
    answer = cleo_works.complete(task, "completed").json()["data"]
    assert (answer["result"], answer["next_steps"]) == ("completed", [])
    assert StepRun.objects.get(instance=instance).outcome == ""


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"result_code": "sent"}, ["result_code"]),
    ({"result_code": "APPROVED"}, ["result_code"]),
    ({"result_code": ""}, ["result_code"]),
    ({"result_code": None}, ["result_code"]),
    ({"result_code": 1}, ["result_code"]),
    ({"result_code": ["approved"]}, ["result_code"]),
    ({"result_code": "x" * 81}, ["result_code"]),
    ({"captured_data": []}, ["captured_data"]),
    ({"captured_data": "x"}, ["captured_data"]),
    ({"comment": 5}, ["comment"]),
    ({"comment": "x" * 2001}, ["comment"]),
    ({"result_code": 1, "captured_data": 2, "comment": 3}, ["result_code", "captured_data", "comment"]),
]


@pytest.mark.parametrize(("change", "fields"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_field_is_named(ana_works: Worker, verify: Task, change: dict[str, Any], fields: list[str]) -> None:
    body = {"result_code": "approved", "captured_data": FORM} | change
    assert wrong(ana_works.post(f"{address(verify)}/complete", body), 400, "VALIDATION_ERROR") == fields
    assert Task.objects.get(pk=verify.pk).state == "pending"


def test_the_longest_texts_are_taken(ana_works: Worker, verify: Task) -> None:
    assert ana_works.complete(verify, "approved", FORM, comment="ü" * 2000).status_code == 200


def test_a_result_that_is_missing_is_named(ana_works: Worker, verify: Task) -> None:
    assert wrong(ana_works.post(f"{address(verify)}/complete", {}), 400, "VALIDATION_ERROR") == ["result_code"]
    assert wrong(ana_works.post(f"{address(verify)}/complete"), 400, "VALIDATION_ERROR") == ["result_code"]


def test_a_task_that_is_completed_cannot_be_completed(ana_works: Worker, cleo_works: Worker, verify: Task) -> None:
    ana_works.complete(verify, "approved", FORM)
    for works in (ana_works, cleo_works):
        response = works.complete(verify, "approved", FORM)
        assert wrong(response, 400, "VALIDATION_ERROR") == []
        assert response.json()["error"]["message"]
    assert StepRun.objects.filter(step="welcome").count() == 1


def test_a_step_of_a_canceled_workflow_is_gone(
    ana_works: Worker, verify: Task, onboarding: WorkflowInstance, cleo: User, actor_of: Any
) -> None:
    commands.cancel(actor=actor_of(cleo), instance=onboarding.pk)
    wrong(ana_works.complete(verify, "approved", FORM), 404, "NOT_FOUND")
    wrong(ana_works.reassign(verify, assign_to_user_id=str(cleo.pk)), 404, "NOT_FOUND")


def test_somebody_elses_task_is_refused(bo_works: Worker, verify: Task) -> None:
    wrong(bo_works.complete(verify, "approved", FORM), 403, "FORBIDDEN")


def test_a_viewer_looks_and_does_not_work(ana_works: Worker, ana: User, verify: Task) -> None:
    Membership.objects.filter(user=ana).update(role=Role.VIEWER)
    forget()
    assert ana_works.detail(verify)["id"] == str(verify.pk)
    wrong(ana_works.complete(verify, "approved", FORM), 403, "FORBIDDEN")


NO_IDS = (
    "0", "-1", "007", "1.0", "1e3", "+1", "999999", str(2**63), str(2**31), "9" * 5000, "\u0663", "%31%00", "a", "0x1",
    "0f8fad5b-d9cb-469f-a165-70867728950e", "a%2Fb", " 1", "1 ",
)  # fmt: skip


@pytest.mark.parametrize("id", NO_IDS, ids=lambda id: id[:20])
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("POST", "/complete"), ("POST", "/reassign")])
def test_an_id_of_nothing_is_not_found(cleo_works: Worker, cleo: User, method: str, tail: str, id: str) -> None:
    body = {"result_code": "approved", "assign_to_user_id": str(cleo.pk)}
    wrong(cleo_works.call(method, address(id) + tail, body if tail else None), 404, "NOT_FOUND")


def test_all_steps_that_are_next_are_named_the_first_one_first(ana_works: Worker, publish: Any, start: Start) -> None:
    publish(PARALLEL)
    [begin] = open_tasks(start("parallel"))
    answer = ana_works.complete(begin, "completed").json()["data"]
    assert (answer["next_step"], answer["next_steps"]) == ("Left", ["Left", "Right"])


def test_a_branch_that_waits_for_another_has_no_next_step(ana_works: Worker, publish: Any, start: Start) -> None:
    publish(PARALLEL)
    instance = start("parallel")
    ana_works.complete(open_tasks(instance)[0], "completed")
    left, _ = open_tasks(instance)
    answer = ana_works.complete(left, "completed").json()["data"]
    assert (answer["instance_status"], answer["next_step"], answer["next_steps"]) == ("RUNNING", None, [])


def test_a_step_that_several_must_sign_is_in_progress_until_the_last(
    ana_works: Worker, bo_works: Worker, cleo_works: Worker, publish: Any, start: Start
) -> None:
    publish(APPROVAL)
    instance = start("approval", variables={"amount": 2000})
    [fill] = open_tasks(instance)
    cleo_works.complete(fill, "completed", {"amount": 2000})
    lead, board = open_tasks(instance)
    cleo_works.complete(lead, "yes")

    first = ana_works.complete(board, "yes").json()["data"]
    assert (first["status"], first["completed_at"], first["instance_status"]) == ("IN_PROGRESS", None, "RUNNING")
    assert (first["result"], first["next_step"]) == ("yes", None)
    wrong(ana_works.complete(board, "yes"), 400, "VALIDATION_ERROR")

    last = bo_works.complete(board, "yes").json()["data"]
    assert (last["status"], last["next_step"]) == ("COMPLETED", "Pay")


def test_a_manager_closes_a_step_without_a_share(cleo_works: Worker, verify: Task) -> None:
    answer = cleo_works.complete(verify, "approved", FORM).json()["data"]
    assert (answer["status"], answer["next_step"]) == ("COMPLETED", "Send Welcome Email")


def test_the_same_request_again_is_answered_alike(ana_works: Worker, verify: Task) -> None:
    url, body, key = f"{address(verify)}/complete", {"result_code": "approved", "captured_data": FORM}, "k-1"
    first, again = (ana_works.post(url, body, **{"Idempotency-Key": key}) for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = ana_works.post(url, body | {"comment": "x"}, **{"Idempotency-Key": key})
    wrong(other, 422, "IDEMPOTENCY_KEY_REUSED")
    wrong(ana_works.post(url, body, **{"Idempotency-Key": "x" * 256}), 400, "BAD_REQUEST")
    assert Event.objects.filter(type="task.completed").count() == 1


def test_an_accident_tells_nothing_of_why(
    ana_works: Worker, verify: Task, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(**_: Any) -> Any:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("taskhub.contracts.worklist.views.commands.complete", explode)
    response = ana_works.complete(verify, "approved", FORM)
    wrong(response, 500, "INTERNAL_ERROR")
    assert "secret" not in response.text
    assert "RuntimeError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_of_six_clients_at_once_one_completes_the_step(as_worker: Workers, sales: Any, welcome: Task) -> None:
    data = {"email_address": "contact@acme.com", "template": "Premium Welcome"}
    clients = [as_worker(user, scopes=SCOPES) for user in User.objects.filter(username__in=("ana", "bo", "cleo"))] * 2
    with crowd(6) as at_once:
        answers = at_once([partial(works.complete, welcome, "sent", data) for works in clients])
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert set(codes[1:]) <= {400, 403}
    assert StepRun.objects.filter(step="review").count() == 1
    assert Event.objects.filter(task=welcome, type="task.completed").count() == 1
