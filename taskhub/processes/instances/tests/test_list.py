"""The list of instances: what it shows, how it is narrowed, and what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import ProjectAccess
from accounts.models import Project, User
from taskhub.processes.instances.views import listing
from workflows import commands
from workflows.commands import Entity
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONBOARDING, ONE_STEP, document

MOST_QUERIES = 12
Browsers = Callable[[User], Client]
Begin = Callable[..., WorkflowInstance]


@pytest.fixture
def begin(publish: Callable, actor_of: Callable, cleo: User) -> Begin:
    """`begin("one-step", label="Acme", by=ana)`: a running instance."""
    publish(ONE_STEP)
    publish(ONBOARDING)

    def make(key: str = "one-step", *, by: User = cleo, place: ProjectAccess | None = None, **said: Any) -> Any:
        about = Entity(said.get("type", ""), said.get("id", ""), said.get("label", ""))
        key_of_business = said.get("business_key", "")
        return commands.start(
            actor=actor_of(by), definition=key, project=place, entity=about, business_key=key_of_business
        ).instance

    return make


def titles(response: Any) -> list[str]:
    return [row.about or row.instance.definition.name for row in response.context["rows"]]


def test_running_ones_are_listed_with_where_they_stand(
    at_the_browser: Browsers, begin: Begin, actor_of: Callable, ana: User, cleo: User
) -> None:
    first = begin("account-onboarding", label="Acme Corp", business_key="order-7")
    over = begin(label="Over")
    commands.cancel(actor=actor_of(cleo), instance=over.uuid, reason="No")
    page = at_the_browser(ana).get("/instances/")
    assert titles(page) == ["Acme Corp"]
    for text in ("New Account Onboarding: Acme Corp", "order-7", "Dorfman AG", "at Verify Contact Information",
                 "Cleo Stone", f"/instances/{first.uuid}/"):  # fmt: skip
        assert text in page.text, text
    assert [(tab.label, str(tab.count)) for tab in page.context["tabs"] if tab.count] == [
        ("Running", "1"),
        ("Stand still", "0"),
    ]


def test_what_stands_still_is_told_by_icon_and_word(
    at_the_browser: Browsers, begin: Begin, publish: Callable, actor_of: Callable, ana: User
) -> None:
    begin(label="Fine")
    stuck = document(ONE_STEP, key="stuck", name="Stuck")
    stuck["steps"] = [{"key": "do", "name": "Do it", "assign": {"variable": "nobody"}}]
    publish(stuck)
    commands.start(actor=actor_of(ana), definition="stuck")
    browser = at_the_browser(ana)
    assert browser.get("/instances/").text.count("Stands still") == 1
    page = browser.get("/instances/?status=stuck")
    assert titles(page) == ["Stuck"]
    assert "#i-triangle-alert" in page.text


def test_the_address_says_all_that_narrows(at_the_browser: Browsers, begin: Begin, ana: User) -> None:
    begin("account-onboarding", label="Acme Corp", type="CUENTA", id="4711", business_key="order-7")
    begin(label="Globex", type="CUENTA", id="4712", business_key="other-8")
    browser = at_the_browser(ana)
    for query, found in {
        "workflow=one-step": ["Globex"],
        "q=acme": ["Acme Corp"],
        "q=order": ["Acme Corp"],
        "q=4712": ["Globex"],
        "q=onboard": ["Acme Corp"],
        "type=CUENTA": ["Globex", "Acme Corp"],
        "type=CUENTA&entity=4711": ["Acme Corp"],
        "status=completed": [],
        "status=all": ["Globex", "Acme Corp"],
        "status=nonsense&after=nonsense&q=%00": ["Globex", "Acme Corp"],
        "after=99999999999999999999": ["Globex", "Acme Corp"],
    }.items():
        assert titles(browser.get(f"/instances/?{query}")) == found, query


def test_each_filter_can_be_taken_back(at_the_browser: Browsers, begin: Begin, ana: User) -> None:
    begin()
    page = at_the_browser(ana).get("/instances/?status=all&workflow=one-step&q=x")
    assert [(chip.label, chip.value, chip.url) for chip in page.context["chips"]] == [
        ("Workflow", "One step", "status=all&q=x"),
        ("Search", "x", "status=all&workflow=one-step"),
    ]
    assert "No instance matches" in page.text


@pytest.mark.parametrize(
    ("query", "words"), [("", "No instance here"), ("?status=stuck", "Nothing stands still"), ("?q=x", "No instance")]
)
def test_an_empty_list_says_why(at_the_browser: Browsers, cast: Any, ana: User, query: str, words: str) -> None:
    assert words in at_the_browser(ana).get(f"/instances/{query}").text


def test_pages_are_turned_without_gaps(
    at_the_browser: Browsers, begin: Begin, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for number in range(5):
        begin(label=f"Number {number}")
    browser, seen, address = at_the_browser(ana), [], "/instances/"
    while address:
        page = browser.get(address)
        seen += titles(page)
        address = page.context["pager"].older
    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_one_sees_what_one_may_see(
    at_the_browser: Browsers,
    begin: Begin,
    access_to: Callable,
    ana: User,
    dan: User,
    cleo: User,
    vault: Project,
) -> None:
    begin(label="Secret", place=access_to(cleo, vault))
    begin(label="Open")
    assert titles(at_the_browser(ana).get("/instances/")) == ["Open"]
    assert titles(at_the_browser(cleo).get("/instances/")) == ["Open", "Secret"]
    assert titles(at_the_browser(dan).get("/instances/")) == []


def test_counts_are_bounded(at_the_browser: Browsers, begin: Begin, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    for _ in range(4):
        begin()
    assert str(at_the_browser(ana).get("/instances/").context["tabs"][0].count) == "2+"


def test_a_list_costs_the_same_whatever_its_length(at_the_browser: Browsers, begin: Begin, ana: User) -> None:
    browser = at_the_browser(ana)

    def asked() -> int:
        browser.get("/instances/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/instances/")
        return len(captured)

    begin("account-onboarding", label="One")
    few = asked()
    for number in range(12):
        begin("account-onboarding", label=f"Number {number}")
    assert asked() == few <= MOST_QUERIES
