"""Starting an instance from the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from taskhub.processes.instances.inputs import of_start
from workflows.conftest import open_task
from workflows.engine.definition import parse
from workflows.models import WorkflowInstance
from workflows.tests.samples import APPROVAL, ONBOARDING, ONE_STEP, document

Browsers = Callable[[User], Client]
WITH_DATA = document(
    ONE_STEP,
    key="with-data",
    name="With data",
    entity_type="CUENTA",
    variables={"region": "EU", "limit": 10, "fast": True, "tags": ["a"]},
)


def test_what_can_be_started_is_listed(
    at_the_browser: Browsers, publish: Callable, ana: User, vera: User, dan: User
) -> None:
    publish(ONBOARDING)
    publish(document(ONBOARDING, name="New Account Onboarding, renewed"))
    page = at_the_browser(ana).get("/instances/new/").text
    assert page.count("/instances/new/account-onboarding/") == 1
    assert "renewed" in page
    assert at_the_browser(vera).get("/instances/new/").status_code == 403
    assert at_the_browser(dan).get("/instances/new/account-onboarding/").status_code == 404
    assert "No workflow to start" in at_the_browser(dan).get("/instances/new/").text


def test_the_form_shows_what_the_definition_declares(at_the_browser: Browsers, publish: Callable, ana: User) -> None:
    publish(WITH_DATA)
    page = at_the_browser(ana).get("/instances/new/with-data/?entity_label=Acme").text
    for text in ('value="EU"', 'value="10"', 'value="CUENTA"', "tags:", 'value="Acme"', "Dorfman AG"):
        assert text in page, text


def test_an_instance_is_started_with_what_was_said(
    at_the_browser: Browsers, publish: Callable, ana: User, project: Project
) -> None:
    publish(WITH_DATA)
    browser = at_the_browser(ana)
    given = {"answer-region": "US", "answer-limit": "10", "answer-fast": "false", "more": "note: {by: ana}"}
    about = {"entity_type": "CUENTA", "entity_id": "4711", "entity_label": "Acme", "business_key": "order-7"}
    done = browser.post("/instances/new/with-data/", {"project": project.uuid, **about, **given})
    instance = WorkflowInstance.objects.get()
    assert done["Location"] == f"/instances/{instance.uuid}/"
    assert (instance.business_key, instance.entity_id, instance.started_by) == ("order-7", "4711", ana)
    assert instance.state["variables"] == {
        "region": "US", "limit": 10, "fast": False, "tags": ["a"], "note": {"by": "ana"},
        "entity": {"type": "CUENTA", "id": "4711", "label": "Acme"},
    }  # fmt: skip
    assert "Started: With data." in browser.get(done["Location"]).text


def test_one_goes_straight_to_ones_own_first_step(
    at_the_browser: Browsers, publish: Callable, ana: User, bo: User, project: Project
) -> None:
    publish(ONBOARDING)
    done = at_the_browser(ana).post("/instances/new/account-onboarding/", {"project": project.uuid})
    task = open_task(WorkflowInstance.objects.get(), "verify")
    assert done["Location"] == f"/tasks/{task.uuid}/"
    done = at_the_browser(bo).post("/instances/new/account-onboarding/", {"project": project.uuid})
    assert done["Location"].startswith("/instances/")


def test_the_same_business_key_finds_the_first(
    at_the_browser: Browsers, publish: Callable, ana: User, project: Project
) -> None:
    publish(WITH_DATA)
    browser = at_the_browser(ana)
    sent = {"project": project.uuid, "business_key": "order-7"}
    places = {browser.post("/instances/new/with-data/", sent)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert "There is one with this business key already" in browser.get(places.pop()).text


def test_a_form_sent_twice_starts_once(
    at_the_browser: Browsers, publish: Callable, ana: User, project: Project
) -> None:
    publish(WITH_DATA)
    browser = at_the_browser(ana)
    sent = {"project": project.uuid, "once": "k"}
    assert len({browser.post("/instances/new/with-data/", sent)["Location"] for _ in range(3)}) == 1
    assert WorkflowInstance.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"answer-limit": "many"}, "Limit must be a number."),
        ({"more": "- a"}, "Write names and values"),
        ({"more": "'a b': 1"}, "a b"),
        ({"project": "nowhere"}, "Select a valid choice"),
        ({"business_key": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_all_is_kept(
    at_the_browser: Browsers, publish: Callable, ana: User, project: Project, wrong: dict[str, str], words: str
) -> None:
    publish(WITH_DATA)
    given = {"project": str(project.uuid), "answer-region": "US", "entity_label": "Acme"} | wrong
    refused = at_the_browser(ana).post("/instances/new/with-data/", given)
    assert refused.status_code == 422, refused
    assert words in refused.text
    assert "<title>Error: Start With data" in refused.text
    form = refused.context["form"]
    assert {name: form[name].value() for name in given} == given
    assert not WorkflowInstance.objects.exists()


def test_nobody_starts_where_they_may_not_work(
    at_the_browser: Browsers, publish: Callable, ana: User, vera: User, vault: Project, project: Project
) -> None:
    publish(WITH_DATA)
    assert at_the_browser(ana).post("/instances/new/with-data/", {"project": vault.uuid}).status_code == 422
    assert at_the_browser(vera).post("/instances/new/with-data/", {"project": project.uuid}).status_code == 403
    assert not WorkflowInstance.objects.exists()


def names(sample: dict[str, Any]) -> dict[str, str]:
    return {field.name: field.type.value for field in of_start(parse(sample))}


def test_what_steps_only_read_is_asked_for_when_it_starts() -> None:
    assert names(APPROVAL) == {"amount": "number"}
    assert names(document(APPROVAL, variables={"amount": 5})) == {"amount": "number"}
    assert names(ONBOARDING) == {}
    chosen = document(ONE_STEP, steps=[{"key": "do", "name": "Do", "assign": {"variable": "reviewer"}}])
    assert names(chosen) == {"reviewer": "text"}


def test_what_steps_write_is_not_asked_for() -> None:
    steps = [
        {"key": "calc", "name": "Compute", "type": "automatic", "set": {"total": "1 + 1"}, "next": "mail"},
        {"key": "mail", "name": "Ask", "fields": [{"name": "email"}], "next": "show"},
        {"key": "show", "name": "Show", "fields": [
            {"name": "a", "prefill": "total"}, {"name": "b", "prefill": "email"}, {"name": "e", "prefill": "entity"},
            {"name": "c", "prefill": "mail.email"}, {"name": "d", "prefill": "other", "type": "date"},
        ]},
    ]  # fmt: skip
    assert names(document(ONE_STEP, steps=steps)) == {"other": "date"}
