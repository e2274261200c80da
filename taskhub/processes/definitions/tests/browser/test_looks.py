"""Every page of definitions, light and dark, wide and narrow."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, assert_strict, faults
from taskhub.processes.definitions.tests.conftest import LEAVE
from taskhub.testing.looks import every_look, narrow
from workflows.models import WorkflowDefinition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Make = Callable[..., WorkflowDefinition]
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
AUTOMATIC: dict[str, Any] = {
    "key": "automatic",
    "name": f"Everything that runs by itself {LONG}"[:200],
    "variables": {"list": [1, 2, 3], "text": LONG},
    "steps": [
        {"key": "calc", "type": "automatic", "set": {"net": "price * quantity", "gross": "net * 1.2"}, "next": "grade"},
        {
            "key": "grade",
            "type": "automatic",
            "decision": [{"when": "gross > 1000", "then": {"level": "lead"}}, {"then": {"level": "clerk"}}],
            "next": "send",
        },
        {
            "key": "send",
            "name": LONG,
            "type": "automatic",
            "action": "send_mail",
            "inputs": {"to": "customer.email", "subject": f"'{LONG}'"},
            "retry": {"attempts": 5},
            "next": "paid",
        },
        {
            "key": "paid",
            "type": "wait",
            "message": "payment",
            "timeout": "P30D",
            "results": [{"code": "received", "next": "rest"}, {"code": "timeout", "next": "end"}],
        },
        {"key": "rest", "type": "wait", "for": "P1D", "next": "until"},
        {
            "key": "until",
            "type": "wait",
            "until": "moment",
            "next": [{"step": "over", "when": "net > 1"}, {"step": "fill"}],
        },
        {"key": "over", "type": "end", "terminate": True},
        {
            "key": "fill",
            "description": LONG,
            "fields": [
                {"name": "kind", "type": "select", "options": ["a", {"value": "b", "label": LONG}]},
                {"name": "on", "type": "date", "min": "2026-01-01", "help": LONG},
            ],
        },
    ],
}
PAGES = {
    "list": "/workflows/",
    "drafts": "/workflows/?show=draft",
    "none": "/workflows/?q=nothing",
    "overview": "/workflows/leave/v2/",
    "steps": "/workflows/leave/v1/?tab=steps",
    "automatic steps": "/workflows/automatic/v1/?tab=steps",
    "versions": "/workflows/leave/v1/?tab=versions",
    "source": "/workflows/automatic/v1/?tab=source",
    "difference": "/workflows/leave/difference/",
    "the same": "/workflows/leave/difference/?from=1&to=1",
    "publish": "/workflows/leave/v3/publish/",
    "not possible": "/workflows/leave/v1/publish/",
    "new": "/workflows/_new/",
    "head": "/workflows/automatic/edit/",
    "human step": "/workflows/leave/edit/?open=1",
    "several people": "/workflows/leave/edit/?open=2",
    "form": "/workflows/automatic/edit/?open=7",
    "set": "/workflows/automatic/edit/?open=0",
    "decision": "/workflows/automatic/edit/?open=1",
    "action": "/workflows/automatic/edit/?open=2",
    "message": "/workflows/automatic/edit/?open=3",
    "end": "/workflows/automatic/edit/?open=6",
    "yaml": "/workflows/automatic/edit/?view=yaml",
}


@pytest.fixture
def written(publish: Make, draft: Make) -> None:
    """Two published versions and a draft of one workflow, and another that uses everything."""
    publish(LEAVE)
    publish(
        {**LEAVE, "name": "Holidays and other leave", "steps": [*LEAVE["steps"][:2], {"key": "board", "name": "B"}]}
    )
    draft({**LEAVE, "name": "A third one"})
    publish(AUTOMATIC)
    draft({**LEAVE, "key": "other"})


@every_look
def test_every_page_can_be_used_by_everyone(visit: Visit, written: None, cleo: User, width: int, theme: str) -> None:
    page = visit("/workflows/", cleo, width=width, theme=theme)
    for name, path in PAGES.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, name
        assert_strict(answer)
        assert faults(page, theme) == [], f"{name} at {width}, {theme}"
        assert_fits(page, name, width)


@narrow
def test_no_page_is_wider_than_its_window(visit: Visit, written: None, cleo: User, width: int) -> None:
    page = visit("/workflows/", cleo, width=width)
    for name, path in PAGES.items():
        page.goto(path)
        assert_fits(page, name, width)


def test_controls_are_big_enough_for_fingers(visit: Visit, written: None, cleo: User) -> None:
    page = visit("/workflows/", cleo, width=390)
    for path in (
        "/workflows/",
        "/workflows/leave/v1/",
        "/workflows/leave/edit/?open=1",
        "/workflows/leave/difference/",
    ):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('.btn, .select, .input, .part input, .part select, .outline__open')]
                .filter((it) => it.getClientRects().length && it.type !== 'checkbox' && !it.matches('.sr'))
                .filter((it) => it.getBoundingClientRect().height < 43.5)
                .map((it) => it.outerHTML.slice(0, 90))"""
        )
        assert small == [], path
