"""Templates in a real browser: for every eye, every width, every hand, and without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.access import identity
from accounts.models import Project, Team, User
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, assert_strict, faults
from taskhub.testing.looks import every_look, narrow
from tasks.commands import NewShare, archive_template
from tasks.models import Task, TaskTemplate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Write = Callable[..., TaskTemplate]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen-" * 3


@pytest.fixture
def places(write: Write, sales: Team, cleo: User, project: Project) -> list[str]:
    """Every page, with templates of every kind."""
    row = write(assignee=NewShare(team=sales.uuid), default_due=timedelta(days=2))
    wide = write(LONG[:190], title_template=LONG, description_template=f"{LONG} {{{{{'v' * 60}}}}}", checklist=[LONG])
    gone = write("Gone")
    archive_template(actor=identity(cleo.pk, project.organization_id), template=gone.pk)
    paths = [f"/templates/{each.uuid}/{page}" for each in (row, wide) for page in ("", "edit/")]
    return ["/templates/", "/templates/?show=archived", "/templates/?q=nothing", "/templates/new/", *paths]


@every_look
def test_every_page_can_be_used_by_everyone(
    visit: Visit, places: list[str], cleo: User, width: int, theme: str
) -> None:
    page = visit("/inbox/", cleo, width=width, theme=theme)
    for path in places:
        answer = page.goto(path)
        assert answer is not None
        assert_strict(answer)
        assert faults(page, theme) == [], f"{path} at {width}, {theme}"
        assert_fits(page, path, width)


@narrow
def test_no_page_is_wider_than_its_window(visit: Visit, places: list[str], cleo: User, width: int) -> None:
    page = visit("/inbox/", cleo, width=width)
    for path in places:
        page.goto(path)
        assert_fits(page, path, width)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_template_is_written_used_and_put_away(visit: Visit, cleo: User, project: Project, scripts: bool) -> None:
    page = visit("/inbox/", cleo, scripts=scripts)
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Templates").click()
    page.get_by_role("main").get_by_role("link", name="New template").first.click()
    page.get_by_label("Title of the tasks").fill("Complaint of {{customer}}")
    page.get_by_role("button", name="Create template").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the template is called.")
    page.get_by_label("Name").fill("Complaint")
    page.get_by_label("Checklist").fill("Read\nCall {{customer}}")
    page.get_by_role("button", name="Create template").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Complaint")
    will_say = page.locator(".will-say")
    expect(will_say.locator("mark").first).to_have_text("{{customer}}")
    page.get_by_label("Customer").fill("Ada <b>")
    if scripts:
        expect(will_say).to_contain_text("Complaint of Ada <b>")
        expect(will_say.locator("mark")).to_have_count(0)
        expect(page.get_by_label("Customer")).to_be_focused()
    page.get_by_role("button", name="Create task").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Complaint of Ada <b>")
    assert Task.objects.get().checklist.count() == 2
    page.goto("/templates/")
    expect(page.locator(".blank")).to_contain_text("1 task")
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("link", name="Archived", exact=True).click()
    page.get_by_role("button", name="Use again").click()
    expect(page.get_by_role("link", name="Complaint", exact=True)).to_be_visible()


def test_what_is_typed_above_finds_templates(visit: Visit, write: Write, cleo: User) -> None:
    write("Complaint")
    write("Stock check")
    page = visit("/templates/", cleo)
    page.get_by_label("Name").fill("stock")
    expect(page.locator(".blank")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=stock$"))


def test_controls_are_big_enough_for_fingers(visit: Visit, places: list[str], cleo: User) -> None:
    page = visit("/inbox/", cleo, width=390)
    for path in places:
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('main :is(.btn, .select, .input, .check, .tabs a)')]
                .filter((it) => it.getClientRects().length && it.getBoundingClientRect().height < 43.5)
                .map((it) => it.outerHTML.slice(0, 90))"""
        )
        assert small == [], path
