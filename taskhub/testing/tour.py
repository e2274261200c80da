"""Takes the pictures of the README from the demo organization: a real server, a real browser, no edited image.

Run by bin/screenshots. Options: --user NAME and --password WORD of the demo's sign-in, as `manage.py demo` prints them.
"""

import argparse
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from .live import LiveSystem, live_system
from .plugin import BROWSER_OPTIONS
from .programs import CHROMIUM

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SIGN_IN = re.compile(r"^\s*(\S+)\s+/\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Shot:
    """One picture: where, and how the browser is set. `follow` is the kind of thing of which the first is opened."""

    name: str
    path: str
    viewport: dict[str, int]
    theme: str = "light"
    follow: str = ""


SHOTS = (
    Shot("inbox", "/inbox/?view=mine", DESKTOP),
    Shot("task", "/inbox/?view=mine", DESKTOP, follow="tasks"),
    Shot("step", "/inbox/?view=mine&source=workflow&q=licence", DESKTOP, follow="tasks"),
    Shot("instance", "/instances/?workflow=expense-approval&q=Congress", DESKTOP, follow="instances"),
    Shot("inbox-dark", "/inbox/?view=all", DESKTOP, theme="dark"),
    Shot("new-task", "/tasks/new/", DESKTOP),
    Shot("workflow", "/workflows/expense-approval/", DESKTOP),
    Shot("workflow-editor", "/workflows/expense-approval/edit/?open=4", DESKTOP, theme="dark"),
    Shot("review", "/inbox/?view=all&source=documents&q=stadtwerke", DESKTOP, follow="tasks"),
    Shot("uploads", "/documents/", DESKTOP),
    Shot("template", "/templates/?q=complaint", DESKTOP, follow="templates"),
    Shot("rules", "/rules/", DESKTOP),
    Shot("notifications", "/notifications/", DESKTOP),
    Shot("phone", "/inbox/?view=mine", PHONE, theme="dark"),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--user", default="")
    options.add_argument("--password", default="")
    wanted = options.parse_args()
    chromium = CHROMIUM.find()
    if chromium is None:
        raise SystemExit("bin/screenshots: no Chromium on this machine")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, live_system(Path(folder)) as system, sync_playwright() as playwright:
        user, password = sign_in_of_demo(system)
        system.start("run")
        browser = playwright.chromium.launch(executable_path=str(chromium), args=BROWSER_OPTIONS)
        for shot in SHOTS:
            take(browser, system.url, shot, wanted.user or user, wanted.password or password)
            print(f"docs/images/{shot.name}.png")
        browser.close()


def sign_in_of_demo(system: LiveSystem) -> tuple[str, str]:
    """The first user and password that `manage.py demo` prints as "name / password"."""
    printed = system.manage("demo")
    found = SIGN_IN.search(printed)
    if found is None:
        raise SystemExit(f"bin/screenshots: no sign-in in what manage.py demo prints:\n{printed}")
    return found.group(1), found.group(2)


def take(browser: Browser, url: str, shot: Shot, user: str, password: str) -> None:
    """One picture in a fresh session."""
    context = browser.new_context(
        viewport={"width": shot.viewport["width"], "height": shot.viewport["height"]},
        color_scheme="dark" if shot.theme == "dark" else "light",
    )
    page: Page = context.new_page()
    page.goto(f"{url}/signin/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/inbox/**")
    page.goto(url + shot.path)
    if shot.follow:
        page.locator(f"main a[href^='/{shot.follow}/0']").first.click()
        page.wait_for_url(f"**/{shot.follow}/0**")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(IMAGES / f"{shot.name}.png"))
    context.close()


if __name__ == "__main__":
    main()
