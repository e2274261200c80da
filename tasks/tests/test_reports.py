"""Reports: kept whatever happens, forwarded at least once and in effect once, to nobody but who the project names."""

import base64
import json
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from standardwebhooks.webhooks import Webhook

from accounts import commands as accounts
from accounts.actor import Actor
from accounts.models import Project, User
from conftest import Cast
from tasks.commands.report import HEAD_START
from tasks.conftest import types
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tasks.domain.lifecycle import State
from tasks.models import Report, Task
from tasks.outbound import network
from tasks.reports import forward as module
from tasks.reports.forward import LEASE, MAX_ATTEMPTS, forward, forward_due, retry

from .at_once import at_once
from .endpoints import Endpoint, answering, dripping, endpoint, silent

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
NewTask, Do = Callable[..., Task], Callable[..., Any]


@pytest.fixture
def forwarding(cast: Cast, settings: Any) -> Callable[[Endpoint], Project]:
    """`forwarding(server)`: from now on the project's reports go there."""

    def set_up(server: Endpoint, project: Project = cast.project) -> Project:
        settings.TASKHUB_OUTBOUND_ALLOW = [*settings.TASKHUB_OUTBOUND_ALLOW, server.host]
        system = Actor.system(project.organization_id)
        return accounts.update_project(actor=system, project_id=project.pk, report_url=server.url, report_secret=SECRET)

    return set_up


def later(report: Report, **more: float) -> datetime:
    """When its next try is due."""
    fire_at = Report.objects.get(pk=report.pk).fire_at
    assert fire_at is not None
    return fire_at + timedelta(seconds=1, **more)


@pytest.mark.parametrize("state", State)
def test_a_task_can_be_reported_in_every_state(
    state: State, ana: User, new_task: NewTask, do: Do, raw_rows: None
) -> None:
    task = new_task(ana)
    Task.objects.filter(pk=task.pk).update(state=state, is_open=state in ("processing", "pending", "in_progress"))
    row = do(ana, "report", task, reason="Unreadable scan", description="Page 2 is black.")
    task.refresh_from_db()
    assert (task.state, task.version) == (state, 1)
    assert (row.state, row.reason, row.created_by) == (Report.State.LOCAL, "Unreadable scan", ana)
    assert types(task)[-1] == "task.reported"
    assert list(task.reports.all()) == [row]


def test_a_report_needs_a_reason_and_somebody_who_sees_the_task_and_works(
    ana: User, dan: User, vera: User, new_task: NewTask, do: Do
) -> None:
    task = new_task(ana)
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(InvalidInput, match="reason"):
            do(ana, "report", task, reason=reason)
    with pytest.raises(InvalidInput, match="description"):
        do(ana, "report", task, reason="x", description="x" * 50_001)
    with pytest.raises(NotAllowed):
        do(vera, "report", task, reason="x")
    with pytest.raises(NotFound):
        do(Actor.system(dan.memberships.get().organization_id), "report", task, reason="x")
    assert not Report.objects.exists()


def test_a_task_has_a_bounded_number_of_reports(
    ana: User, new_task: NewTask, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("tasks.commands.report"), "MAX_REPORTS", 1)  # the package has its function
    task = new_task(ana)
    do(ana, "report", task, reason="one")
    with pytest.raises(Conflict) as refused:
        do(ana, "report", task, reason="two")
    assert refused.value.code == "too_many_reports"


def test_a_report_is_forwarded_with_a_signature_that_its_receiver_can_check(
    ana: User, new_task: NewTask, do: Do, forwarding: Any
) -> None:
    task = new_task(ana)
    with endpoint() as server:
        forwarding(server)
        row = do(ana, "report", task, reason="Größe fehlt", description="Bitte prüfen.")
        assert row.state == Report.State.OWED
        assert forward(row.pk).state == Report.State.SENT
        assert forward(row.pk).attempts == 1
    headers, body = server.requests[0]
    assert len(server.requests) == 1
    message = Webhook(SECRET).verify(body, headers)
    assert headers["webhook-id"] == str(row.uuid)
    assert message["type"] == "task.reported"
    assert message["data"] == {
        "report_id": str(row.uuid),
        "task_id": str(task.uuid),
        "project_id": str(task.project.uuid),
        "team_id": str(task.organization.uuid),
        "reason": "Größe fehlt",
        "description": "Bitte prüfen.",
        "reported_by": "ana",
    }


