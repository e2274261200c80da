"""Reports: kept once whatever happens outside; 201 when all went well, 207 while the other system was not told."""

import json
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.commands import update_project
from accounts.models import Project
from conftest import Cast
from taskhub.contracts.documents.views import reports
from tasks.models import Report
from tasks.reports.forward import forward_due
from tasks.tests.endpoints import Behaviour, Endpoint, answering, dripping, endpoint, hanging_up, silent

from .conftest import Documents
from .pipelines import LETTER

SECRET = "whsec_" + 40 * "A"
Tell = Callable[[Endpoint], None]


@pytest.fixture
def task(ana_docs: Documents) -> str:
    [made] = ana_docs.bring(("a.txt", LETTER))["tasks"]
    return str(made["task_id"])


@pytest.fixture
def tell(settings: Any, cast: Cast, actor_of: Any) -> Tell:
    """`tell(server)`: reports of the project go there, as whoever runs TaskHub has allowed."""

    def make(server: Endpoint) -> None:
        settings.TASKHUB_OUTBOUND_ALLOW = [server.host]
        admin = actor_of(cast.dan)
        cast.acme.memberships.create(user=cast.dan, role=4)
        admin = actor_of(cast.dan, cast.acme)
        update_project(actor=admin, project_id=cast.project.pk, report_url=server.url, report_secret=SECRET)

    return make


def report(docs: Documents, task: str, **headers: str) -> Any:
    body = {"reason": "poor_quality", "description": "Too dark"}
    return docs.caller.post(f"{docs.base}/task/{task}/report", body, **headers)


def later() -> None:
    """The workers see to what is owed."""
    Report.objects.filter(state="owed").update(fire_at=timezone.now())
    forward_due()


def test_all_went_well(ana_docs: Documents, task: str, tell: Tell) -> None:
    with endpoint() as server:
        tell(server)
        answer = report(ana_docs, task)
    assert (answer.status_code, answer.json()["status"]) == (201, "forwarded")
    [(headers, body)] = server.requests
    assert headers["webhook-id"] == answer.json()["report_id"]
    assert json.loads(body)["data"]["task_id"] == task
    [shown] = ana_docs.read(f"task/{task}/reports")["reports"]
    assert (shown["status"], shown["error"], shown["reason"]) == ("forwarded", None, "poor_quality")


@pytest.mark.parametrize(
    "behave",
    [answering(500), answering(302, "Location: http://169.254.169.254/"), silent, dripping, hanging_up],
    ids=["breaks", "redirects to a private address", "is silent", "drips", "hangs up"],
)
def test_a_system_that_does_not_take_it_is_told_later(
    ana_docs: Documents, task: str, tell: Tell, monkeypatch: pytest.MonkeyPatch, behave: Behaviour
) -> None:
    monkeypatch.setattr(reports, "PATIENCE", 0.5)
    took = True

    def first_not(seen: Endpoint, line: Any, request: bytes) -> None:
        (answering(200) if took else behave)(seen, line, request)

    with endpoint(first_not) as server, endpoint() as elsewhere:
        tell(server)
        took, started = False, monotonic()
        answer = report(ana_docs, task)
        assert monotonic() - started < 3
        local, external = answer.json()["results"]
        assert (answer.status_code, answer.json()["status"]) == (207, "pending")
        assert (local["part"], local["status"], external["part"]) == ("local", 201, "external")
        assert external["status"] >= 500
        assert external["message"]
        took = True
        later()
        assert (len(server.requests), elsewhere.connections) == (2, 0)
    assert {headers["webhook-id"] for headers, _ in server.requests} == {answer.json()["report_id"]}
    assert Report.objects.get().state == "sent"
    assert [row["status"] for row in ana_docs.read(f"task/{task}/reports")["reports"]] == ["forwarded"]


def test_a_system_that_is_down_is_told_later(ana_docs: Documents, task: str, tell: Tell) -> None:
    with endpoint() as server:
        tell(server)
    answer = report(ana_docs, task)
    assert (answer.status_code, answer.json()["status"]) == (207, "pending")
    assert Report.objects.count() == 1


def test_no_private_address_is_ever_called(ana_docs: Documents, task: str, tell: Tell, settings: Any) -> None:
    with endpoint() as server:
        tell(server)
        settings.TASKHUB_OUTBOUND_ALLOW = []  # it is a private address like any other now
        answer = report(ana_docs, task)
        assert (answer.status_code, server.connections) == (207, 0)
    assert server.host not in answer.text
    assert Report.objects.get().state == "owed"


def test_a_request_that_is_repeated_sends_nothing_and_is_told_how_it_stands(
    ana_docs: Documents, task: str, tell: Tell
) -> None:
    with endpoint() as server:
        tell(server)
    first = report(ana_docs, task, **{"Idempotency-Key": "k"})
    assert first.status_code == 207
    again = report(ana_docs, task, **{"Idempotency-Key": "k"})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (207, "true")
    assert again.json() == first.json()
    Report.objects.update(state="sent", fire_at=None, error="")
    again = report(ana_docs, task, **{"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["status"]) == (201, "forwarded")
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_while_a_transaction_is_open(
    ana_docs: Documents, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def forward(report_id: int, **_: Any) -> Report:
        seen.append(transaction.get_connection().in_atomic_block)
        return Report.objects.get(pk=report_id)

    monkeypatch.setattr(reports, "forward", forward)
    Project.objects.update(report_url="https://hooks.example.com/", report_secret="sealed")
    report(ana_docs, task)
    report(ana_docs, task, **{"Idempotency-Key": "k"})
    assert seen == [False, False]
    assert Report.objects.filter(created_at__gt=timezone.now() - timedelta(minutes=1)).count() == 2
