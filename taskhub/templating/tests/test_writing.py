"""The list of templates, and writing them, in a browser without JavaScript."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Team, User
from tasks.domain.tests.test_placeholders import HOSTILE
from tasks.models import TaskTemplate

Browsers = Callable[[User], Client]
Write = Callable[..., TaskTemplate]
pytestmark = pytest.mark.django_db

FORM = {
    "name": "Complaint",
    "title_template": "Complaint of {{customer}}",
    "description_template": "One\r\nTwo {{issue}}",
    "checklist": "Read\r\n\r\n  Call {{customer}}  \r\n",
    "default_priority": "4",
    "due_days": "2",
    "due_hours": "4",
    "category": "approve",
    "default_tags": "support, vip, support",
}


def test_a_manager_writes_a_template(at_the_browser: Browsers, cleo: User, sales: Team) -> None:
    browser = at_the_browser(cleo)
    assert browser.get("/templates/new/").status_code == 200
    answer = browser.post("/templates/new/", {**FORM, "assign": f"team:{sales.uuid}"})
    row = TaskTemplate.objects.get()
    assert answer["Location"] == f"/templates/{row.uuid}/"
    assert (row.description_template, row.checklist) == ("One\nTwo {{issue}}", ["Read", "Call {{customer}}"])
    assert (row.default_priority, row.default_due, row.category) == (4, timedelta(days=2, hours=4), "approve")
    assert (row.default_tags, row.assign_team) == (["support", "vip"], sales)
    assert row.variables == ("customer", "issue")


def test_what_was_written_stands_in_the_form_again(
    at_the_browser: Browsers, cleo: User, ana: User, sales: Team
) -> None:
    browser = at_the_browser(cleo)
    browser.post("/templates/new/", {**FORM, "assign": f"user:{ana.uuid}"})
    row = TaskTemplate.objects.get()
    page = browser.get(f"/templates/{row.uuid}/edit/").text
    assert "Read\nCall {{customer}}</textarea>" in page
    assert f'value="user:{ana.uuid}" selected' in page
    answer = browser.post(
        f"/templates/{row.uuid}/edit/", {**FORM, "assign": "", "due_days": "", "due_hours": "", "version": "1"}
    )
    row.refresh_from_db()
    assert answer.status_code == 302
    assert (row.version, row.assign_user, row.default_due) == (2, None, None)


def test_who_was_slower_is_told(at_the_browser: Browsers, write: Write, cleo: User) -> None:
    row, browser = write(), at_the_browser(cleo)
    assert browser.post(f"/templates/{row.uuid}/edit/", {**FORM, "version": "1"}).status_code == 302
    answer = browser.post(f"/templates/{row.uuid}/edit/", {**FORM, "name": "Mine", "version": "1"})
    assert answer.status_code == 422
    assert "Somebody changed this template in the meantime." in answer.text
    assert 'value="Mine"' in answer.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "Say what the template is called."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"due_hours": "24"}, "less than or equal to 23"),
        ({"due_days": "9999"}, "less than or equal to 3650"),
        ({"checklist": "x\n" * 101}, "A checklist has at most 100 points."),
        ({"default_tags": "x" * 101}, "A tag has 1 to 100 characters."),
        ({"assign": "user:nobody"}, "Select a valid choice"),
        ({"description_template": " ".join(f"{{{{v{n}}}}}" for n in range(101))}, "at most 100 variables"),
    ],
)
def test_what_cannot_be_written_is_said(at_the_browser: Browsers, cleo: User, said: dict[str, str], words: str) -> None:
    answer = at_the_browser(cleo).post("/templates/new/", {**FORM, **said})
    assert answer.status_code == 422
    assert words in answer.text
    assert not TaskTemplate.objects.exists()


def test_a_name_that_is_taken_is_said_at_the_name(at_the_browser: Browsers, write: Write, cleo: User) -> None:
    write()
    answer = at_the_browser(cleo).post("/templates/new/", FORM)
    assert answer.status_code == 422
    assert 'href="#id_name"' in answer.text


@pytest.mark.parametrize("text", HOSTILE[:14], ids=lambda text: text[:30])
def test_hostile_texts_are_shown_and_never_run(at_the_browser: Browsers, cleo: User, text: str) -> None:
    browser = at_the_browser(cleo)
    browser.post("/templates/new/", {**FORM, "description_template": text, "checklist": f"<script>x</script>{text}"})
    row = TaskTemplate.objects.get()
    assert row.description_template == text
    for address in (f"/templates/{row.uuid}/", f"/templates/{row.uuid}/edit/", "/templates/"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "<script>x" not in page.text


def test_an_archived_template_is_brought_back(at_the_browser: Browsers, write: Write, cleo: User) -> None:
    row, browser = write(), at_the_browser(cleo)
    assert browser.post(f"/templates/{row.uuid}/archive/").status_code == 302
    assert "Archived: Complaint" in browser.get("/templates/").text
    assert browser.get(f"/templates/{row.uuid}/").status_code == 404
    assert browser.get(f"/templates/{row.uuid}/edit/")["Location"] == "/templates/?show=archived"
    assert f"/templates/{row.uuid}/restore/" in browser.get("/templates/?show=archived").text
    again = write()
    browser.post(f"/templates/{row.uuid}/restore/")
    assert "Give that one another name first." in browser.get("/templates/?show=archived").text
    browser.post(f"/templates/{again.uuid}/archive/")
    browser.post(f"/templates/{row.uuid}/restore/")
    assert "In use again: Complaint" in browser.get("/templates/").text


def test_members_see_templates_and_do_not_write_them(at_the_browser: Browsers, write: Write, ana: User) -> None:
    row, browser = write(), at_the_browser(ana)
    page = browser.get("/templates/").text
    assert "Complaint" in page
    assert "New template" not in page
    assert "/edit/" not in page
    for address in ("/templates/new/", f"/templates/{row.uuid}/edit/"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, FORM).status_code == 403
    for verb in ("archive", "restore"):
        assert browser.post(f"/templates/{row.uuid}/{verb}/").status_code == 403


def test_the_list_is_searched_and_paged(at_the_browser: Browsers, write: Write, cleo: User) -> None:
    for number in range(26):
        write(f"Template {number:02}")
    browser = at_the_browser(cleo)
    first = browser.get("/templates/").text
    assert first.count('class="blank"') == 25
    assert "/templates/?page=1" in first
    assert "Template 25" in browser.get("/templates/?page=1").text
    found = browser.get("/templates/?q=late%2017", headers={"HX-Request": "true"}).text
    assert found.count('class="blank"') == 1
    assert "<html" not in found
    assert "Nothing found" in browser.get("/templates/?q=nothing%00").text


def test_the_list_asks_the_same_however_many_rows(
    at_the_browser: Browsers, write: Write, cleo: User, counted: Callable[[int], AbstractContextManager[None]]
) -> None:
    write()
    browser = at_the_browser(cleo)
    browser.get("/templates/")
    with counted(4):
        browser.get("/templates/", headers={"HX-Request": "true"})
    for number in range(5):
        write(f"Template {number}")
    with counted(4):
        browser.get("/templates/", headers={"HX-Request": "true"})


def test_without_templates_a_manager_is_asked_to_write_one(at_the_browser: Browsers, cleo: User, ana: User) -> None:
    assert 'href="/templates/new/">New template</a></p>' in at_the_browser(cleo).get("/templates/").text
    page: Any = at_the_browser(ana).get("/templates/").text
    assert "A manager of your organization can write one." in page
