"""The page of one instance."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Project, User
from tasks import commands as tasks
from workflows import commands
from workflows.commands import Entity
from workflows.conftest import open_task
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONBOARDING, ONE_STEP, TRIP, document

MOST_QUERIES = 12
Browsers = Callable[[User], Client]


@pytest.fixture
def onboarding(publish: Callable, actor_of: Callable, ana: User) -> WorkflowInstance:
    publish(ONBOARDING)
    about = Entity("CUENTA", "4711", "Acme Corp")
    return commands.start(
        actor=actor_of(ana), definition="account-onboarding", entity=about, variables={"region": {"code": "EU"}, "n": 1}
    ).instance


def address(instance: WorkflowInstance, rest: str = "") -> str:
    return f"/instances/{instance.uuid}/{rest}"


def test_everything_about_an_instance_is_on_its_page(
    at_the_browser: Browsers, onboarding: WorkflowInstance, answer: Callable, ana: User
) -> None:
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    page = at_the_browser(ana).get(address(onboarding))
    for text in (
        "New Account Onboarding: Acme Corp", "Running", "1 of about 3 steps done", "/workflows/account-onboarding/v1/",
        "CUENTA 4711", "Dorfman AG", "Ana Diaz", "Approved", "Contact verified", "Sales Team", "<svg",
        f"/tasks/{open_task(onboarding, 'welcome').uuid}/", str(onboarding.uuid),
    ):  # fmt: skip
        assert text in page.text, text
    states = {step.label: (step.state_word, bool(step.href)) for step in page.context["case"].in_words}
    assert states == {
        "Start": ("Done", False),
        "Verify Contact Information": ("Done", True),
        "Send Welcome Email": ("Current", True),
        "Review Welcome Package": ("Waiting", False),
        "End": ("Waiting", False),
    }


def test_its_data_is_shown_as_it_is(at_the_browser: Browsers, onboarding: WorkflowInstance, ana: User) -> None:
    page = at_the_browser(ana).get(address(onboarding, "?tab=data"))
    found = {variable.name: variable.text for variable in page.context["case"].variables}
    assert found["n"] == "1"
    assert '"code": "EU"' in found["region"]
    assert "&quot;code&quot;: &quot;EU&quot;" in page.text


def test_its_history_says_who_did_what(
    at_the_browser: Browsers,
    onboarding: WorkflowInstance,
    answer: Callable,
    actor_of: Callable,
    ana: User,
    cleo: User,
) -> None:
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    commands.cancel(actor=actor_of(cleo), instance=onboarding.uuid, reason="They went elsewhere")
    page = at_the_browser(ana).get(address(onboarding, "?tab=history"))
    assert [(entry.who, entry.what) for entry in page.context["entries"]] == [
        ("Ana Diaz", "started the workflow"),
        ("TaskHub", "opened Verify Contact Information"),
        ("Ana Diaz", "completed Verify Contact Information: Approved"),
        ("TaskHub", "opened Send Welcome Email"),
        ("Cleo Stone", "canceled the workflow"),
        ("TaskHub", "took Send Welcome Email back"),
    ]
    assert page.text.count("They went elsewhere") == 2


def test_one_that_another_has_started_leads_there_and_back(
    at_the_browser: Browsers, publish: Callable, start: Callable, ana: User
) -> None:
    publish(ONE_STEP)
    parent = document(TRIP, key="outer", name="Outer")
    parent["steps"] = [parent["steps"][-1]]
    publish(parent)
    outer = start(ana, "outer")
    inner = WorkflowInstance.objects.get(parent=outer)
    browser = at_the_browser(ana)
    assert address(inner) in browser.get(address(outer)).text
    page = browser.get(address(inner)).text
    assert address(outer) in page
    assert "Part of outer" in page


def test_who_started_it_sees_it_and_only_the_tasks_that_are_theirs_to_see(
    at_the_browser: Browsers, publish: Callable, actor_of: Callable, access_to: Callable, cleo: User, ana: User,
    bo: User, vault: Project,
) -> None:  # fmt: skip
    publish(ONBOARDING)
    instance = commands.start(
        actor=actor_of(cleo), definition="account-onboarding", project=access_to(cleo, vault)
    ).instance
    WorkflowInstance.objects.filter(pk=instance.pk).update(started_by=bo)
    assert at_the_browser(ana).get(address(instance)).status_code == 404
    page = at_the_browser(bo).get(address(instance))
    assert page.status_code == 200
    assert f"/tasks/{open_task(instance, 'verify').uuid}/" not in page.text


def test_an_instance_that_is_not_theirs_does_not_exist(
    at_the_browser: Browsers, onboarding: WorkflowInstance, ana: User, dan: User
) -> None:
    for person, key in ((dan, onboarding.uuid), (ana, uuid4())):
        for rest in ("", "picture/", "cancel/", "retry/", "message/"):
            assert at_the_browser(person).get(f"/instances/{key}/{rest}").status_code == 404
        assert at_the_browser(person).post(f"/instances/{key}/cancel/", {"reason": "x"}).status_code == 404
    onboarding.refresh_from_db()
    assert onboarding.status == "running"


def test_the_diagram_follows_and_says_so(
    at_the_browser: Browsers, onboarding: WorkflowInstance, answer: Callable, ana: User
) -> None:
    browser = at_the_browser(ana)
    onboarding.refresh_from_db()
    seen = f"picture/?seen={onboarding.version}"
    assert seen in browser.get(address(onboarding)).text
    assert browser.get(address(onboarding, seen)).status_code == 204
    assert Client().get(address(onboarding, seen)).status_code == 204
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    part = browser.get(address(onboarding, seen))
    assert part.status_code == 200
    assert part.text.lstrip().startswith("<svg")
    for text in ("This workflow has gone on", f"seen={onboarding.version + 1}", 'id="in-words"', "<form"):
        assert (text in part.text) == (text != "<form"), text
    over = address(onboarding, "?view=all")
    commands.cancel(actor=browser.get(over).context["case"].actor, instance=onboarding.uuid, reason="x")
    assert "hx-get" not in browser.get(address(onboarding, seen)).text


def test_what_people_write_is_text_and_never_markup(
    at_the_browser: Browsers, publish: Callable, actor_of: Callable, ana: User
) -> None:
    evil = "<script>alert(1)</script>"
    publish(document(ONE_STEP, name=evil, steps=[{"key": "do", "name": evil}]))
    instance = commands.start(
        actor=actor_of(ana), definition="one-step", entity=Entity(evil, evil, evil), variables={"x": evil, "y": [evil]}
    ).instance
    browser = at_the_browser(ana)
    for place in (address(instance), address(instance, "?tab=data"), address(instance, "?tab=history"),
                  address(instance, "picture/"), address(instance, "cancel/"), "/instances/", "/instances/new/",
                  "/instances/new/one-step/"):  # fmt: skip
        assert "<script>alert" not in browser.get(place).text, place


@pytest.mark.parametrize("tab", ["", "?tab=data", "?tab=history"])
def test_the_page_takes_few_queries_whatever_it_has_been_through(
    at_the_browser: Browsers, onboarding: WorkflowInstance, answer: Callable, ana: User, tab: str
) -> None:
    browser = at_the_browser(ana)

    def asked() -> int:
        browser.get(address(onboarding, tab))
        with CaptureQueriesContext(connection) as captured:
            browser.get(address(onboarding, tab))
        return len(captured)

    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    first = asked()
    for _ in range(6):
        answer(ana, onboarding, "welcome", "failed", email_address="a@example.com", template="Basic Welcome")
        answer(ana, onboarding, "verify", "approved", contact_verified=True)
    assert asked() == first <= MOST_QUERIES


def test_asking_whether_it_has_gone_on_is_cheap(
    at_the_browser: Browsers, onboarding: WorkflowInstance, ana: User, django_assert_max_num_queries: Callable
) -> None:
    browser = at_the_browser(ana)
    onboarding.refresh_from_db()
    place = address(onboarding, f"picture/?seen={onboarding.version}")
    browser.get(place)
    with django_assert_max_num_queries(3):
        browser.get(place)


def test_a_step_that_a_processor_reads_is_told_as_people_see_it(
    at_the_browser: Browsers, publish: Callable, start: Callable, processed: Callable, actor_of: Callable, ana: User
) -> None:
    read = {"key": "read", "name": "Read it", "type": "automatic", "processor": "text", "assign": {"user": "ana"}}
    publish({"key": "papers", "name": "Papers", "steps": [read | {"fields": [{"name": "total", "type": "number"}]}]})
    instance = start(ana, "papers")
    assert "read by text, then ana" in at_the_browser(ana).get(address(instance)).text
    task = processed(instance, total=5)
    tasks.complete(actor=actor_of(ana), task=task.pk, form_data={"total": 6})
    tasks.unlock(actor=actor_of(ana), task=task.pk)
    page = at_the_browser(ana).get(address(instance, "?tab=history")).text
    for words in ("opened Read it", "opened the workflow again at Read it", "Running"):
        assert words in page, words
