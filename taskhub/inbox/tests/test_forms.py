"""Tasks that end with a result and ask for answers."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from taskhub.inbox.forms.answers import PREFIX
from taskhub.inbox.tests.answering import EVERY_TYPE, GOOD, NO, YES, complete, sent
from taskhub.inbox.tests.conftest import MakeTask
from tasks import commands
from tasks.domain.form import Field, FieldType, Option
from tasks.domain.results import Result
from tasks.models import Attachment, Event

Browsers = Callable[[User], Client]


def test_every_type_of_question_is_asked_and_answered(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE, outcomes=(YES, NO))
    browser = at_the_browser(ana)
    page = browser.get(f"/tasks/{task.uuid}/").text
    for text in ("Title of it", "3 to 20 characters.", "0 to 100.", 'type="date"', "Ask them.", "Red", 'type="file"'):
        assert text in page, text
    assert page.index("Approve it") < page.index("Send it back")
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF")
    response = complete(browser, task, "no", **sent(**GOOD), **{f"{PREFIX}receipt-file": receipt})
    assert response.status_code == 302
    task.refresh_from_db()
    kept = Attachment.objects.get()
    assert (task.state, task.outcome) == ("completed", "no")
    assert task.form_data == {
        "title_of_it": "Some title", "amount": 12.5, "day": "2026-03-31", "agreed": True, "colour": "b",
        "receipt": str(kept.uuid),
    }  # fmt: skip
    page = browser.get(f"/tasks/{task.uuid}/").text
    for text in ("Send it back", "Some title", "12.5", "31 Mar 2026", "Yes", "Blue", f"/attachments/{kept.uuid}/"):
        assert text in page, text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title_of_it": ""}, "Title of it is required."),
        ({"title_of_it": "ab"}, "Title of it must have at least 3 characters."),
        ({"amount": "many"}, "Amount must be a number."),
        ({"amount": "101"}, "Amount must be at most 100."),
        ({"day": "2025-12-31"}, "Day must be at least 2026-01-01."),
        ({"agreed": ""}, "Agreed is required."),
        ({"colour": "green"}, "Colour must be one of the options."),
    ],
)
def test_what_is_wrong_is_said_and_all_that_was_typed_is_kept(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, wrong: dict[str, str], words: str
) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE, outcomes=(YES, NO))
    given = GOOD | wrong
    response = complete(at_the_browser(ana), task, "yes", **sent(**given), resolution="Nearly done.")
    assert response.status_code == 422
    assert "<title>Error: Asked" in response.text
    assert words in response.text
    name = next(iter(wrong))
    assert f'href="#id_{PREFIX}{name}' in response.text
    form = response.context["form"]
    assert {key: form[PREFIX + key].value() for key in given} == given
    assert "Nearly done." in response.text
    task.refresh_from_db()
    assert (task.state, task.form_data) == ("pending", {})


def test_a_result_has_to_be_chosen(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[1:2], outcomes=(YES, NO))
    for outcome in ("", "maybe"):
        response = complete(at_the_browser(ana), task, outcome, **sent(amount="5"))
        assert response.status_code == 422
        assert "Choose how it ends: Approve it or Send it back." in response.text
        assert 'href="#id_outcome"' in response.text


def test_the_only_result_needs_no_choice(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Asked", ana, outcomes=(YES,))
    assert complete(at_the_browser(ana), task).status_code == 302
    task.refresh_from_db()
    assert task.outcome == "yes"


def test_the_form_shows_what_is_known_already(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    known = {"title_of_it": "Known", "amount": 3, "agreed": False, "colour": "r"}
    task = make_task("Asked", ana, form_fields=EVERY_TYPE, form_data=known)
    page = at_the_browser(ana).get(f"/tasks/{task.uuid}/").text
    for text in ('value="Known"', 'value="3"', '<option value="r" selected>'):
        assert text in page
    assert re.search(r'type="radio" name="answer-agreed" value="false"[^>]* checked', page)


def test_no_answer_is_an_answer_where_it_may_be(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    fields = (Field("a", "a", FieldType.BOOLEAN), Field("b", "b", FieldType.TEXT, default="usual"))
    task = make_task("Asked", ana, form_fields=fields)
    browser = at_the_browser(ana)
    assert "No answer" in browser.get(f"/tasks/{task.uuid}/").text
    complete(browser, task, **sent(a="", b=""))
    task.refresh_from_db()
    assert task.form_data == {"a": None, "b": None}


def test_lines_are_kept_as_everybody_writes_them(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Asked", ana, form_fields=(Field("a", "a", FieldType.TEXT, max=500),))
    browser = at_the_browser(ana)
    assert "<textarea" in browser.get(f"/tasks/{task.uuid}/").text
    complete(browser, task, **sent(a="one\r\ntwo"))
    task.refresh_from_db()
    assert task.form_data == {"a": "one\ntwo"}


def test_what_is_asked_is_text_and_never_markup(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    evil = '"><script>alert(1)</script>'
    fields = (
        Field("a", "a", FieldType.TEXT, label=evil, help=evil),
        Field("s", "s", FieldType.SELECT, options=(Option(evil, evil),)),
    )
    task = make_task("Asked", ana, form_fields=fields, outcomes=(Result(evil, evil),), form_data={"a": evil})
    browser = at_the_browser(ana)
    assert "<script>alert" not in browser.get(f"/tasks/{task.uuid}/").text
    assert complete(browser, task, evil, **sent(a=evil, s=evil)).status_code == 302
    assert "<script>alert" not in browser.get(f"/tasks/{task.uuid}/").text


def test_asking_to_complete_leads_to_the_form(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Asked", ana, outcomes=(YES, NO))
    response = at_the_browser(ana).get(f"/tasks/{task.uuid}/complete/?view=mine")
    assert response.status_code == 302
    assert response["Location"] == f"/tasks/{task.uuid}/?view=mine#act"


def test_who_may_not_complete_is_shown_no_form(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE, form_data={"title_of_it": "Known"}, outcomes=(YES, NO))
    page = at_the_browser(bo).get(f"/tasks/{task.uuid}/").text
    assert "act-form" not in page
    assert "Known" in page
    response = complete(at_the_browser(bo), task, "yes", **sent(**GOOD))
    assert response.status_code == 403
    task.refresh_from_db()
    assert task.state == "pending"


def test_who_was_too_late_reads_what_they_had_typed(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[:1], outcomes=(YES, NO))
    data = {"version": task.version, "outcome": "yes", **sent(title_of_it="An hour's work")}
    commands.cancel(actor=actor_of(cleo), task=task.uuid)
    response = at_the_browser(ana).post(f"/tasks/{task.uuid}/complete/", data)
    assert response.status_code == 409
    assert "Cleo Stone canceled the task" in response.text
    assert "This is what you had typed" in response.text
    assert "An hour&#x27;s work" in response.text


def test_a_form_sent_twice_counts_once(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[5:], outcomes=(YES, NO))
    browser = at_the_browser(ana)
    answers = []
    for _ in range(3):
        receipt = SimpleUploadedFile("receipt.pdf", b"%PDF")
        data = {"version": 1, "once": "k", "outcome": "yes", f"{PREFIX}receipt-file": receipt}
        answers.append(browser.post(f"/tasks/{task.uuid}/complete/", data))
    assert [answer.status_code for answer in answers] == [302] * 3
    assert len({answer["Location"] for answer in answers}) == 1
    assert Event.objects.filter(task=task, type="task.completed").count() == 1
    assert Attachment.objects.count() == 1
