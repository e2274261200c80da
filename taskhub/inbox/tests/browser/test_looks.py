"""Every page, light and dark, wide and narrow: nothing overflows, nothing is inaccessible, nothing is blocked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page, Response

from accounts.models import Team, User
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.conftest import MakeTask
from taskhub.testing.looks import every_look, narrow
from tasks import commands
from tasks.commands import NewReference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"light": {"runOnly": EVERY_RULE}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}
"""What axe looks at. The themes differ in their colours only."""
PAGES = {
    "inbox": "/inbox/",
    "filtered": "/inbox/?view=mine&priority=urgent&q=a",
    "no match": "/inbox/?q=nothing-is-called-this",
    "completed": "/inbox/?view=completed",
    "empty": "/inbox/?view=watching",
    "task": "/tasks/{task}/?view=mine",
    "history": "/tasks/{task}/?tab=history",
    "data": "/tasks/{task}/?tab=data",
    "decline": "/tasks/{task}/decline/",
    "reassign": "/tasks/{task}/reassign/",
    "edit": "/tasks/{task}/update/",
    "not allowed": "/tasks/{task}/escalate/",
    "new": "/tasks/new/",
    "notifications": "/notifications/?show=all",
    "nothing new": "/notifications/",
    "settings": "/settings/",
    "what I am told": "/settings/notifications/",
    "API keys": "/settings/keys/",
    "password": "/password/",
    "organization": "/organization/",
    "style guide": "/styleguide/",
}


@pytest.fixture
def busy(
    make_task: MakeTask, tell: Callable[[], None], actor_of: Callable, ana: User, bo: User, cleo: User, sales: Team
) -> str:
    """A world with something of everything in it. Returns the id of its richest task."""
    User.objects.filter(pk=ana.pk).update(is_staff=True)
    now = timezone.now()
    long = "Collect-the-documents-of-Donaudampfschifffahrtsgesellschaftskapitän " * 3
    rich = make_task(
        "Approve invoice 4711 of Dorfman AG", ana, bo, sales, category="approve", priority=4,
        due_at=now - timedelta(hours=2), description=f"See https://dorfman.example.com/{'a' * 90}\n\n{long}",
        tags=["finance", "q1"],
        references=[NewReference("invoice", "4711", "Invoice 4711.pdf"), NewReference("entity", "x" * 120)],
    )  # fmt: skip
    for days, title in enumerate((long, "Call back", "Sign", "Review the scan")):
        make_task(title, ana, due_at=now + timedelta(days=days * 3, hours=1), priority=days + 1)
    commands.comment(actor=actor_of(bo), task=rich.uuid, text="Position 7 was agreed by phone.\nPosition 4 was not.")
    items = [commands.add_item(actor=actor_of(ana), task=rich.uuid, text=text) for text in (long, "Ask again")]
    commands.change_item(actor=actor_of(ana), task=rich.uuid, item=items[1].uuid, done=True)
    commands.attach(actor=actor_of(ana), task=rich.uuid, name=f"{long}.pdf", content=ContentFile(b"%PDF"))
    commands.log_time(actor=actor_of(bo), task=rich.uuid, minutes=90)
    commands.log_time(actor=actor_of(ana), task=rich.uuid, minutes=5, note="Read it")
    words = f"**Look**, @ana:\n\n- one\n- `two`\n\n> {long}\n\n|a|b|\n|-|-|\n|1|{'x' * 90}|"
    commands.comment(actor=actor_of(bo), task=rich.uuid, text=words)
    commands.perform(actor=actor_of(bo), task=rich.uuid)
    commands.escalate(actor=actor_of(cleo), task=rich.uuid)
    closed = make_task("Done", ana)
    commands.complete(actor=actor_of(ana), task=closed.uuid)
    tell()
    ana.refresh_from_db()
    return str(rich.uuid)


def faults(page: Page, theme: str) -> list[str]:
    found = Axe().run(page, options=RULES[theme]).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


def assert_fits(page: Page, name: str, width: int) -> None:
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the window of {width}"


def assert_strict(answer: Response) -> None:
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@every_look
def test_every_page_can_be_used_by_everyone(visit: Visit, busy: str, ana: User, width: int, theme: str) -> None:
    page = visit("/inbox/", ana, width=width, theme=theme)
    for name, path in PAGES.items():
        answer = page.goto(path.format(task=busy))
        assert answer is not None
        assert_strict(answer)
        assert faults(page, theme) == [], f"{name} at {width}, {theme}"
        assert_fits(page, name, width)


@narrow
def test_no_page_is_wider_than_its_window(visit: Visit, busy: str, ana: User, width: int) -> None:
    page = visit("/inbox/", ana, width=width)
    for name, path in PAGES.items():
        page.goto(path.format(task=busy))
        assert_fits(page, name, width)


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (320, "light")])
def test_pages_for_strangers_are_as_good(visit: Visit, complaints: Any, width: int, theme: str) -> None:
    page = visit("/signin/", width=width, theme=theme)
    for path in ("/signin/", "/no-such-page/"):
        page.goto(path)
        assert_fits(page, path, width)
        assert faults(page, theme) == []
    complaints[:] = [text for text in complaints if "status of 404" not in text]


def test_what_the_server_says_is_obeyed_without_a_flash(visit: Visit, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(theme="dark")
    page = visit("/inbox/", ana, theme="light")
    background = "() => getComputedStyle(document.querySelector('main')).backgroundColor"
    dark = page.evaluate(background)
    User.objects.filter(pk=ana.pk).update(theme="light")
    page.reload()
    assert dark != page.evaluate(background)


def test_controls_are_big_enough_for_fingers(visit: Visit, busy: str, ana: User) -> None:
    page = visit("/inbox/", ana, width=390)
    assert page.evaluate("() => matchMedia('(pointer: coarse)').matches")
    for path in ("/inbox/", f"/tasks/{busy}/", "/tasks/new/", "/notifications/?show=all"):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('.btn, .select, .input, .bottom a, .row, .check')]
                .filter((it) => it.getClientRects().length && !it.closest('[aria-disabled], .whynot, .toast'))
                .filter((it) => it.getBoundingClientRect().height < 43.5)
                .map((it) => it.outerHTML.slice(0, 90))"""
        )
        assert small == [], path
