"""Files, points and time on the page of a task: forms that work without a script."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from taskhub.inbox.tests.conftest import MakeTask
from taskhub.inbox.work import in_words
from tasks.models import Attachment, Task

Browsers = Callable[[User], Client]


def address(name: str, task: Task, *more: object) -> str:
    return reverse(f"task-{name}", args=[task.uuid, *more])


def page(browser: Client, task: Task) -> str:
    return browser.get(f"/tasks/{task.uuid}/").text


def test_files_are_attached_and_listed(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task, browser = make_task("Check", ana), at_the_browser(ana)
    chosen = [SimpleUploadedFile("a.pdf", b"%PDF"), SimpleUploadedFile("b.txt", b"x")]
    response = browser.post(address("files", task), {"files": chosen})
    assert response.status_code == 302
    assert response.headers["Location"].endswith("#files")
    shown = page(browser, task)
    for row in Attachment.objects.all():
        assert f'href="/attachments/{row.uuid}/"' in shown
        assert row.name in shown


def test_a_file_is_chosen_first(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    response = at_the_browser(ana).post(address("files", make_task("Check", ana)), {})
    assert response.status_code == 422
    assert "Choose a file first." in response.text


def test_points_are_added_ticked_off_taken_back_and_removed(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    task, browser = make_task("Check", ana), at_the_browser(ana)
    browser.post(address("checklist", task), {"text": "Call the <b>customer</b>"})
    item = task.checklist.get()
    assert "Call the &lt;b&gt;customer" in page(browser, task)
    for do, done in (("done", True), ("undone", False)):
        browser.post(address("checklist-item", task, item.uuid), {"do": do})
        item.refresh_from_db()
        assert bool(item.done_at) is done
    browser.post(address("checklist-item", task, item.uuid), {"do": "remove"})
    assert not task.checklist.exists()


def test_time_and_progress_are_said(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task, browser = make_task("Check", ana), at_the_browser(ana)
    browser.post(address("time", task), {"minutes": "90"})
    browser.post(address("progress", task), {"percent": "40"})
    shown = page(browser, task)
    assert "1 h 30 min" in shown
    assert "40 %" in shown
    for name, body in (("time", {"minutes": "-1"}), ("time", {"minutes": "x"}), ("progress", {"percent": "101"})):
        assert browser.post(address(name, task), body).status_code == 422


def test_a_form_sent_twice_counts_once(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task, browser = make_task("Check", ana), at_the_browser(ana)
    for _ in range(2):
        browser.post(address("time", task), {"minutes": "30", "once": "k"})
    assert task.time_entries.count() == 1


def test_who_does_not_work_on_it_has_no_such_buttons(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User, dan: User
) -> None:
    task = make_task("Check", ana)
    browser = at_the_browser(bo)
    assert 'id="add-item"' not in page(browser, task)
    assert browser.post(address("checklist", task), {"text": "x"}).status_code == 403
    assert at_the_browser(dan).post(address("time", task), {"minutes": "5"}).status_code == 404
    assert not task.checklist.exists()


def test_a_comment_is_markdown_and_calls_people(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task, browser = make_task("Check", ana), at_the_browser(ana)
    browser.post(address("comment", task), {"text": "**Look**, @bo: <script>alert(1)</script>"})
    shown = page(browser, task)
    assert "<strong>Look</strong>" in shown
    assert "<script>alert" not in shown
    assert "commented, calling Bo Berg" in shown
    assert [watcher.user for watcher in task.watchers.all()] == [bo]


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (90, "1 h 30 min")])
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert in_words(minutes) == words
