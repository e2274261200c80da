"""Every documented way to be refused: 400 with a code that says why, 401, 403, 404. None of them changes anything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.access import forget
from conftest import Cast
from tasks.commands import create
from tasks.models import Event, Task

from .conftest import Documents, process
from .pipelines import BROKEN, INVOICE, INVOICES, LETTER, ONCE

VERBS = [
    ("complete", "POST"), ("discard", "POST"), ("discard", "PUT"), ("unlock", "POST"), ("unlock", "PUT"),
    ("retry", "POST"), ("report", "POST"),
]  # fmt: skip
BODIES: dict[str, Any] = {"report": {"reason": "x"}}


@pytest.fixture(autouse=True)
def invoices(pipeline: Callable[[Any], None]) -> None:
    pipeline(INVOICES)


@pytest.fixture
def reviewed(ana_docs: Documents) -> list[str]:
    """Two tasks under review, of one upload."""
    upload = ana_docs.bring_processed(("a.pdf", INVOICE), ("b.pdf", INVOICE))
    return [task["task_id"] for task in upload["tasks"]]


def test_all_that_is_wrong_with_the_data_is_told_at_once_by_field(ana_docs: Documents, reviewed: list[str]) -> None:
    answer = ana_docs.asked(reviewed[0], "complete", data={"number": "", "net": 5e6, "total": 2e6, "vat": 1})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "validation_failed")
    told = {(detail["field"], detail["message"]) for detail in error["details"]}
    assert told >= {("data.number", "is required"), ("data.vat", "is not asked for")}
    answer = ana_docs.asked(reviewed[0], "complete", data={"net": 5e6, "total": 2e6})
    told = {(detail["field"], detail["message"]) for detail in answer.json()["error"]["details"]}
    assert told == {
        ("data.total", "The total is less than the net amount"),
        ("data.total", "Nobody pays so much"),
    }
    assert ana_docs.task(reviewed[0])["status"] == "REVIEWING"


def test_what_is_final_takes_only_unlock_and_report(ana_docs: Documents, reviewed: list[str]) -> None:
    ana_docs.say(reviewed[0], "discard")
    before = Event.objects.count()
    for verb, code in (("complete", "wrong_state"), ("discard", "wrong_state"), ("retry", "not_failed")):
        assert ana_docs.refused(reviewed[0], verb) == (400, code)
    assert Event.objects.count() == before
    assert ana_docs.say(reviewed[0], "report", reason="late")["status"] == "recorded"


def test_what_is_being_processed_waits(cleo_docs: Documents) -> None:
    [task] = cleo_docs.bring(("a.pdf", INVOICE))["tasks"]
    for verb in ("complete", "discard"):
        assert cleo_docs.refused(task["task_id"], verb) == (400, "wrong_state")
    assert cleo_docs.refused(task["task_id"], "unlock") == (400, "not_final")
    assert cleo_docs.say(task["task_id"], "report", reason="slow")["status"] == "recorded"


def test_unlocking_needs_a_final_task_that_is_not_exported_of_an_upload_that_still_has_work(
    ana_docs: Documents, reviewed: list[str]
) -> None:
    first, second = reviewed
    assert ana_docs.refused(first, "unlock") == (400, "not_final")
    ana_docs.say(first, "discard")
    assert ana_docs.say(first, "unlock")["status"] == "REVIEWING"
    ana_docs.say(first, "discard")
    ana_docs.say(second, "discard")
    for method in ("POST", "PUT"):
        assert ana_docs.refused(first, "unlock", method) == (400, "upload_processed")


def test_content_that_nobody_can_read_is_for_people_and_no_failure(ana_docs: Documents) -> None:
    upload = ana_docs.bring_processed(("broken.pdf", BROKEN), ("a.txt", LETTER))
    task = ana_docs.task(upload["tasks"][0]["task_id"])
    assert task["status"] == "REVIEWING"
    assert "unreadable" in {issue["code"] for issue in task["issues"]}


def test_a_broken_processor_fails_the_task_which_can_be_retried(
    cleo_docs: Documents, pipeline: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("no memory left")

    pipeline(ONCE)
    with monkeypatch.context() as patched:
        patched.setattr("workflows.processing.registry.run", broken)
        upload = cleo_docs.bring_processed(("a.pdf", INVOICE))
    [task] = upload["tasks"]
    assert cleo_docs.task(task["task_id"])["status"] == "FAILED"
    assert cleo_docs.read(f"upload/{upload['upload_id']}")["status"] == "FAILED"
    for verb, code in (("complete", "wrong_state"), ("discard", "wrong_state"), ("unlock", "not_final")):
        assert cleo_docs.refused(task["task_id"], verb) == (400, code)
    assert cleo_docs.say(task["task_id"], "retry")["status"] == "PROCESSING"
    process()
    assert cleo_docs.task(task["task_id"])["status"] == "REVIEWING"
    assert cleo_docs.refused(task["task_id"], "retry") == (400, "not_failed")


@pytest.mark.parametrize(("verb", "method"), VERBS)
def test_scopes_and_credentials_come_first(
    as_client: Callable[..., Documents], ana_docs: Documents, reviewed: list[str], cast: Cast, verb: str, method: str
) -> None:
    task, body = reviewed[0], BODIES.get(verb, {})
    before = Task.objects.get(uuid=task).version
    reader = as_client(cast.ana, scopes=("task.read",))
    assert reader.refused(task, verb, method, **body) == (403, "forbidden")
    assert reader.task(task)["task_id"] == task
    writer = as_client(cast.ana, scopes=("task.edit",))
    assert writer.caller.get(f"{writer.base}/task/{task}").status_code == 403
    unknown = Client().generic(method, f"{ana_docs.base}/task/{task}/{verb}", headers={"X-API-Key": "thk_x"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (401, "unauthorized")
    assert Task.objects.get(uuid=task).version == before


@pytest.mark.parametrize(("verb", "method"), VERBS)
def test_what_is_not_there_is_404(ana_docs: Documents, verb: str, method: str) -> None:
    for id in ("0f8fad5b-d9cb-469f-a165-70867728950e", "7"):
        assert ana_docs.refused(id, verb, method, **BODIES.get(verb, {})) == (404, "task_not_found")


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("complete", {"data": []}, "data"),
        ("discard", {"reason": 7}, "reason"),
        ("unlock", {"reason": "x" * 2001}, "reason"),
        ("report", {}, "reason"),
        ("report", {"reason": ""}, "reason"),
        ("report", {"reason": "x", "description": ["y"]}, "description"),
    ],
)
def test_a_body_that_means_nothing_is_refused_by_its_field(
    ana_docs: Documents, reviewed: list[str], verb: str, body: Any, field: str
) -> None:
    answer = ana_docs.asked(reviewed[0], verb, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_request")
    assert [detail["field"] for detail in error["details"]] == [field]


def test_who_may_only_look_changes_nothing(ana_docs: Documents, reviewed: list[str], cast: Cast) -> None:
    cast.acme.memberships.filter(user=cast.ana).update(role=1)
    forget()
    assert ana_docs.task(reviewed[0])["status"] == "REVIEWING"
    for verb in ("complete", "discard", "report"):
        assert ana_docs.refused(reviewed[0], verb, **BODIES.get(verb, {})) == (403, "forbidden")


def test_a_task_that_came_in_elsewhere_has_no_file(
    ana_docs: Documents, cast: Cast, actor_of: Any, access_to: Any
) -> None:
    access = access_to(cast.ana, cast.project)
    task = create(actor=actor_of(cast.ana), project=access, source="bots", title="Elsewhere")
    answer = ana_docs.caller.get(f"{ana_docs.base}/task/{task.uuid}/file")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_not_found")
    assert ana_docs.say(str(task.uuid), "complete")["status"] == "COMPLETED"
