"""What an open page learns while nobody touches it."""

import re
from collections.abc import Callable
from html import unescape

from django.test import Client

from accounts.models import User
from taskhub.inbox.tests.conftest import MakeTask
from tasks import commands

MOST_QUERIES = 7
Browsers = Callable[[User], Client]


def pulse_of(page: str) -> str:
    """Where poll.js would ask, as the page (or the last answer) says."""
    found = re.search(r'hx-get="(/pulse/[^"]*)"', page)
    assert found
    return unescape(found.group(1))


def test_as_long_as_nothing_changes_there_is_nothing_to_say(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    task = make_task("Old", ana)
    browser = at_the_browser(ana)
    for path in ("/inbox/", f"/tasks/{task.uuid}/", "/notifications/", "/settings/", "/tasks/new/"):
        response = browser.get(pulse_of(browser.get(path).text))
        assert response.status_code == 204, path
        assert response.content == b""


def test_new_work_is_announced_and_not_pushed_in(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    browser = at_the_browser(ana)
    ask = pulse_of(browser.get("/inbox/?view=mine&priority=high").text)
    make_task("Low", ana, priority=1)
    answer = browser.get(ask).text
    assert "new task" not in answer
    assert '<span class="count">1</span>' in answer
    make_task("High", ana, priority=3)
    answer = browser.get(pulse_of(answer)).text
    assert "1 new task. Show" in answer
    assert 'href="/inbox/?view=mine&amp;priority=high"' in answer
    assert "data-row" not in answer
    assert browser.get(pulse_of(answer)).status_code == 204


def test_the_bell_rings_without_a_reload(
    at_the_browser: Browsers, make_task: MakeTask, tell: Callable[[], None], ana: User
) -> None:
    browser = at_the_browser(ana)
    ask = pulse_of(browser.get("/settings/").text)
    make_task("New", ana)
    tell()
    answer = browser.get(ask).text
    assert 'aria-label="Notifications, 1 unread"' in answer
    assert 'hx-swap-oob="true"' in answer


def test_an_open_task_says_that_it_was_changed(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Open", ana)
    browser = at_the_browser(ana)
    ask = pulse_of(browser.get(f"/tasks/{task.uuid}/?view=mine").text)
    commands.update(actor=actor_of(cleo), task=task.uuid, values={"priority": 4})
    answer = browser.get(ask).text
    assert "This task has changed. Show" in answer
    assert f'href="/tasks/{task.uuid}/?view=mine"' in answer


def test_nonsense_is_answered_with_nothing_new(at_the_browser: Browsers, ana: User, dan: User) -> None:
    browser = at_the_browser(ana)
    for query in (
        "since=yesterday",
        "since=2026-01-01",
        "task=x&version=y",
        "list=%00&team=x",
        "list=view%3Dteam%26team%3Dx&since=2026-01-01T00:00:00Z",
    ):
        response = browser.get(f"/pulse/?{query}")
        assert response.status_code == 200
        assert "Show" not in response.text


def test_who_was_signed_out_meanwhile_keeps_the_page_they_write_on(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    browser = at_the_browser(ana)
    ask = pulse_of(browser.get("/inbox/").text)
    make_task("New", ana)
    browser.logout()
    response = browser.get(ask, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert "HX-Redirect" not in response


def test_a_pulse_is_cheap(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, django_assert_max_num_queries: Callable
) -> None:
    make_task("One", ana)
    browser = at_the_browser(ana)
    ask = pulse_of(browser.get("/inbox/").text)
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get(ask)
