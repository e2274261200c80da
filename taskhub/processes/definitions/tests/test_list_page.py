from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.actor import Role
from accounts.models import Membership, User
from taskhub.processes.definitions.tests.conftest import LEAVE
from workflows import commands
from workflows.models import WorkflowDefinition

Browsers = Callable[[User], Client]
Make = Callable[..., WorkflowDefinition]
SIMPLE: dict[str, Any] = {"key": "simple", "name": "Simple", "steps": [{"key": "only", "name": "Only"}]}


def test_a_member_sees_what_is_published_with_its_runs(
    at_the_browser: Browsers, publish: Make, draft: Make, start: Callable[..., Any], ana: User
) -> None:
    publish(LEAVE)
    draft({**SIMPLE, "name": "Not yet"})
    for _ in range(2):
        start(ana, "leave")
    page = at_the_browser(ana).get("/workflows/").text
    assert 'href="/workflows/leave/v1/"' in page
    assert "2 running" in page
    assert "Cleo Stone" in page
    assert 'href="/instances/new/leave/"' in page
    assert "Not yet" not in page
    assert "New workflow" not in page
    assert "?show=draft" not in page


def test_a_manager_sees_drafts_beside_what_is_published(
    at_the_browser: Browsers, publish: Make, draft: Make, cleo: User
) -> None:
    publish(LEAVE)
    draft({**LEAVE, "name": "Holidays, better"})
    draft(SIMPLE)
    browser = at_the_browser(cleo)
    page = browser.get("/workflows/").text
    assert page.count("data-row") == 2
    assert 'href="/workflows/leave/v1/"' in page
    assert 'href="/workflows/leave/edit/"' in page
    assert 'href="/workflows/simple/v1/"' in page
    assert 'href="/workflows/_new/"' in page
    only = browser.get("/workflows/?show=published").text
    assert "Holidays" in only
    assert "Simple" not in only
    assert "Simple" in browser.get("/workflows/?show=draft").text


def test_a_retired_workflow_stays_in_the_list_and_starts_no_more(
    at_the_browser: Browsers, publish: Make, actor_of: Callable[..., Any], ana: User, cleo: User
) -> None:
    commands.retire(actor=actor_of(cleo), definition=publish(LEAVE).pk)
    browser = at_the_browser(ana)
    page = browser.get("/workflows/").text
    assert "Retired" in page
    assert "/instances/new/leave/" not in page
    assert "Holidays" in browser.get("/workflows/?show=retired").text
    assert "Holidays" not in browser.get("/workflows/?show=published").text


def test_steps_that_stand_still_are_counted(
    at_the_browser: Browsers, publish: Make, start: Callable[..., Any], ana: User
) -> None:
    broken = {
        "key": "broken", "name": "Broken", "steps": [{"key": "a", "type": "automatic", "set": {"x": "1 / y"}}]
    }  # fmt: skip
    publish(broken)
    start(ana, "broken", y=0)
    page = at_the_browser(ana).get("/workflows/").text
    assert "1 running" in page
    assert "1 stuck" in page


def test_workflows_are_found_by_name_and_key(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    publish(LEAVE)
    publish(SIMPLE)
    browser = at_the_browser(ana)
    assert "Simple" not in browser.get("/workflows/?q=HOLI").text
    assert "Holidays" in browser.get("/workflows/?q=leav").text
    nothing = browser.get("/workflows/?q=xyz&show=published").text
    assert "Nothing found" in nothing
    assert 'href="/workflows/?show=published"' in nothing
    part = browser.get("/workflows/?q=leav", headers={"HX-Request": "true"}).text
    assert part.startswith("<section") or part.lstrip().startswith("<section")


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?page=-1", "?show=nonsense", "?q=%00", "?page=99999999999"])
def test_odd_addresses_show_a_list(at_the_browser: Browsers, publish: Make, ana: User, query: str) -> None:
    publish(LEAVE)
    assert at_the_browser(ana).get(f"/workflows/{query}").status_code == 200


def test_who_has_none_is_told_what_to_do(at_the_browser: Browsers, ana: User, cleo: User) -> None:
    assert "A manager of your organization can write one." in at_the_browser(ana).get("/workflows/").text
    assert "Begin with a small example." in at_the_browser(cleo).get("/workflows/").text
    assert "There are no drafts" in at_the_browser(cleo).get("/workflows/?show=draft").text


def test_a_viewer_reads_and_starts_nothing(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    publish(LEAVE)
    Membership.objects.filter(user=ana).update(role=Role.VIEWER)
    page = at_the_browser(ana).get("/workflows/").text
    assert "Holidays" in page
    assert "/instances/new/" not in page


def test_other_organizations_are_out_of_sight(at_the_browser: Browsers, publish: Make, dan: User) -> None:
    publish(LEAVE)
    browser = at_the_browser(dan)
    assert "Holidays" not in browser.get("/workflows/").text
    for path in ("leave/", "leave/v1/", "leave/edit/", "leave/difference/", "leave/v1/retire/"):
        assert browser.get(f"/workflows/{path}").status_code == 404, path


def test_pages_are_turned_and_cost_the_same(
    at_the_browser: Browsers, publish: Make, ana: User, django_assert_max_num_queries: Any
) -> None:
    publish(LEAVE)
    browser = at_the_browser(ana)
    browser.get("/workflows/")
    with django_assert_max_num_queries(12) as few:
        browser.get("/workflows/")
    for number in range(30):
        publish({**SIMPLE, "key": f"k{number:02}", "name": f"Name {number:02}"})
    with django_assert_max_num_queries(12) as many:
        page = browser.get("/workflows/").text
    assert len(few) == len(many)
    assert page.count("data-row") == 25
    assert "page=1" in page
    assert browser.get("/workflows/?page=1").text.count("data-row") == 6