TROUBLE = {
    "down": (None, "It cannot be reached."),
    "slow": (silent, "It did not answer in time."),
    "dripping": (dripping, "It did not answer in time."),
    "broken": (answering(500), "It answered 500."),
    "redirecting": (answering(302, "Location: http://169.254.169.254/"), "It answered 302."),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_an_endpoint_in_trouble_leaves_the_report_here_and_gets_it_later_with_the_same_id(
    name: str, ana: User, new_task: NewTask, do: Do, forwarding: Any, cast: Cast
) -> None:
    behave, words = TROUBLE[name]
    seconds = 0.5 if name in ("slow", "dripping") else 15.0
    with endpoint(behave or silent) as server:
        forwarding(server)
        row = do(ana, "report", new_task(ana), reason="Bad scan")
        kept = forward(row.pk, seconds=seconds) if behave else row
    kept = kept if behave else forward(row.pk)  # now that nobody listens there
    assert (kept.state, kept.error, kept.lease) == (Report.State.OWED, words, None)
    with endpoint() as server:
        forwarding(server)
        assert forward_due() == 0  # it is not due again yet
        assert forward_due(later(row)) == 1
        assert forward_due(later(row) if Report.objects.get().fire_at else None) == 0
    assert [headers["webhook-id"] for headers, _ in server.requests] == [str(row.uuid)]
    sent = Report.objects.get()
    assert (sent.state, sent.error, sent.attempts) == (Report.State.SENT, "", 2)


def test_the_pauses_grow_until_it_is_given_up_and_can_be_given_a_new_life(
    ana: User, new_task: NewTask, do: Do, forwarding: Any
) -> None:
    with endpoint(answering(500)) as server:
        forwarding(server)
        row = do(ana, "report", new_task(ana), reason="x")
        now, pauses, kept = datetime.now(UTC), [], row
        for _ in range(MAX_ATTEMPTS):
            kept = forward(row.pk, now=now)
            if kept.fire_at:
                pauses.append((kept.fire_at - now).total_seconds())
                now = kept.fire_at
    assert pauses == [10.0 * 2**number for number in range(MAX_ATTEMPTS - 1)]
    assert (kept.state, kept.fire_at) == (Report.State.GIVEN_UP, None)
    assert len(server.requests) == MAX_ATTEMPTS
    assert {headers["webhook-id"] for headers, _ in server.requests} == {str(row.uuid)}
    assert len({body for _, body in server.requests}) == 1
    assert (retry([row.pk]), retry([row.pk])) == (1, 0)
    assert Report.objects.get().state == Report.State.OWED


def test_who_wants_no_more_is_left_alone_and_who_wants_a_pause_gets_it(
    ana: User, new_task: NewTask, do: Do, forwarding: Any
) -> None:
    with endpoint(answering(410)) as gone, endpoint(answering(429, "Retry-After: 3000")) as busy:
        forwarding(gone)
        assert forward(do(ana, "report", new_task(ana), reason="x").pk).state == Report.State.GIVEN_UP
        forwarding(busy)
        now = datetime.now(UTC)
        kept = forward(do(ana, "report", new_task(ana), reason="x").pk, now=now)
    assert kept.fire_at == now + timedelta(seconds=3000)


def test_a_worker_that_died_is_followed_by_another_when_its_lease_ends_and_marks_nothing_any_more(
    ana: User, new_task: NewTask, do: Do, forwarding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with endpoint() as server:
        forwarding(server)
        row = do(ana, "report", new_task(ana), reason="x")
        now = datetime.now(UTC) + timedelta(minutes=1)
        (dead,) = module._claim(module._next(now), now)
        assert forward_due(now) == 0
        assert forward(row.pk, now=now).state == Report.State.OWED
        assert server.requests == []
        assert forward_due(now + LEASE) == 1
        assert not module._mark(dead, module._Result("too late"), now)
    assert Report.objects.get().state == Report.State.SENT


def test_a_project_whose_endpoint_hangs_makes_no_other_wait(
    ana: User, cleo: User, cast: Cast, new_task: NewTask, do: Do, forwarding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.reports.forward.SECONDS", 3.0)
    seen_while_hanging: list[int] = []

    def hang(server: Endpoint, line: Any, request: bytes) -> None:
        while not taken.requests and not server.over.wait(0.02):
            pass
        seen_while_hanging.append(len(taken.requests))
        server.over.wait(20)

    with endpoint() as taken, endpoint(hang) as hanging:
        forwarding(hanging)
        forwarding(taken, cast.vault)
        for project in (cast.project, cast.vault):
            do(cleo, "report", new_task(ana, by=cleo, project=project), reason="x")
        assert forward_due(datetime.now(UTC) + HEAD_START) == 1
    assert len(taken.requests) == len(hanging.requests) == 1
    assert seen_while_hanging == [1]


def test_of_one_project_one_report_is_under_way_and_the_one_that_waited_longest_comes_first(
    ana: User, new_task: NewTask, do: Do, forwarding: Any
) -> None:
    with endpoint() as server:
        forwarding(server)
        rows = [do(ana, "report", new_task(ana), reason="x") for _ in range(3)]
        now = datetime.now(UTC) + HEAD_START
        assert module._claim(module._next(now), now) == rows[:1]
        assert module._claim(module._next(now), now) == []
        assert forward_due(now + LEASE) == 3
    assert [headers["webhook-id"] for headers, _ in server.requests] == [str(row.uuid) for row in rows]


def test_private_addresses_are_not_called_and_no_secret_is_told(
    ana: User, cast: Cast, new_task: NewTask, do: Do, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(network, "look_up", lambda host, port: ["10.0.0.7"])
    system = Actor.system(cast.acme.pk)
    url = "https://hooks.example.com/token-in-the-path"
    accounts.update_project(actor=system, project_id=cast.project.pk, report_url=url, report_secret=SECRET)
    with caplog.at_level(logging.DEBUG):
        kept = forward(do(ana, "report", new_task(ana), reason="x", description="canary text").pk)
    assert (kept.state, kept.error) == (Report.State.OWED, "The host has no public address.")
    told = caplog.text + kept.error + json.dumps(list(Report.objects.values("error", "reason")))
    for secret in (SECRET, SECRET[6:], "10.0.0.7", "canary text", "token-in-the-path"):
        assert secret not in told


def test_without_a_readable_secret_nothing_is_sent_unsigned(
    ana: User, new_task: NewTask, do: Do, forwarding: Any
) -> None:
    with endpoint() as server:
        project = forwarding(server)
        row = do(ana, "report", new_task(ana), reason="x")
        Project.objects.filter(pk=project.pk).update(report_secret="sealed.by.another.key.x")
        assert "secret" in forward(row.pk).error
    assert server.requests == []


def test_looking_for_reports_that_are_owed_costs_one_question(counted: Any, cast: Cast) -> None:
    with counted(1):
        assert forward_due() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_try_at_once_send_once(ana: User, new_task: NewTask, do: Do, forwarding: Any) -> None:
    with endpoint() as server:
        forwarding(server)
        for _ in range(5):
            row = do(ana, "report", new_task(ana), reason="x")
            at_once(*[partial(forward, row.pk)] * 3, partial(forward_due, datetime.now(UTC) + HEAD_START))
            assert Report.objects.get(pk=row.pk).attempts == 1
    assert len(server.requests) == 5
    connection.close()
