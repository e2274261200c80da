"""Making a task from a template in a browser without JavaScript: each variable is a field."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actor import Role
from accounts.models import Membership, Project, Team, User
from tasks.commands import NewShare
from tasks.models import Task, TaskTemplate

Browsers = Callable[[User], Client]
Write = Callable[..., TaskTemplate]
pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(project: Project) -> dict[str, Any]:
    return {
        "variable-customer": "Ada & Söhne",
        "variable-issue": "The invoice is wrong.\nTwice.",
        "project": str(project.uuid),
        "priority": "3",
        "watch": "on",
    }


def test_a_task_is_made_as_the_template_says(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User, bo: User
) -> None:
    row, browser = write(), at_the_browser(ana)
    page = browser.get(f"/templates/{row.uuid}/").text
    assert '<label for="id_variable-customer">Customer</label>' in page
    assert page.index("variable-customer") < page.index("variable-issue") < page.index('name="project"')
    assert "<mark>{{customer}}</mark>" in page
    response = browser.post(f"/templates/{row.uuid}/", {**filled, "assignees": [f"user:{bo.uuid}"]})
    task = Task.objects.get()
    assert response["Location"] == f"/tasks/{task.uuid}/?view=created"
    assert (task.title, task.description) == ("Complaint of Ada & Söhne", "Investigate: The invoice is wrong.\nTwice.")
    assert (task.priority, task.tags, task.source, task.due_at) == (3, ["support"], "inbox", None)
    assert list(task.checklist.values_list("text", flat=True)) == ["Read", "Call Ada & Söhne"]
    assert [share.user for share in task.assignments.all()] == [bo]
    assert [watcher.user for watcher in task.watchers.all()] == [ana]


def test_what_is_missing_is_said_and_what_is_there_is_kept(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row = write()
    response = at_the_browser(ana).post(f"/templates/{row.uuid}/", {**filled, "variable-issue": " "})
    assert response.status_code == 422
    assert response.text.count("Fill in “Issue”.") == 2
    assert 'value="Ada &amp; Söhne"' in response.text
    assert "Complaint of Ada &amp; Söhne" in response.text, "the preview shows what is known"
    assert "<mark>{{issue}}</mark>" in response.text
    assert not Task.objects.exists()


def test_the_usual_assignee_is_chosen_already_and_may_be_taken_away(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User, sales: Team
) -> None:
    row, browser = write(assignee=NewShare(team=sales.uuid), default_due=timedelta(days=2)), at_the_browser(ana)
    page = browser.get(f"/templates/{row.uuid}/").text
    assert f'value="team:{sales.uuid}"' in page
    assert "checked" in page.split(f'value="team:{sales.uuid}"')[1][:80]
    assert "Due (else 2 days from now)" in page
    browser.post(f"/templates/{row.uuid}/", filled)
    task = Task.objects.get()
    assert not task.assignments.exists()
    assert task.due_at is not None


def test_a_link_fills_in_what_it_knows(at_the_browser: Browsers, write: Write, ana: User) -> None:
    row = write()
    page = at_the_browser(ana).get(f"/templates/{row.uuid}/?customer=Ada%00&colour=red").text
    assert "red" not in page.split("<form")[1]
    page = at_the_browser(ana).get(f"/templates/{row.uuid}/?customer=Ada").text
    assert 'value="Ada"' in page
    assert "Complaint of Ada" in page


def test_variables_with_dots_are_parts_of_one(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row = write(title_template="{{who.name}} {{who.mail}}", description_template="", checklist=[])
    said = {**filled, "variable-who.name": "Ada", "variable-who.mail": "{{who.name}}"}
    at_the_browser(ana).post(f"/templates/{row.uuid}/", said)
    assert Task.objects.get().title == "Ada {{who.name}}"


def test_the_preview_shows_what_is_typed_and_nothing_is_made(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row, browser = write(), at_the_browser(ana)
    said = {"variable-customer": "<b>Ada</b>", "variable-issue": "\0 "}
    shown = browser.post(f"/templates/{row.uuid}/preview/", said, headers={"HX-Request": "true"}).text
    assert "Complaint of &lt;b&gt;Ada&lt;/b&gt;" in shown
    assert "<mark>{{issue}}</mark>" in shown
    assert "<html" not in shown
    assert not Task.objects.exists()


def test_the_form_sent_twice_makes_one_task(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row, browser = write(), at_the_browser(ana)
    answers = [browser.post(f"/templates/{row.uuid}/", filled | {"once": "k"})["Location"] for _ in range(2)]
    assert Task.objects.count() == 1
    assert len(set(answers)) == 1


def test_many_are_made_one_after_another(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row = write()
    answer = at_the_browser(ana).post(f"/templates/{row.uuid}/", filled | {"another": "yes"})
    assert answer["Location"] == f"/templates/{row.uuid}/"


def test_what_comes_out_too_long_is_said(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row = write()
    answer = at_the_browser(ana).post(f"/templates/{row.uuid}/", {**filled, "variable-customer": "x" * 501})
    assert answer.status_code == 422
    assert "The title has at most 500 characters." in answer.text


def test_a_viewer_looks_and_makes_nothing(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], ana: User
) -> None:
    row = write()
    Membership.objects.filter(user=ana).update(role=Role.VIEWER)
    browser = at_the_browser(ana)
    assert "You may look at templates" in browser.get(f"/templates/{row.uuid}/").text
    assert browser.post(f"/templates/{row.uuid}/", filled).status_code == 403
    assert not Task.objects.exists()


def test_another_organizations_template_is_not_there(
    at_the_browser: Browsers, write: Write, filled: dict[str, Any], dan: User
) -> None:
    row, browser = write(), at_the_browser(dan)
    for address in (f"/templates/{row.uuid}/", f"/templates/{row.uuid}/edit/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, filled).status_code == 404
    for verb in ("archive", "restore", "preview"):
        assert browser.post(f"/templates/{row.uuid}/{verb}/", filled).status_code == 404
