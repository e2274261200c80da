"""What changes while a page is open, and what must not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.conftest import MakeTask
from tasks import commands
from tasks.models import Event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tick(page: Page) -> None:
    """What poll.js does every few seconds."""
    with page.expect_response("**/pulse/**"):
        page.evaluate("() => { document.body.dispatchEvent(new CustomEvent('th:tick')) }")


def settle(page: Page) -> None:
    """Waits until every request that the page has made is known here: events come in the order of the requests."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    with page.expect_response("**/icons.svg?settled"):
        page.evaluate("() => { fetch('/icons.svg?settled', { cache: 'no-store' }) }")


def test_a_filter_swaps_the_list_alone_and_back_undoes_it(visit: Visit, make_task: MakeTask, ana: User) -> None:
    make_task("Urgent", ana, priority=4)
    make_task("Low", ana, priority=1)
    page = visit("/inbox/", ana)
    page.evaluate("() => { window.sameDocument = true }")
    page.get_by_label("Priority", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_url("/inbox/?view=mine&priority=urgent")
    expect(page.locator("#filter-priority")).to_be_focused()
    assert page.evaluate("() => window.sameDocument")
    page.reload()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.get_by_label("Priority", exact=True)).to_have_value("")


def test_another_order_and_a_search_swap_the_list_and_what_is_listened_for(
    visit: Visit, make_task: MakeTask, ana: User
) -> None:
    for number, title in enumerate(("Alpha low", "Beta urgent"), start=1):
        make_task(title, ana, priority=number * number)
    page = visit("/inbox/", ana)
    rows = page.locator("[data-row] a")
    expect(rows).to_have_text(["Alpha low", "Beta urgent"])
    page.get_by_label("Sort by").select_option("Sort: Priority")
    expect(rows).to_have_text(["Beta urgent", "Alpha low"])
    page.get_by_label("Search in this list").fill("urg")
    expect(rows).to_have_text(["Beta urgent"])
    expect(page).to_have_url("/inbox/?view=mine&q=urg&sort=priority")
    make_task("Gamma", ana)
    make_task("Delta urgent", ana)
    tick(page)
    page.get_by_role("link", name="1 new task. Show").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page).to_have_url("/inbox/?view=mine&q=urg&sort=priority")


def test_opening_a_task_and_going_back_shows_the_same_list(visit: Visit, make_task: MakeTask, ana: User) -> None:
    now = timezone.now()
    for number in range(25):
        make_task(f"Task {number:02}", ana, priority=3, due_at=now + timedelta(hours=number))
    page = visit("/inbox/?view=mine&priority=high", ana)
    page.get_by_role("link", name="Task 20").click()
    page.get_by_role("navigation", name="Place").get_by_role("link", name="My tasks").click()
    expect(page).to_have_url("/inbox/?view=mine&priority=high")
    page.get_by_role("link", name="Task 20").scroll_into_view_if_needed()
    before = page.evaluate("() => window.scrollY")
    assert before > 0
    page.get_by_role("link", name="Task 20").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Task 20")
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(25)
    page.wait_for_function("(y) => Math.abs(window.scrollY - y) < 50", arg=before)


def test_new_work_waits_behind_a_button(visit: Visit, make_task: MakeTask, ana: User) -> None:
    make_task("Old", ana)
    page = visit("/inbox/", ana)
    tick(page)
    make_task("New", ana)
    page.keyboard.press("j")
    tick(page)
    button = page.get_by_role("link", name="1 new task. Show")
    expect(button).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
    assert page.evaluate("() => document.activeElement.textContent") == "Old"
    expect(page.get_by_role("navigation", name="Views").get_by_role("link", name="My tasks")).to_contain_text("2")
    button.click()
    expect(page.locator("[data-row]")).to_have_count(2)


def test_nothing_is_swept_away_under_somebody_who_types(
    visit: Visit, make_task: MakeTask, tell: Callable[[], None], actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Busy", ana)
    page = visit(f"/tasks/{task.uuid}/", ana)
    page.get_by_label("Add a comment").fill("Half a sentence")
    commands.update(actor=actor_of(cleo), task=task.uuid, values={"priority": 4})
    commands.comment(actor=actor_of(cleo), task=task.uuid, text="Hello")
    tell()
    tick(page)
    expect(page.get_by_role("link", name="This task has changed. Show")).to_be_visible()
    expect(page.get_by_label("Add a comment")).to_have_value("Half a sentence")
    expect(page.get_by_label("Add a comment")).to_be_focused()
    expect(page.get_by_role("link", name="Notifications, 2 unread")).to_be_visible()


def test_a_hidden_page_asks_for_nothing(visit: Visit, ana: User, cast: Any) -> None:
    page = visit("/inbox/", ana)
    page.clock.install()
    page.reload()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(12_000)
    assert [url for url in asked if "/pulse/" in url]
    page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    settle(page)
    asked.clear()
    page.clock.run_for(60_000)
    settle(page)
    assert [url for url in asked if "/pulse/" in url] == []


def test_two_people_at_one_task_do_not_overwrite_each_other(
    visit: Visit, make_task: MakeTask, ana: User, bo: User, sales: Any
) -> None:
    task = make_task("Both want it", sales)
    hers, his = visit(f"/tasks/{task.uuid}/", ana), visit(f"/tasks/{task.uuid}/", bo)
    hers.get_by_text("Add a note on the result").click()
    hers.get_by_label("Note on the result").fill("A note that took ten minutes")
    his.get_by_role("button", name="Start").click()
    expect(his.get_by_text("Started.")).to_be_visible()
    hers.get_by_role("button", name="Complete").click()
    alert = hers.get_by_role("alert")
    expect(alert).to_contain_text("Bo Berg started working (just now).")
    expect(alert).to_contain_text("Nothing of yours was changed.")
    task.refresh_from_db()
    assert task.state == "in_progress"


def test_a_double_click_acts_once(visit: Visit, make_task: MakeTask, ana: User) -> None:
    first = make_task("First", ana)
    make_task("Second", ana)
    page = visit(f"/tasks/{first.uuid}/?view=mine", ana)
    page.get_by_role("button", name="Complete").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second")
    assert Event.objects.filter(type="task.completed").count() == 1


def test_a_toast_stays_while_it_is_read_and_can_be_closed(
    visit: Visit, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Watched", bo)
    page = visit(f"/tasks/{task.uuid}/", ana)
    page.get_by_role("button", name="Watch").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("You are told what happens to this task.")
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)


def test_a_server_that_is_gone_loses_nothing(
    visit: Visit, make_task: MakeTask, ana: User, complaints: list[str]
) -> None:
    make_task("Here", ana)
    page = visit("/inbox/", ana)
    page.route("**/inbox/**", lambda route: route.abort())
    page.get_by_label("Priority", exact=True).select_option("High")
    expect(page.get_by_role("status").filter(has_text="cannot be reached")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
    complaints[:] = [text for text in complaints if "net::ERR_FAILED" not in text and "htmx" not in text]
