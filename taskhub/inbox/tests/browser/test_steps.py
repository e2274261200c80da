"""People work the steps of a workflow in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from taskhub.inbox.tests.answering import EVERY_TYPE, NO, YES
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, faults
from taskhub.inbox.tests.conftest import MakeTask
from taskhub.testing.looks import every_look, narrow
from tasks.models import Task
from workflows import commands
from workflows.commands import Entity
from workflows.conftest import open_task
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONBOARDING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "() => document.activeElement.id || document.activeElement.textContent.trim()"


@pytest.fixture
def asked(make_task: MakeTask, ana: User) -> Task:
    make_task("The one after it", ana)
    return make_task("Asked", ana, form_fields=EVERY_TYPE, outcomes=(YES, NO), priority=4)


@pytest.fixture
def onboarding(publish: Callable, actor_of: Callable, ana: User) -> WorkflowInstance:
    publish(ONBOARDING)
    about = Entity("CUENTA", "4711", "Acme Corp")
    return commands.start(actor=actor_of(ana), definition="account-onboarding", entity=about).instance


def states(page: Page) -> dict[str, str]:
    """What the diagram's own twin says: step -> where it stands."""
    said = page.locator("#in-words li").all_inner_texts()
    return {line.split(":")[0]: line.split(",")[1].strip(" .") for line in said if "step" in line}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_works_an_onboarding_to_its_end(
    visit: Visit, onboarding: WorkflowInstance, ana: User, scripts: bool
) -> None:
    page = visit("/inbox/", ana, scripts=scripts)
    page.get_by_role("link", name="Verify Contact Information").click()
    expect(page.get_by_text("Step 1 of about 3")).to_be_visible()
    page.get_by_role("button", name="Approved").click()
    expect(page.get_by_role("alert")).to_contain_text("Contact verified is required.")
    page.get_by_role("group", name="Contact verified").get_by_label("Yes").check()
    page.get_by_role("group", name="Phone confirmed").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Approved").click()
    toast = page.get_by_role("status").filter(has_text="Done: Verify Contact Information.")
    toast.get_by_role("link", name="Send Welcome Email").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send Welcome Email")
    before = page.get_by_role("region", name="Previous steps")
    expect(before).to_contain_text("Verify Contact Information")
    expect(before).to_contain_text("Phone confirmed")
    page.get_by_label("Email address").fill("info@acme.example.com")
    page.get_by_role("button", name="Email Sent").click()
    expect(page.get_by_role("alert")).to_contain_text("Template is required.")
    expect(page.get_by_label("Email address")).to_have_value("info@acme.example.com")
    page.get_by_label("Template").select_option("Premium Welcome")
    page.get_by_role("button", name="Email Sent").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review Welcome Package")
    expect(page.get_by_role("status").filter(has_text="This is it.")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status").filter(has_text="That was the last step")).to_be_visible()
    onboarding.refresh_from_db()
    assert onboarding.status == "completed"
    page.goto(f"/instances/{onboarding.uuid}/")
    expect(page.locator("main .badge").first).to_have_text("Completed")


def test_the_diagram_follows_what_others_do(
    visit: Visit, onboarding: WorkflowInstance, answer: Callable, ana: User, cleo: User
) -> None:
    page = visit(f"/instances/{onboarding.uuid}/", cleo)
    page.get_by_text("In words").click()
    assert states(page)["Send Welcome Email"] == "waiting"
    page.locator("#diagram-scroll a", has_text="Verify").focus()
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    with page.expect_response("**/picture/**"):
        page.evaluate("() => { document.body.dispatchEvent(new CustomEvent('th:tick')) }")
    expect(page.get_by_role("link", name="This workflow has gone on.")).to_be_visible()
    expect(page.locator("#diagram-scroll .is-current", has_text="Send Welcome Email")).to_be_visible()
    assert states(page)["Verify Contact Information"] == "done"
    assert states(page)["Send Welcome Email"] == "current"
    expect(page.locator("#diagram-scroll :focus")).to_have_count(1)
    page.get_by_role("link", name="This workflow has gone on.").click()
    expect(page.get_by_text("1 of about 3 steps done")).to_be_visible()


def test_keys_lead_to_the_form_and_to_the_results_and_press_nothing(visit: Visit, ana: User, asked: Task) -> None:
    page = visit(f"/tasks/{asked.uuid}/?view=mine", ana)
    page.keyboard.press("e")
    assert page.evaluate(FOCUSED) == "id_answer-title_of_it"
    page.keyboard.type("A title")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title of it")).to_have_value("A title")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert str(page.evaluate(FOCUSED)).startswith("Send it back")
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_a_form_is_filled_in_and_sent_by_keyboard_alone(visit: Visit, ana: User, asked: Task, tmp_path: Any) -> None:
    page = visit(f"/tasks/{asked.uuid}/?view=mine", ana)
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.4")
    page.keyboard.press("e")
    page.keyboard.type("A title")
    page.keyboard.press("Tab")
    page.keyboard.type("12.5")
    page.get_by_role("group", name="Agreed").get_by_label("Yes").focus()
    page.keyboard.press("Space")
    page.get_by_label("Colour").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("Receipt").set_input_files(receipt)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The one after it")
    asked.refresh_from_db()
    assert (asked.outcome, asked.form_data["amount"], asked.form_data["colour"]) == ("no", 12.5, "r")
    assert asked.attachments.get().name == "receipt.pdf"
    page.goto(f"/tasks/{asked.uuid}/")
    expect(page.get_by_role("link", name="receipt.pdf", exact=True)).to_be_visible()


def test_sending_without_a_result_asks_for_one(visit: Visit, ana: User, asked: Task) -> None:
    page = visit(f"/tasks/{asked.uuid}/?view=mine", ana)
    page.get_by_label("Title of it").fill("A title")
    page.get_by_role("group", name="Agreed").get_by_label("No", exact=True).check()
    page.get_by_label("Title of it").focus()
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name="Choose how it ends").click()
    expect(page.locator("#id_outcome")).to_be_focused()
    expect(page.get_by_label("Title of it")).to_have_value("A title")


@every_look
def test_every_page_of_a_workflow_can_be_used_by_everyone(
    visit: Visit, onboarding: WorkflowInstance, answer: Callable, asked: Task, ana: User, width: int, theme: str
) -> None:
    answer(ana, onboarding, "verify", "approved", contact_verified=True)
    step = open_task(onboarding, "welcome")
    page = visit("/inbox/", ana, width=width, theme=theme)
    for path in (f"/tasks/{asked.uuid}/", f"/tasks/{step.uuid}/"):
        page.goto(path)
        assert faults(page, theme) == [], f"{path} at {width}, {theme}"
        assert_fits(page, path, width)
        page.locator("#id_outcome button").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert faults(page, theme) == [], f"{path} refused at {width}, {theme}"
        assert_fits(page, path, width)


@narrow
def test_no_step_is_wider_than_its_window(
    visit: Visit, onboarding: WorkflowInstance, asked: Task, ana: User, width: int
) -> None:
    page = visit("/inbox/", ana, width=width)
    for path in (f"/tasks/{asked.uuid}/", f"/tasks/{open_task(onboarding, 'verify').uuid}/"):
        page.goto(path)
        assert_fits(page, path, width)
