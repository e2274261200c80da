"""A real browser for the pages. Whatever it complains about fails the test: scripts, styles, content policy, 5xx."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from accounts.models import User

TELLS_OF_REFUSAL = ("the server responded with a status of 409", "the server responded with a status of 422")
"""What Chromium logs when a form is refused, as it should be."""

Visit = Callable[..., Page]


class Complaints(list[str]):
    """What the browser did not like, of all pages of a test."""

    def listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.append(f"exception: {error}"))
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        expected = any(text in message.text for text in TELLS_OF_REFUSAL)
        if message.type in ("error", "warning") and not expected:
            self.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.append(f"{response.status} {response.url}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert heard == []


@pytest.fixture
def visit(browser: Browser, live_server: Any, complaints: Complaints) -> Iterator[Visit]:
    """`visit("/inbox/", ana, width=390, theme="dark")`: a page in a browser of its own, signed in by cookie."""
    with ExitStack() as stack:

        def open_page(path: str, person: User | None = None, **how: Any) -> Page:
            context = stack.enter_context(_context(browser, live_server.url, person, **how))
            page = context.new_page()
            complaints.listen(page)
            page.goto(live_server.url + path)
            return page

        yield open_page


@contextmanager
def _context(
    browser: Browser, url: str, person: User | None, *, width: int = 1440, theme: Any = "light", scripts: bool = True
) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        java_script_enabled=scripts,
        has_touch=width < 500,
    )
    context.set_default_timeout(60_000)
    if person:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    try:
        yield context
    finally:
        context.close()
