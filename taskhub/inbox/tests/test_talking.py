from collections.abc import Callable

import pytest
from django.test import Client

from accounts.access import forget
from accounts.actor import Role
from accounts.models import Membership, User
from taskhub.inbox.tests.conftest import MakeTask
from tasks.models import Comment

Browsers = Callable[[User], Client]


def test_a_comment_is_kept_as_it_was_written(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Talk", ana)
    browser = at_the_browser(bo)
    response = browser.post(
        f"/tasks/{task.uuid}/comments/?view=all", {"text": "  First line\r\n\r\nThird <b>line</b>  "}
    )
    comment = Comment.objects.get(task=task)
    assert comment.text == "First line\n\nThird <b>line</b>"
    assert response["Location"] == f"/tasks/{task.uuid}/?view=all#comment-{comment.pk}"
    page = browser.get(response["Location"]).text
    assert f'id="comment-{comment.pk}"' in page
    assert "<p>First line</p>\n<p>Third &lt;b&gt;line&lt;/b&gt;</p>" in page


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 10_001])
def test_an_empty_or_endless_comment_is_refused_and_kept(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, text: str
) -> None:
    task = make_task("Talk", ana)
    response = at_the_browser(ana).post(f"/tasks/{task.uuid}/comments/", {"text": text})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert text.strip() in response.text
    assert not Comment.objects.exists()


def test_a_comment_sent_twice_is_said_once(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Talk", ana)
    browser = at_the_browser(ana)
    for _ in range(2):
        browser.post(f"/tasks/{task.uuid}/comments/", {"text": "Once", "once": "k"})
    assert Comment.objects.count() == 1


def test_watching_is_a_switch(at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User) -> None:
    task = make_task("Watched", ana)
    browser = at_the_browser(bo)
    assert "Stop watching" not in browser.get(f"/tasks/{task.uuid}/").text
    browser.post(f"/tasks/{task.uuid}/watch/")
    assert "Stop watching" in browser.get(f"/tasks/{task.uuid}/").text
    assert "Watched" in browser.get("/inbox/?view=watching").text
    browser.post(f"/tasks/{task.uuid}/unwatch/")
    assert not task.watchers.exists()


def test_only_a_post_changes_anything(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Safe", ana)
    for path in ("comments/", "watch/", "unwatch/"):
        assert at_the_browser(ana).get(f"/tasks/{task.uuid}/{path}").status_code == 405


def test_who_may_not_see_a_task_cannot_talk_about_it(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, dan: User
) -> None:
    task = make_task("Ours", ana)
    for path in ("comments/", "watch/", "unwatch/"):
        assert at_the_browser(dan).post(f"/tasks/{task.uuid}/{path}", {"text": "x"}).status_code == 404


def test_a_viewer_is_not_asked_for_what_they_may_not_say(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Talk", ana)
    assert 'name="text"' in at_the_browser(bo).get(f"/tasks/{task.uuid}/").text
    Membership.objects.filter(user=bo).update(role=Role.VIEWER)
    forget()
    browser = at_the_browser(bo)
    assert 'name="text"' not in browser.get(f"/tasks/{task.uuid}/").text
    assert browser.post(f"/tasks/{task.uuid}/comments/", {"text": "Hello"}).status_code == 403
    assert not Comment.objects.exists()
