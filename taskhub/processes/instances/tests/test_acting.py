"""Stopping an instance, helping it on, telling it something."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tasks.models import Task
from workflows.conftest import open_steps
from workflows.models import InstanceEvent, WorkflowInstance
from workflows.tests.samples import ONBOARDING, ONE_STEP, document

Browsers = Callable[[User], Client]
STUCK = document(
    ONE_STEP,
    key="stuck",
    name="Stuck",
    steps=[{"key": "do", "name": "Do it", "assign": {"variable": "agent"}}],
)
WAITING = {
    "key": "waiting",
    "name": "Waiting",
    "steps": [
        {
            "key": "hear",
            "name": "Hear of it",
            "type": "wait",
            "message": "payment",
            "correlation": "order",
            "next": "go",
        },
        {"key": "go", "name": "Go on", "assign": {"user": "ana"}},
    ],
}


def address(instance: WorkflowInstance, verb: str = "") -> str:
    return f"/instances/{instance.uuid}/{verb}{'/' if verb else ''}"


def act(browser: Client, instance: WorkflowInstance, verb: str, **given: Any) -> Any:
    instance.refresh_from_db()
    return browser.post(address(instance, verb), {"version": instance.version, **given})


@pytest.fixture
def running(publish: Callable, start: Callable, ana: User) -> WorkflowInstance:
    publish(ONBOARDING)
    return start(ana, "account-onboarding")


@pytest.fixture
def stuck(publish: Callable, start: Callable, ana: User) -> WorkflowInstance:
    publish(STUCK)
    return start(ana, "stuck", agent="nobody", amount=3, urgent=False, parts=[1, 2])


def test_canceling_asks_for_a_reason_and_closes_what_is_open(
    at_the_browser: Browsers, running: WorkflowInstance, ana: User
) -> None:
    browser = at_the_browser(ana)
    assert "Cancel this workflow?" in browser.get(address(running, "cancel")).text
    refused = act(browser, running, "cancel")
    assert refused.status_code == 422
    assert "Say why." in refused.text
    done = act(browser, running, "cancel", reason="They went elsewhere")
    assert done.status_code == 302
    running.refresh_from_db()
    assert (running.status, running.cancel_reason) == ("canceled", "They went elsewhere")
    assert not Task.objects.filter(is_open=True).exists()
    page = browser.get(done["Location"]).text
    assert "Canceled" in page
    assert "They went elsewhere" in page


def test_who_may_not_cancel_is_told_why(
    at_the_browser: Browsers, running: WorkflowInstance, bo: User, cleo: User
) -> None:
    why = "Only a manager or who started this workflow may cancel it."
    browser = at_the_browser(bo)
    assert why in browser.get(address(running)).text
    assert why in browser.get(address(running, "cancel")).text
    refused = act(browser, running, "cancel", reason="Just so")
    assert refused.status_code == 403
    assert why in refused.text
    running.refresh_from_db()
    assert running.status == "running"
    assert act(at_the_browser(cleo), running, "cancel", reason="Just so").status_code == 302


def test_what_has_gone_on_since_is_not_canceled_unseen(
    at_the_browser: Browsers, running: WorkflowInstance, answer: Callable, ana: User
) -> None:
    browser = at_the_browser(ana)
    running.refresh_from_db()
    seen = running.version
    answer(ana, running, "verify", "approved", contact_verified=True)
    late = browser.post(address(running, "cancel"), {"version": seen, "reason": "A long explanation"})
    assert late.status_code == 409
    for text in ("has gone on in the meantime", "Nothing was changed", "A long explanation"):
        assert text in late.text
    running.refresh_from_db()
    assert running.status == "running"


def test_one_that_has_ended_is_not_canceled_again(
    at_the_browser: Browsers, running: WorkflowInstance, ana: User
) -> None:
    browser = at_the_browser(ana)
    act(browser, running, "cancel", reason="Once")
    again = act(browser, running, "cancel", reason="Twice")
    assert again.status_code == 409
    assert "This workflow is canceled already." in again.text


def test_a_form_sent_twice_counts_once(at_the_browser: Browsers, running: WorkflowInstance, ana: User) -> None:
    browser = at_the_browser(ana)
    running.refresh_from_db()
    sent = {"version": running.version, "reason": "Once", "once": "k"}
    assert [browser.post(address(running, "cancel"), sent).status_code for _ in range(3)] == [302] * 3
    assert InstanceEvent.objects.filter(type="instance.canceled").count() == 1


def test_an_incident_says_what_is_wrong_and_who_may_help(
    at_the_browser: Browsers, stuck: WorkflowInstance, ana: User, cleo: User
) -> None:
    for person, helps in ((ana, False), (cleo, True)):
        page = at_the_browser(person).get(address(stuck)).text
        assert "Do it stands still" in page
        assert "there is nobody called &#x27;nobody&#x27; here" in page
        assert ("Try again" in page) == helps
        assert ("Only a manager may retry this workflow." in page) != helps


def test_trying_again_as_it_is(at_the_browser: Browsers, stuck: WorkflowInstance, cleo: User) -> None:
    run = stuck.runs.get()
    done = act(at_the_browser(cleo), stuck, "retry", run=run.run)
    assert done.status_code == 302
    stuck.refresh_from_db()
    assert stuck.has_incident
    assert InstanceEvent.objects.filter(type="incident.retried").count() == 1


def test_trying_again_with_corrected_data(at_the_browser: Browsers, stuck: WorkflowInstance, cleo: User) -> None:
    browser, run = at_the_browser(cleo), stuck.runs.get()
    page = browser.get(address(stuck, "retry") + f"?run={run.run}").text
    for text in ('value="nobody"', 'value="3"', "Do it", "there is nobody called"):
        assert text in page, text
    unchanged = {"answer-amount": "3", "answer-urgent": "false"}
    done = act(browser, stuck, "retry", run=run.run, more="note: {by: cleo}", **{"answer-agent": "ana"}, **unchanged)
    assert done.status_code == 302
    stuck.refresh_from_db()
    assert not stuck.has_incident
    assert open_steps(stuck) == ["do"]
    assert stuck.state["variables"] == {
        "agent": "ana", "amount": 3, "urgent": False, "parts": [1, 2], "note": {"by": "cleo"},
    }  # fmt: skip


@pytest.mark.parametrize("more", ["- a\n- b", "a: [", "1: x", "!!python/object:os.system x"])
def test_data_that_is_no_mapping_is_refused_and_kept(
    at_the_browser: Browsers, stuck: WorkflowInstance, cleo: User, more: str
) -> None:
    refused = act(at_the_browser(cleo), stuck, "retry", more=more, **{"answer-agent": "ana"})
    assert refused.status_code == 422
    assert refused.context["form"]["more"].value() == more
    assert refused.context["form"]["answer-agent"].value() == "ana"
    stuck.refresh_from_db()
    assert stuck.has_incident


def test_who_may_not_help_changes_nothing(at_the_browser: Browsers, stuck: WorkflowInstance, ana: User) -> None:
    assert act(at_the_browser(ana), stuck, "retry").status_code == 403
    stuck.refresh_from_db()
    assert stuck.has_incident


def test_a_message_is_given_to_what_waits_for_it(
    at_the_browser: Browsers, publish: Callable, start: Callable, ana: User
) -> None:
    publish(WAITING)
    instance = start(ana, "waiting", order="o-7")
    browser = at_the_browser(ana)
    assert address(instance, "message") in browser.get(address(instance)).text
    form = browser.get(address(instance, "message")).text
    assert "payment, for Hear of it" in form
    assert 'value="o-7"' in form
    wrong = act(browser, instance, "message", name="payment", correlation="o-8")
    assert wrong.status_code == 409
    assert "No step waits for the message" in wrong.text
    sent = act(browser, instance, "message", name="payment", correlation="o-7", payload="paid: 12")
    assert sent.status_code == 302
    instance.refresh_from_db()
    assert open_steps(instance) == ["go"]
    assert instance.state["variables"]["hear"]["paid"] == 12
    assert address(instance, "message") not in browser.get(address(instance)).text


def test_an_unknown_verb_does_not_exist(at_the_browser: Browsers, running: WorkflowInstance, ana: User) -> None:
    assert at_the_browser(ana).post(address(running, "explode")).status_code == 404


def test_nothing_is_done_without_the_forms_token(running: WorkflowInstance, ana: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post(address(running, "cancel"), {"reason": "x"}).status_code == 403
    running.refresh_from_db()
    assert running.status == "running"
