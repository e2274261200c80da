"""Everything works with JavaScript turned off."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Project, Team, User
from conftest import PASSWORD
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.conftest import MakeTask
from tasks.models import Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_task_is_found_claimed_discussed_and_completed(
    visit: Visit, make_task: MakeTask, ana: User, sales: Team
) -> None:
    make_task("Low one", sales, priority=1)
    task = make_task("High one", sales, priority=3, category="approve")
    page = visit("/signin/", scripts=False)
    page.get_by_label("Sign-in name").fill(ana.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Views").get_by_role("link", name="My teams").click()
    page.get_by_label("Priority", exact=True).select_option("High")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_role("link", name="High one").click()
    page.get_by_role("button", name="Claim").click()
    page.get_by_label("Add a comment").fill("On it")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".feed__say")).to_have_text("On it")
    page.get_by_text("Add a note on the result").click()
    page.get_by_label("Note on the result").fill("Everything is in order.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").filter(has_text="Done.")).to_be_visible()
    task.refresh_from_db()
    assert (task.state, task.resolution) == ("completed", "Everything is in order.")


def test_filters_are_taken_back_and_pages_turned(visit: Visit, make_task: MakeTask, ana: User) -> None:
    now = timezone.now()
    for number in range(30):
        make_task(f"Task {number:02}", ana, due_at=now + timedelta(hours=number), priority=1 + number % 2)
    page = visit("/inbox/?priority=low", ana, scripts=False)
    page.get_by_role("link", name="remove this filter").click()
    page.get_by_role("link", name="Next 25").click()
    expect(page.locator("[data-row]")).to_have_count(5)
    page.get_by_role("link", name="First page").click()
    expect(page.locator("[data-row]")).to_have_count(25)


def test_declining_asks_for_a_reason_on_a_page_of_its_own(visit: Visit, make_task: MakeTask, ana: User) -> None:
    task = make_task("Unwanted", ana)
    page = visit(f"/tasks/{task.uuid}/", ana, scripts=False)
    page.get_by_role("link", name="Decline…").click()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why.")
    page.get_by_label("Why do you decline?").fill("Not mine")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("All done")).to_be_visible()


def test_a_task_is_created_and_watched(visit: Visit, ana: User, project: Project) -> None:
    page = visit("/tasks/new/", ana, scripts=False)
    page.get_by_label("Title").fill("Order badges")
    page.get_by_label("Bo Berg").check()
    page.get_by_label("Due (optional)").fill("2031-01-15T17:00")
    page.get_by_role("button", name="Create task").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Order badges")
    assert Task.objects.get().assignments.get().user.username == "bo"
    page.get_by_role("button", name="Stop watching").click()
    expect(page.get_by_role("button", name="Watch")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_menus_open(visit: Visit, ana: User, cast: object, width: int) -> None:
    page = visit("/inbox/", ana, width=width, scripts=False)
    page.get_by_role("button", name="Your account").click()
    expect(page.get_by_role("link", name="Change password")).to_be_visible()
    page.keyboard.press("Escape")
    if width < 1100:
        page.get_by_role("button", name="Views and menu").click()
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Created by me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Created by me")


def test_settings_and_the_bell_are_forms(
    visit: Visit, make_task: MakeTask, tell: Callable[[], None], ana: User
) -> None:
    make_task("Told", ana)
    tell()
    page = visit("/notifications/", ana, scripts=False)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Nothing new")).to_be_visible()
    page.goto("/settings/")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
