from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from taskhub.processes.definitions import source
from taskhub.processes.definitions.tests.conftest import LEAVE
from workflows import commands
from workflows.models import WorkflowDefinition

Browsers = Callable[[User], Client]
Make = Callable[..., WorkflowDefinition]


def test_the_key_alone_leads_to_the_version_that_counts(
    at_the_browser: Browsers, publish: Make, draft: Make, ana: User, cleo: User
) -> None:
    publish(LEAVE)
    publish({**LEAVE, "name": "Second"})
    draft({**LEAVE, "name": "Third"})
    assert at_the_browser(cleo).get("/workflows/leave/")["Location"] == "/workflows/leave/v2/"
    assert at_the_browser(ana).get("/workflows/nothing/").status_code == 404


def test_the_overview_shows_the_process_and_says_it_in_words(
    at_the_browser: Browsers, publish: Make, ana: User
) -> None:
    publish(LEAVE)
    page = at_the_browser(ana).get("/workflows/leave/v1/").text
    assert "<svg" in page
    assert "Who wants a few days off." in page
    assert "days: 3" in page
    assert "3 steps" in page or "Steps" in page
    assert 'href="/workflows/leave/v1/?tab=steps&amp;page=0#step-decide"' in page
    assert "by Cleo Stone" in page


def test_each_step_says_who_what_and_where_to(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    publish(LEAVE)
    page = at_the_browser(ana).get("/workflows/leave/v1/?tab=steps").text
    for words in ("who starts it", "team sales", "within 2 days", "days (number, required)", "Send back"):
        assert words in page
    assert "End if <code>days &lt; 10</code>" in page
    assert "Ask the board otherwise" in page


def test_a_step_that_a_processor_reads_says_who_looks_at_it_and_what_must_hold(
    at_the_browser: Browsers, publish: Make, ana: User
) -> None:
    read = {"key": "read", "name": "Read it", "type": "automatic", "processor": "text", "assign": {"team": "sales"}}
    rules = [{"must": "total > 0", "field": "total", "message": "Nothing to pay."}]
    filters = [{"when": "metadata.pages == 0", "reason": "Empty"}]
    fields = [{"name": "total", "type": "number", "required": True}]
    step = {**read, "fields": fields, "rules": rules, "filters": filters, "due_in": "P2D", "review": "invalid"}
    publish({"key": "papers", "name": "Papers", "steps": [step]})
    page = at_the_browser(ana).get("/workflows/papers/v1/?tab=steps").text
    for words in (
        "Have something read, then reviewed", "read by text, in doubt team sales, within 2 days",
        "total (number, required)", "Must hold", "<code>total &gt; 0</code>: Nothing to pay.", "Taken out if", "Empty",
    ):  # fmt: skip
        assert words in page, words


def test_a_long_workflow_is_shown_in_pages(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    steps = [{"key": f"s{number}", "name": f"Nr {number}", "next": f"s{number + 1}"} for number in range(119)]
    publish({"key": "long", "name": "Long", "steps": [*steps, {"key": "s119", "name": "Last"}]})
    browser = at_the_browser(ana)
    first = browser.get("/workflows/long/v1/?tab=steps").text
    assert first.count('class="step"') == 50
    assert "?tab=steps&amp;page=1" in first
    assert browser.get("/workflows/long/v1/?tab=steps&page=2").text.count('class="step"') == 20
    for odd in ("x", "99", "-1", "9" * 30):
        assert browser.get(f"/workflows/long/v1/?tab=steps&page={odd}").status_code == 200


def test_the_source_is_yaml_that_means_the_same(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    row = publish(LEAVE)
    assert source.read(source.write(row.document)) == LEAVE
    page = at_the_browser(ana).get("/workflows/leave/v1/?tab=source").text
    assert "assign: {team: sales}" in page
    assert "when: days &lt; 10" in page


def test_all_versions_are_listed_with_their_dates(
    at_the_browser: Browsers, publish: Make, draft: Make, ana: User, cleo: User
) -> None:
    publish(LEAVE)
    publish({**LEAVE, "name": "Second"})
    draft({**LEAVE, "name": "Third"})
    managers = at_the_browser(cleo).get("/workflows/leave/v1/?tab=versions").text
    assert [f"/workflows/leave/v{n}/" in managers for n in (1, 2, 3)] == [True] * 3
    members = at_the_browser(ana).get("/workflows/leave/v1/?tab=versions").text
    assert "Third" not in members
    assert "/workflows/leave/difference/" in members


def test_a_draft_is_seen_by_managers_alone(at_the_browser: Browsers, draft: Make, ana: User, cleo: User) -> None:
    draft(LEAVE)
    assert at_the_browser(ana).get("/workflows/leave/v1/").status_code == 404
    assert at_the_browser(ana).get("/workflows/leave/").status_code == 404
    page = at_the_browser(cleo).get("/workflows/leave/v1/").text
    assert "Discard draft" in page
    assert 'href="/workflows/leave/v1/publish/"' in page
    assert 'href="/workflows/leave/edit/"' in page


def test_members_get_no_buttons_that_managers_get(
    at_the_browser: Browsers, publish: Make, ana: User, cleo: User
) -> None:
    publish(LEAVE)
    assert "Retire" in at_the_browser(cleo).get("/workflows/leave/v1/").text
    page = at_the_browser(ana).get("/workflows/leave/v1/").text
    assert "Retire" not in page
    assert 'href="/instances/new/leave/"' in page


@pytest.mark.parametrize("version", ["0", "7", "99999999999", "9" * 40])
def test_a_version_that_is_not_there_is_not_found(
    at_the_browser: Browsers, publish: Make, cleo: User, version: str
) -> None:
    publish(LEAVE)
    assert at_the_browser(cleo).get(f"/workflows/leave/v{version}/").status_code == 404
    assert at_the_browser(cleo).get(f"/workflows/leave/difference/?from={version}").status_code in (200, 404)
    assert at_the_browser(cleo).get(f"/workflows/leave/edit/?from={version}").status_code in (200, 404)


@pytest.mark.parametrize("path", ["v2/", "v2/?tab=steps", "v2/?tab=versions", "v2/?tab=source", "difference/"])
def test_what_a_page_costs(
    at_the_browser: Browsers, publish: Make, cleo: User, path: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        publish({**LEAVE, "name": f"Holidays {number}"})
    browser = at_the_browser(cleo)
    browser.get("/workflows/")
    with django_assert_max_num_queries(12):
        assert browser.get(f"/workflows/leave/{path}").status_code == 200


def test_two_versions_are_compared_by_step(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    publish(LEAVE)
    ask, decide, _ = LEAVE["steps"]
    changed = {**decide, "due_in": "P5D", "results": [decide["results"][0], {"code": "no", "label": "Refuse"}]}
    publish({**LEAVE, "name": "Days off", "steps": [ask, changed, {"key": "board", "name": "Ask the board"},
             {"key": "later", "name": "Later", "depends_on": ["ask"]}]})  # fmt: skip
    page = at_the_browser(ana).get("/workflows/leave/difference/").text
    for words in ("Days off", "Due within", "P2D", "P5D", "Who does it", "Results › no › Label", "Refuse", "Later"):
        assert words in page, words
    assert "Added" in page
    assert "Removed" in page
    assert "Changed" in page
    back = at_the_browser(ana).get("/workflows/leave/difference/?from=2&to=1").text
    assert back.index("P5D") < back.index("P2D")
    same = at_the_browser(ana).get("/workflows/leave/difference/?from=1&to=1").text
    assert "These are the same version." in same


def test_publishing_asks_first_and_says_what_came_of_it(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    row = draft(LEAVE)
    browser = at_the_browser(cleo)
    assert "It can never be changed again" in browser.get("/workflows/leave/v1/publish/").text
    answer = browser.post("/workflows/leave/v1/publish/", {"revision": row.revision, "once": "k"})
    assert answer["Location"] == "/workflows/leave/v1/"
    again = browser.post("/workflows/leave/v1/publish/", {"revision": row.revision, "once": "k"})
    assert again["Location"] == "/workflows/leave/v1/"
    row.refresh_from_db()
    assert row.status == "published"
    assert "New instances start with version 1." in browser.get("/workflows/leave/v1/").text


def test_what_was_changed_meanwhile_is_not_published_unseen(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    row = draft(LEAVE)
    draft({**LEAVE, "name": "Other"})
    answer = at_the_browser(cleo).post("/workflows/leave/v1/publish/", {"revision": row.revision})
    assert answer.status_code == 409
    assert "Somebody changed this definition" in answer.text
    row.refresh_from_db()
    assert row.status == "draft"


def test_what_does_not_hold_any_more_is_not_published(
    at_the_browser: Browsers, draft: Make, cleo: User, bo: User
) -> None:
    row = draft(LEAVE)
    User.objects.filter(pk=bo.pk).update(is_active=False)
    answer = at_the_browser(cleo).post("/workflows/leave/v1/publish/", {"revision": row.revision})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "bo" in answer.text
    row.refresh_from_db()
    assert row.status == "draft"


def test_retiring_and_discarding(
    at_the_browser: Browsers, publish: Make, draft: Make, cleo: User, actor_of: Callable[..., Any]
) -> None:
    publish(LEAVE)
    draft({**LEAVE, "name": "Second"})
    browser = at_the_browser(cleo)
    assert browser.post("/workflows/leave/v2/discard/")["Location"] == "/workflows/leave/"
    assert browser.post("/workflows/leave/v1/retire/")["Location"] == "/workflows/leave/v1/"
    assert WorkflowDefinition.objects.get().status == "retired"
    refused = browser.post("/workflows/leave/v1/retire/")
    assert refused.status_code == 409
    assert "This version is retired." in refused.text
    commands.save_draft(actor=actor_of(cleo), document={**LEAVE, "key": "other"})
    assert browser.post("/workflows/other/v1/discard/")["Location"] == "/workflows/"


@pytest.mark.parametrize("verb", ["publish", "retire", "discard"])
def test_only_managers_may(at_the_browser: Browsers, publish: Make, ana: User, verb: str) -> None:
    row = publish(LEAVE)
    for answer in (
        at_the_browser(ana).get(f"/workflows/leave/v1/{verb}/"),
        at_the_browser(ana).post(f"/workflows/leave/v1/{verb}/"),
    ):
        assert answer.status_code == 403
        assert "Only a manager" in answer.text
    row.refresh_from_db()
    assert row.status == "published"


def test_a_verb_that_is_none_is_not_found(at_the_browser: Browsers, publish: Make, cleo: User) -> None:
    publish(LEAVE)
    assert at_the_browser(cleo).get("/workflows/leave/v1/dance/").status_code == 404
