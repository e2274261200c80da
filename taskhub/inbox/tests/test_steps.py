"""Tasks that are steps of a workflow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Project, Team, User
from taskhub.inbox.forms.answers import PREFIX
from taskhub.inbox.tests.answering import complete, sent
from taskhub.inbox.tests.conftest import MakeTask
from tasks.models import Attachment, Event
from workflows import commands as workflows
from workflows.conftest import open_task
from workflows.tests.samples import ONBOARDING, PARALLEL, document

Browsers = Callable[[User], Client]


@pytest.fixture
def onboarding(publish: Callable, start: Callable, ana: User) -> Any:
    publish(ONBOARDING)
    return start(ana, "account-onboarding")


def test_a_step_says_where_it_stands(at_the_browser: Browsers, onboarding: Any, ana: User) -> None:
    task = open_task(onboarding, "verify")
    page = at_the_browser(ana).get(f"/tasks/{task.uuid}/")
    assert "New Account Onboarding" in page.text
    assert "Step 1 of about 3" in page.text
    assert f"/instances/{onboarding.uuid}/" in page.text
    stops = page.context["detail"].process.stops
    assert [(stop.label, stop.sign.word, stop.is_here) for stop in stops] == [
        ("Verify Contact Information", "Open now", True),
        ("Send Welcome Email", "To come", False),
        ("Review Welcome Package", "To come", False),
    ]


def test_a_rule_that_is_broken_is_told_in_its_own_words_at_its_field_or_above_all(
    at_the_browser: Browsers, publish: Callable, start: Callable, processed: Callable, ana: User
) -> None:
    fields = [{"name": "total", "type": "number", "required": True}, {"name": "net", "type": "number"}]
    rules = [{"must": "total >= net", "field": "total", "message": "Less than net."}, {"must": "total != 5"}]
    read = {"key": "read", "type": "automatic", "processor": "text", "fields": fields, "rules": rules}
    publish({"key": "papers", "name": "Papers", "steps": [read]})
    task = processed(start(ana, "papers"), total=5, net=7)
    refused = complete(at_the_browser(ana), task, **sent(total="5", net="7"))
    assert refused.context["form"].errors == {
        f"{PREFIX}total": ["Less than net."],
        "__all__": ["'total != 5' does not hold."],
    }
    complete(at_the_browser(ana), task, **sent(total="8", net="7"))
    task.refresh_from_db()
    assert (task.state, task.form_data) == ("completed", {"total": 8, "net": 7})


def test_completing_a_step_says_what_comes_next(at_the_browser: Browsers, onboarding: Any, ana: User, bo: User) -> None:
    browser = at_the_browser(ana)
    response = complete(browser, open_task(onboarding, "verify"), "approved", **sent(contact_verified="true"))
    welcome = open_task(onboarding, "welcome")
    page = browser.get(response["Location"])
    said = " ".join(str(message) for message in page.context["messages"])
    assert said.startswith("Done: Verify Contact Information. Next: ")
    assert f'<a href="/tasks/{welcome.uuid}/">Send Welcome Email</a>' in said


def test_one_goes_straight_to_the_next_step_that_is_ones_own(
    at_the_browser: Browsers, onboarding: Any, answer: Callable, make_task: MakeTask, ana: User
) -> None:
    make_task("Older", ana)
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    task = open_task(onboarding, "welcome")
    given = sent(email_address="x@example.com", template="Basic Welcome")
    browser = at_the_browser(ana)
    response = complete(browser, task, "sent", "?view=mine", **given)
    review = open_task(onboarding, "review")
    assert response["Location"] == f"/tasks/{review.uuid}/?view=mine"
    said = " ".join(str(message) for message in browser.get(response["Location"]).context["messages"])
    assert said == "Done: Send Welcome Email. Next: Review Welcome Package. This is it."
    last = complete(browser, review, "done", "?view=mine")
    said = " ".join(str(message) for message in browser.get(last["Location"]).context["messages"])
    assert said == "Done: Review Welcome Package. That was the last step of its workflow."


def test_what_waits_for_others_is_said(
    at_the_browser: Browsers, publish: Callable, start: Callable, answer: Callable, ana: User
) -> None:
    publish(PARALLEL)
    instance = start(ana, "parallel")
    answer(ana, instance, "begin")
    browser = at_the_browser(ana)
    response = complete(browser, open_task(instance, "left"))
    said = " ".join(str(message) for message in browser.get(response["Location"]).context["messages"])
    assert said == "Done: Left. Its workflow goes on when the other steps are done."


def test_earlier_steps_are_shown_with_what_they_captured(
    at_the_browser: Browsers, onboarding: Any, answer: Callable, ana: User, bo: User
) -> None:
    answer(ana, onboarding, "verify", "approved", contact_verified=True, phone_confirmed=False)
    answer(ana, onboarding, "welcome", "failed", email_address="wrong@example.com", template="Basic Welcome")
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    page = at_the_browser(bo).get(f"/tasks/{open_task(onboarding, 'welcome').uuid}/")
    before = page.context["detail"].process.before
    assert [(one.run.name, one.who, one.result) for one in before] == [
        ("Verify Contact Information", "Ana Diaz", "Approved"),
        ("Send Welcome Email", "Ana Diaz", "Email Failed"),
        ("Verify Contact Information", "Ana Diaz", "Approved"),
    ]
    assert [(told.label, told.text) for told in before[0].answers] == [
        ("Contact verified", "Yes"),
        ("Phone confirmed", "No"),
    ]
    for text in ("Previous steps", "wrong@example.com", "Email Failed"):
        assert text in page.text


def test_a_file_of_an_earlier_step_is_a_link_in_a_later_one(
    at_the_browser: Browsers,
    publish: Callable,
    actor_of: Callable,
    access_to: Callable,
    ana: User,
    bo: User,
    cleo: User,
    vault: Project,
) -> None:
    steps = [
        {"key": "one", "name": "One", "assign": {"user": "ana"}, "next": "two",
         "fields": [{"name": "scan", "type": "file"}]},
        {"key": "two", "name": "Two", "assign": {"user": "bo"}},
    ]  # fmt: skip
    publish({"key": "files", "name": "Files", "steps": steps})
    instance = workflows.start(actor=actor_of(cleo), definition="files", project=access_to(cleo, vault)).instance
    receipt = SimpleUploadedFile("scan.png", b"x")
    complete(at_the_browser(ana), open_task(instance, "one"), **{f"{PREFIX}scan-file": receipt})
    row = Attachment.objects.get()
    page = at_the_browser(bo).get(f"/tasks/{open_task(instance, 'two').uuid}/").text
    assert f'<a href="/attachments/{row.uuid}/">scan.png</a>' in page
    assert at_the_browser(bo).get(f"/attachments/{row.uuid}/").getvalue() == b"x"
    assert f"/instances/{instance.uuid}/" not in page, "bo has a step of it and may not see the whole"


def test_a_step_is_not_opened_again_and_the_page_says_why(
    at_the_browser: Browsers, onboarding: Any, answer: Callable, ana: User, cleo: User
) -> None:
    task = open_task(onboarding, "verify")
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    why = "Its workflow has gone on since this step was closed."
    browser = at_the_browser(cleo)
    assert why in browser.get(f"/tasks/{task.uuid}/").text
    assert why in browser.get(f"/tasks/{task.uuid}/reopen/").text
    task.refresh_from_db()
    assert browser.post(f"/tasks/{task.uuid}/reopen/", {"version": task.version}).status_code == 409


def test_ending_a_step_by_force_says_what_that_means(
    at_the_browser: Browsers, onboarding: Any, make_task: MakeTask, ana: User, cleo: User
) -> None:
    browser, words = at_the_browser(cleo), "Its workflow stands still at this step"
    for verb in ("cancel", "delete"):
        assert words in browser.get(f"/tasks/{open_task(onboarding, 'verify').uuid}/{verb}/").text
        assert words not in browser.get(f"/tasks/{make_task('Plain', ana).uuid}/{verb}/").text


def test_handing_over_a_step_keeps_the_reason(
    at_the_browser: Browsers, onboarding: Any, ana: User, bo: User, sales: Team
) -> None:
    task = open_task(onboarding, "verify")
    data = {"version": task.version, "assignees": f"team:{sales.uuid}", "reason": "On leave"}
    browser = at_the_browser(ana)
    assert browser.post(f"/tasks/{task.uuid}/reassign/", data).status_code == 302
    page = browser.get(f"/tasks/{task.uuid}/").text
    assert "reassigned the task from Ana Diaz to Sales Team" in page
    assert "On leave" in page
    assert Event.objects.get(type="task.reassigned").payload["reason"] == "On leave"


def test_a_row_of_the_inbox_names_the_workflow(at_the_browser: Browsers, onboarding: Any, ana: User) -> None:
    assert "New Account Onboarding" in at_the_browser(ana).get("/inbox/").text


def test_the_page_of_a_step_takes_few_queries_however_long_its_story(
    at_the_browser: Browsers,
    onboarding: Any,
    answer: Callable,
    ana: User,
    bo: User,
    django_assert_num_queries: Callable,
) -> None:
    browser = at_the_browser(bo)

    def asked() -> int:
        address = f"/tasks/{open_task(onboarding, 'welcome').uuid}/"
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        return len(captured)

    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    first = asked()
    for _ in range(8):
        answer(ana, onboarding, "welcome", "failed", email_address="a@example.com", template="Basic Welcome")
        answer(ana, onboarding, "verify", "approved", contact_verified=True)
    assert asked() == first <= 20


def test_a_draft_of_a_definition_has_no_say_in_running_ones(
    at_the_browser: Browsers, publish: Callable, onboarding: Any, ana: User
) -> None:
    publish(document(ONBOARDING, name="Renamed"))
    assert "New Account Onboarding" in at_the_browser(ana).get(f"/tasks/{open_task(onboarding, 'verify').uuid}/").text
