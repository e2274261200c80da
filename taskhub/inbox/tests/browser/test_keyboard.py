"""Work is done by keyboard alone; the focus never falls on the floor."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Team, User
from conftest import PASSWORD
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.conftest import MakeTask
from tasks.models import Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = "() => document.activeElement.id || document.activeElement.textContent.trim()"


@pytest.fixture
def three(make_task: MakeTask, ana: User) -> list[Task]:
    now = timezone.now()
    return [make_task(f"Task {day}", ana, due_at=now + timedelta(days=day)) for day in (1, 2, 3)]


def focused(page: Page) -> str:
    return str(page.evaluate(FOCUSED))


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible()
    page.wait_for_load_state("domcontentloaded")  # a key pressed before the scripts run is a key pressed in vain


def test_from_sign_in_to_the_next_task_without_a_mouse(
    visit: Visit, make_task: MakeTask, ana: User, sales: Team, three: list[Task]
) -> None:
    ours = make_task("For our team", sales)
    page = visit("/signin/")
    expect(page.get_by_label("Sign-in name")).to_be_focused()  # a page focuses by itself when it is first drawn
    page.keyboard.type(ana.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "My tasks")
    page.keyboard.press("g")
    page.keyboard.press("t")
    heading(page, "My teams")
    page.keyboard.press("j")
    assert focused(page) == "For our team"
    page.keyboard.press("Enter")
    heading(page, "For our team")
    page.keyboard.press("m")
    expect(page.get_by_text("This task is waiting for you.")).to_be_visible()
    page.keyboard.press("r")
    assert focused(page) == "comment"
    page.keyboard.type("Looks good")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".feed__say")).to_have_text("Looks good")
    page.keyboard.press("e")
    heading(page, "My teams")
    expect(page.get_by_role("status").filter(has_text="Done.")).to_be_visible()
    ours.refresh_from_db()
    assert ours.state == "completed"
    page.keyboard.press("g")
    page.keyboard.press("i")
    heading(page, "My tasks")
    page.keyboard.press("j")
    page.keyboard.press("o")
    heading(page, "Task 1")
    page.keyboard.press("e")
    heading(page, "Task 2")
    expect(page.get_by_role("status").filter(has_text="This is the next one.")).to_be_visible()
    page.keyboard.press("j")
    heading(page, "Task 3")
    page.keyboard.press("Escape")
    heading(page, "My tasks")


def test_rows_are_walked_and_the_walk_ends_at_the_ends(visit: Visit, ana: User, three: list[Task]) -> None:
    page = visit("/inbox/", ana)
    seen = []
    for key in "jjjjkkk":
        page.keyboard.press(key)
        seen.append(focused(page))
    assert seen == ["Task 1", "Task 2", "Task 3", "Task 3", "Task 2", "Task 1", "Task 1"]


def test_keys_are_letters_again_while_somebody_types(visit: Visit, ana: User, three: list[Task]) -> None:
    page = visit("/inbox/", ana)
    page.keyboard.press("/")
    page.keyboard.type("jcge?")
    expect(page.locator("#search")).to_have_value("jcge?")
    expect(page).to_have_url("/inbox/?view=mine&q=jcge%3F")
    assert focused(page) == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    heading(page, "New task")


def test_the_question_mark_lists_the_keys(visit: Visit, ana: User, cast: object) -> None:
    page = visit("/inbox/", ana)
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("c")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_keys_can_be_turned_off(visit: Visit, ana: User, three: list[Task]) -> None:
    User.objects.filter(pk=ana.pk).update(shortcuts=False)
    page = visit("/inbox/", ana)
    page.keyboard.press("j")
    page.keyboard.press("c")
    assert page.evaluate("() => document.activeElement === document.body")
    page.keyboard.press("?")
    expect(page.get_by_text("Shortcuts are off.")).to_be_visible()


def test_no_single_key_ends_a_task_for_good(visit: Visit, make_task: MakeTask, cleo: User) -> None:
    task = make_task("Careful", cleo)
    page = visit(f"/tasks/{task.uuid}/", cleo)
    danger = page.locator(".btn--danger")
    assert danger.count() == 3
    assert [danger.nth(number).get_attribute("aria-keyshortcuts") for number in range(3)] == [None, None, None]


WHAT_IS_WRONG_WITH_THE_FOCUS = """() => {
    const it = document.activeElement;
    if (it === document.body) return "nothing has the focus";
    const what = it.outerHTML.slice(0, 80);
    const rings = [it, it.closest("[data-row]")].filter(Boolean).map((one) => getComputedStyle(one));
    const seen = (ring) => ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2;
    if (!rings.some(seen)) return "no ring: " + what;
    const box = it.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return it.contains(top) || (top && top.contains(it)) ? "" : "hidden: " + what;
}"""


def test_the_focus_can_always_be_seen(visit: Visit, ana: User, three: list[Task]) -> None:
    page = visit("/inbox/", ana)
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(WHAT_IS_WRONG_WITH_THE_FOCUS) == ""


def test_a_password_can_be_read_and_is_hidden_when_it_is_sent(visit: Visit, ana: User) -> None:
    page = visit("/signin/")
    field = page.get_by_label("Password", exact=True)
    page.get_by_label("Sign-in name").fill(ana.username)
    field.fill(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sign in").click()
    heading(page, "My tasks")


def test_skipping_to_the_content_is_the_first_stop(visit: Visit, ana: User, cast: object) -> None:
    page = visit("/inbox/", ana)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    page.keyboard.press("Enter")
    assert focused(page) == "main"


def test_a_refused_form_puts_the_focus_on_what_is_wrong(
    visit: Visit, make_task: MakeTask, ana: User, actor_of: Callable
) -> None:
    task = make_task("Unwanted", ana)
    page = visit(f"/tasks/{task.uuid}/decline/", ana)
    page.get_by_role("button", name="Decline").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_role("link", name="Say why.").click()
    expect(page.locator("#id_reason")).to_be_focused()
