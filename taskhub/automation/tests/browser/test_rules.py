"""The rules' pages in a real browser: light and dark, wide and narrow, with scripts and without."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from conftest import Cast
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, assert_strict, faults
from taskhub.testing.looks import every_look, narrow
from tasks.models import Comment
from workflows.models import AutomationRule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MakeRule = Callable[..., AutomationRule]
PAGES = {
    "list": "/rules/",
    "new": "/rules/new/",
    "rule": "/rules/{rule}/",
    "log without entries": "/rules/{rule}/?show=trouble",
    "edit": "/rules/{rule}/edit/",
    "dry run": "/rules/{rule}/try/",
    "delete": "/rules/{rule}/delete/",
}
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 3


@pytest.fixture
def busy(cast: Cast, rule: MakeRule, new_task: Any, settle: Any) -> str:
    """Rules of several kinds and a log with entries; returns the id of the richest."""
    rule("conversation_tag urgent", {"type": "create_task", "title": LONG, "auto_assign": True}, name=LONG)
    rule("schedule 0 8 * * 1-5", {"type": "create_task", "title": "Open the post"}, enabled=False)
    stopped = rule("task.completed", {"type": "escalate"}, name="Stopped")
    AutomationRule.objects.filter(pk=stopped.pk).update(enabled=False, paused_reason="Its author has left.")
    rich = rule(
        "task.created",
        {"type": "set_priority", "priority": "high"},
        {"type": "add_comment", "text": "{{task.title}} is new. " + LONG},
        {"type": "notify", "assign": {"team": "sales"}, "text": "Look"},
        name="Greet new tasks",
        condition="task.source == 'inbox' && !('quiet' in task.tags)",
    )
    new_task(cast.ana, title=LONG)
    new_task(cast.bo, tags=["quiet"])
    settle()
    return str(rich.uuid)


@every_look
def test_every_page_can_be_used_by_everyone(visit: Visit, busy: str, cast: Cast, width: int, theme: str) -> None:
    page = visit("/rules/", cast.cleo, width=width, theme=theme)
    for name, path in PAGES.items():
        answer = page.goto(path.format(rule=busy))
        assert answer is not None
        assert_strict(answer)
        assert faults(page, theme) == [], f"{name} at {width}, {theme}"
        assert_fits(page, name, width)


@narrow
def test_no_page_is_wider_than_its_window(visit: Visit, busy: str, cast: Cast, width: int) -> None:
    page = visit("/rules/", cast.cleo, width=width)
    for name, path in PAGES.items():
        page.goto(path.format(rule=busy))
        assert_fits(page, name, width)


def test_a_rule_is_written_tried_saved_and_seen_at_work_without_scripts(
    visit: Visit, cast: Cast, new_task: Any, settle: Any
) -> None:
    new_task(cast.ana, title="An earlier one")
    page = visit("/rules/", cast.cleo, scripts=False)
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Name", exact=True).fill("Greet")
    page.get_by_label("Then", exact=True).select_option("Add a comment")
    page.get_by_role("group", name="Then").get_by_role("button", name="Show the fields").click()
    page.get_by_label("Text").fill("Welcome, {{task.title}}")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It would have acted once")).to_be_visible()
    page.get_by_role("button", name="Save rule").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Greet")
    new_task(cast.ana, title="Ms Ito")
    settle()
    page.reload()
    expect(page.get_by_text("Add a comment: Welcome, Ms Ito")).to_be_visible()
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Turn on")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete rule").click()
    expect(page.get_by_text("No rules yet")).to_be_visible()
    assert Comment.objects.count() == 1


def test_with_scripts_the_form_follows_what_is_chosen(visit: Visit, cast: Cast) -> None:
    page = visit("/rules/new/", cast.cleo)
    page.get_by_label("Name", exact=True).fill("Every morning")
    page.get_by_label("When", exact=True).select_option("The time has come (a schedule)")
    page.get_by_label("Schedule").fill("0 8 * * 1-5")
    page.get_by_label("Title").fill("Open the post")
    page.get_by_role("button", name="And then").click()
    page.get_by_label("Then", exact=True).nth(1).select_option("Set the due date")
    expect(page.get_by_label("Title")).to_have_count(1)  # the second action has the fields of its new kind
    page.get_by_label("Due in").nth(1).select_option("2 days")
    page.get_by_role("button", name="Save rule").last.click()
    expect(page.get_by_text("At 08:00 on Monday through Friday")).to_be_visible()
    row = AutomationRule.objects.get()
    assert [action["type"] for action in row.actions] == ["create_task", "set_due_date"]
    assert row.next_fire_at is not None


def test_what_is_wrong_takes_the_focus(visit: Visit, cast: Cast) -> None:
    page = visit("/rules/new/", cast.cleo)
    page.get_by_role("button", name="Save rule").last.click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
