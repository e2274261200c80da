"""Instances in a real browser: for every eye, every width, every hand, and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, assert_strict, faults
from taskhub.testing.looks import every_look, narrow
from workflows import commands
from workflows.commands import Entity
from workflows.models import WorkflowInstance
from workflows.tests.samples import APPROVAL, ONBOARDING, ONE_STEP, document

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen-" * 3
WHO = {"key": "do", "name": "Do it", "assign": {"variable": "agent"}}
PAGES = (
    "/instances/",
    "/instances/?status=all&q=o",
    "/instances/?status=stuck",
    "/instances/?q=nothing",
    "/instances/new/",
    "/instances/new/approval/",
    "/instances/{stuck}/",
    "/instances/{stuck}/retry/",
    "/instances/{approval}/",
    "/instances/{approval}/?tab=data",
    "/instances/{approval}/?tab=history",
    "/instances/{approval}/cancel/",
)


@pytest.fixture
def world(publish: Callable, answer: Callable, actor_of: Callable, cleo: User) -> dict[str, WorkflowInstance]:
    """One that stands still, one that has been through something."""
    publish(ONBOARDING)
    publish(APPROVAL)
    publish(document(ONE_STEP, key="stuck", name=f"Stuck {LONG}", steps=[WHO]))
    actor, about = actor_of(cleo), Entity("INVOICE", "x" * 120, LONG)
    given: dict[str, Any] = {"agent": "nobody", "parts": [LONG, {"deep": [LONG]}]}
    stuck = commands.start(actor=actor, definition="stuck", entity=about, variables=given, business_key=LONG[:200])
    approval = commands.start(actor=actor, definition="approval", entity=Entity(label="Invoice 4711")).instance
    answer(cleo, approval, "fill", amount=7000)
    answer(cleo, approval, "lead", "yes")
    return {"stuck": stuck.instance, "approval": approval}


def places(world: dict[str, WorkflowInstance]) -> list[str]:
    return [path.format(**{name: instance.uuid for name, instance in world.items()}) for path in PAGES]


@every_look
def test_every_page_can_be_used_by_everyone(
    visit: Visit, world: dict[str, WorkflowInstance], cleo: User, width: int, theme: str
) -> None:
    page = visit("/inbox/", cleo, width=width, theme=theme)
    for path in places(world):
        answer = page.goto(path)
        assert answer is not None
        assert_strict(answer)
        page.evaluate("() => { for (const folded of document.querySelectorAll('details')) folded.open = true }")
        assert faults(page, theme) == [], f"{path} at {width}, {theme}"
        assert_fits(page, path, width)


@narrow
def test_no_page_is_wider_than_its_window(
    visit: Visit, world: dict[str, WorkflowInstance], cleo: User, width: int
) -> None:
    page = visit("/inbox/", cleo, width=width)
    for path in places(world):
        page.goto(path)
        assert_fits(page, path, width)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_instance_is_started_looked_at_and_stopped(
    visit: Visit, world: dict[str, WorkflowInstance], cleo: User, scripts: bool
) -> None:
    page = visit("/inbox/", cleo, scripts=scripts)
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Instances").click()
    page.get_by_role("link", name="Start a workflow").click()
    page.get_by_role("link", name="New Account Onboarding").click()
    page.get_by_label("What is it about?").fill("Acme Corp")
    page.get_by_label("More data").fill("- not a mapping")
    page.get_by_role("button", name="Start").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Write names and values")
    expect(page.get_by_label("What is it about?")).to_have_value("Acme Corp")
    page.get_by_label("More data").fill("region: EU")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New Account Onboarding: Acme Corp")
    page.get_by_role("link", name="Data").click()
    expect(page.locator(".variables")).to_contain_text("region")
    page.get_by_role("link", name="Cancel workflow").click()
    page.get_by_role("button", name="Cancel workflow").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why.")
    page.get_by_label("Why is it stopped?").fill("They went elsewhere")
    page.get_by_role("button", name="Cancel workflow").click()
    expect(page.locator("main .badge").first).to_have_text("Canceled")
    page.get_by_role("navigation", name="Place").get_by_role("link", name="Instances").click()
    expect(page.get_by_role("link", name="New Account Onboarding: Acme Corp")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_step_that_stands_still_is_helped_on(
    visit: Visit, world: dict[str, WorkflowInstance], cleo: User, scripts: bool
) -> None:
    page = visit("/instances/?status=stuck", cleo, scripts=scripts)
    page.get_by_role("link", name="Stuck").first.click()
    expect(page.get_by_role("heading", name="Do it stands still")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Do it stands still")).to_be_visible()
    page.get_by_role("link", name="Correct the data first").click()
    expect(page.get_by_label("Agent")).to_have_value("nobody")
    page.get_by_label("Agent").fill("ana")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Do it stands still")).to_have_count(0)
    expect(page.locator(".visits")).to_contain_text("Ana Diaz")


def test_the_list_is_walked_by_keys(visit: Visit, world: dict[str, WorkflowInstance], cleo: User) -> None:
    page = visit("/inbox/", cleo)
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Instances")
    page.wait_for_load_state("domcontentloaded")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("Approval: Invoice 4711")
    page.wait_for_load_state("domcontentloaded")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Instances")


def test_zoom_and_place_stay_when_the_diagram_is_drawn_anew(
    visit: Visit, world: dict[str, WorkflowInstance], answer: Callable, ana: User, bo: User, cleo: User
) -> None:
    page = visit(f"/instances/{world['approval'].uuid}/", cleo, width=1024)
    page.get_by_label("150 %").check()
    page.evaluate("() => { document.getElementById('diagram-scroll').scrollLeft = 200 }")
    answer(ana, world["approval"], "board", "yes")
    answer(bo, world["approval"], "board", "yes")
    _tick(page)
    expect(page.get_by_role("link", name="This workflow has gone on.")).to_be_visible()
    page.wait_for_function("() => document.getElementById('diagram-scroll').scrollLeft === 200")
    expect(page.locator("input[value='150']")).to_be_checked()


def test_what_has_ended_is_not_asked_for_again(
    visit: Visit, world: dict[str, WorkflowInstance], actor_of: Callable, cleo: User
) -> None:
    page = visit(f"/instances/{world['approval'].uuid}/", cleo)
    commands.cancel(actor=actor_of(cleo), instance=world["approval"].uuid, reason="Enough")
    _tick(page)
    expect(page.get_by_role("link", name="This workflow has gone on.")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/pulse/**"):
        page.evaluate("() => { document.body.dispatchEvent(new CustomEvent('th:tick')) }")
    assert not [url for url in asked if "/picture/" in url]


def _tick(page: Page) -> None:
    """What poll.js does every few seconds."""
    with page.expect_response("**/picture/**"):
        page.evaluate("() => { document.body.dispatchEvent(new CustomEvent('th:tick')) }")
