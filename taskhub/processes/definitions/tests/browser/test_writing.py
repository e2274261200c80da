"""Writing a workflow in a real browser: with scripts, without, by keyboard, and two people at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, User
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import faults
from taskhub.processes.definitions.tests.conftest import LEAVE
from workflows.models import WorkflowDefinition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Make = Callable[..., WorkflowDefinition]


def ready(page: Page) -> Page:
    """The page once its scripts listen."""
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_a_workflow_is_written_published_and_found(visit: Visit, cleo: User, scripts: bool) -> None:
    page = visit("/workflows/", cleo, scripts=scripts)
    page.get_by_role("main").get_by_role("link", name="New workflow").first.click()
    page.get_by_label("Name", exact=True).fill("Travel")
    page.get_by_label("Key", exact=True).fill("travel")
    page.get_by_role("button", name="1 Prepare").click()
    expect(page.get_by_role("heading", name="Step 1")).to_be_visible()
    page.get_by_label("Due within").fill("soon")
    page.get_by_role("button", name="Save draft").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("is not an ISO 8601 duration")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name="Prepare: Due in").click()
    expect(page.get_by_label("Due within")).to_be_focused()
    expect(page.get_by_label("Due within")).to_have_value("soon")
    page.get_by_label("Due within").fill("P3D")
    page.get_by_role("button", name="Add a step after this one").click()
    expect(page.get_by_role("heading", name="Step 2")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Look it over")
    page.get_by_label("Key", exact=True).fill("check")
    page.get_by_role("button", name="Add a result").click()
    page.get_by_label("Code").fill("fine")
    page.get_by_role("button", name="Check and redraw").click()
    expect(page.locator("#draft")).to_contain_text("Look it over")
    expect(page.locator("#draft")).to_contain_text("fine")
    expect(page.locator("#verdict")).to_have_text("No faults")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("heading", name="Publish this version?")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Travel")
    row = WorkflowDefinition.objects.get()
    assert row.status == "published"
    assert [step["key"] for step in row.document["steps"]] == ["prepare", "check", "approve"]
    assert row.document["steps"][0]["next"] == "check"
    assert row.document["steps"][0]["due_in"] == "P3D"
    assert row.document["steps"][1] == {
        "key": "check", "name": "Look it over", "results": [{"code": "fine"}], "next": "approve"
    }  # fmt: skip


def test_without_scripts_rows_are_taken_out_and_yaml_is_written(visit: Visit, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    page = visit("/workflows/leave/edit/?open=1", cleo, scripts=False)
    page.get_by_role("button", name="Take out results 1").click()
    expect(page.get_by_label("Code")).to_have_count(1)
    page.get_by_label("What it does").select_option("Wait for some time")
    page.get_by_role("button", name="Check and redraw").click()
    expect(page.get_by_label("How long")).to_be_visible()
    page.get_by_role("button", name="YAML").click()
    text = page.get_by_label("The whole definition as YAML")
    expect(text).to_contain_text("type: wait")
    text.fill("key: [")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not YAML")
    expect(text).to_have_value("key: [")
    text.fill("key: leave\nname: Short\nsteps: [{key: a, name: A}]\n")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status").filter(has_text="Saved as the draft")).to_be_visible()
    assert WorkflowDefinition.objects.get().name == "Short"


def test_the_diagram_follows_what_is_typed_and_the_text_stays(visit: Visit, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    page = ready(visit("/workflows/leave/edit/?open=0", cleo))
    page.locator("#draft-scroll").evaluate("(it) => it.scrollTo(40, 0)")
    page.get_by_label("Name", exact=True).first.fill("Ask most kindly")
    page.get_by_label("Due within").fill("so")
    expect(page.locator("#draft")).to_contain_text("Ask most kindly")
    page.get_by_label("Due within").press_sequentially("on")
    page.keyboard.press("Tab")
    expect(page.locator("#verdict")).to_have_text("1 thing to mend")
    expect(page.locator("#f-due-in_error")).to_contain_text("is not an ISO 8601 duration")
    expect(page.get_by_label("Due within")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Due within")).to_have_value("soon")
    expect(page.locator("#f-escalate-in")).to_be_focused()
    assert faults(page, "light") == []
    page.get_by_label("Due within").fill("P1D")
    page.keyboard.press("Tab")
    expect(page.locator("#verdict")).to_have_text("No faults")
    expect(page.get_by_label("Due within")).not_to_have_attribute("aria-invalid", "true")
    assert WorkflowDefinition.objects.get().document == LEAVE


def test_the_keyboard_alone_is_enough(visit: Visit, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    page = ready(visit("/workflows/leave/edit/", cleo))
    page.get_by_role("button", name="2 Decide on it").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.get_by_role("button", name="Add a result").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#f-results-2-code")).to_be_focused()
    page.keyboard.type("later")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_contain_text("later")
    expect(page.locator("#f-results-2-code")).to_be_focused()
    page.locator("#f-kind").focus()
    page.keyboard.press("End")
    expect(page.get_by_label("Ends the whole instance")).to_be_visible()
    expect(page.locator("#f-kind")).to_be_focused()
    page.locator("#as-yaml").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#f-text")).to_be_visible()
    expect(page.locator("#as-yaml")).to_be_focused()


def test_two_people_write_and_the_second_is_told_by_whom(visit: Visit, draft: Make, cleo: User, ana: User) -> None:
    Membership.objects.filter(user=ana).update(role=3)
    draft(LEAVE)
    first, second = (ready(visit("/workflows/leave/edit/?open=0", person)) for person in (cleo, ana))
    saved = [page.get_by_role("status").filter(has_text="Saved as the draft") for page in (first, second)]
    for page, name in ((first, "By Cleo"), (second, "By Ana")):
        page.get_by_label("Name", exact=True).first.fill(name)
    first.get_by_role("button", name="Save draft").click()
    expect(saved[0]).to_be_visible()
    second.get_by_role("button", name="Save draft").click()
    expect(second.get_by_role("alert")).to_contain_text("Cleo Stone saved this draft while you were writing")
    expect(second.get_by_label("Name", exact=True).first).to_have_value("By Ana")
    assert WorkflowDefinition.objects.get().document["steps"][0]["name"] == "By Cleo"
    second.get_by_role("button", name="Save draft").click()
    expect(saved[1]).to_be_visible()
    assert WorkflowDefinition.objects.get().document["steps"][0]["name"] == "By Ana"


def test_leaving_with_unsaved_work_asks_first(visit: Visit, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    page = ready(visit("/workflows/leave/edit/?open=0", cleo))
    asked: list[Any] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Name", exact=True).first.fill("Not saved")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Leave").click()
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Not saved")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status").filter(has_text="Saved as the draft")).to_be_visible()
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Holidays")
    assert asked == ["beforeunload"]


def test_the_list_is_searched_while_one_types(visit: Visit, publish: Make, ana: User) -> None:
    publish(LEAVE)
    publish({"key": "other", "name": "Something else", "steps": [{"key": "a", "name": "A"}]})
    page = ready(visit("/workflows/", ana))
    page.get_by_label("Name or key").press_sequentially("holi")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.get_by_label("Name or key")).to_be_focused()
    expect(page).to_have_url(re.compile("q=holi"))
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Instances")
