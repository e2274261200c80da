"""Documents in a real browser: for every eye, every width, every hand, and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import Cast
from taskhub.documents.tests.conftest import Receive, note, photo, receipt
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, assert_strict, faults
from taskhub.testing.looks import every_look, narrow
from tasks.models import Task
from workflows.models import Upload
from workflows.processing.running import run_processors
from workflows.processors.tests.papers import pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen-" * 3


@pytest.fixture
def places(cast: Cast, receive: Receive) -> list[str]:
    """Every page, with documents of every kind."""
    files = [receipt(total="much"), photo(f"{LONG}.png"), note(LONG * 9), note("\x00\x01", "blob.bin")]
    tasks = receive(cast.bo, *files)
    receive(cast.ana, receipt(), read=False)
    upload = tasks[0].document_task.upload
    verbs = [f"/tasks/{tasks[0].uuid}/{verb}/" for verb in ("discard", "unlock", "report")]
    each = [f"/tasks/{task.uuid}/" for task in tasks]
    return ["/documents/", "/documents/new/", f"/documents/{upload.uuid}/", *each, *verbs]


@every_look
def test_every_page_can_be_used_by_everyone(
    visit: Visit, places: list[str], cast: Cast, width: int, theme: str
) -> None:
    page = visit("/inbox/", cast.bo, width=width, theme=theme)
    for path in places:
        answer = page.goto(path)
        assert answer is not None
        assert_strict(answer)
        assert faults(page, theme) == [], f"{path} at {width}, {theme}"
        assert_fits(page, path, width)


@narrow
def test_no_page_is_wider_than_its_window(visit: Visit, places: list[str], cast: Cast, width: int) -> None:
    page = visit("/inbox/", cast.bo, width=width)
    for path in places:
        page.goto(path)
        assert_fits(page, path, width)


def test_ten_documents_are_reviewed_by_keyboard_alone(visit: Visit, receive: Receive, cast: Cast) -> None:
    """Enter confirms each field, then presses Complete; one total is corrected on the way."""
    tasks = receive(cast.ana, *[receipt(f"Shop {number}", name=f"{number}.pdf") for number in range(10)])
    page = visit(f"/documents/{tasks[0].document_task.upload.uuid}/", cast.bo)
    page.keyboard.press("e")
    for number in range(len(tasks)):
        expect(page.get_by_role("heading", level=1, name=f"Check {number}.pdf")).to_be_visible()
        expect(page.get_by_label("Shop")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Total")).to_be_focused()
        if number == 4:
            page.keyboard.type("99")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Net amount")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Complete")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").or_(page.locator(".toast")).first).to_contain_text("Done")
    states = Task.objects.filter(pk__in=[task.pk for task in tasks]).values_list("state", "form_data")
    assert {state for state, _ in states} == {"completed"}
    assert sorted(data["total"] for _, data in states) == [12] * 9 + [99]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_files_are_uploaded_and_reviewed(
    visit: Visit, receive: Receive, cast: Cast, tmp_path: Path, scripts: bool
) -> None:
    for name in ("first.pdf", "second.pdf"):
        (tmp_path / name).write_bytes(pdf(["Shop: Bakery", "Total: 12", "Net amount: 10"]))
    page = visit("/documents/", cast.bo, scripts=scripts)
    page.get_by_role("main").get_by_role("link", name="Upload documents").first.click()
    page.get_by_label("Files").set_input_files([tmp_path / "first.pdf", tmp_path / "second.pdf"])
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="2 documents")).to_be_visible()
    run_processors()
    page.reload()
    page.get_by_role("link", name="first.pdf").click()
    expect(page.get_by_role("img", name="Page 1")).to_be_visible()
    _is_drawn(page)
    page.get_by_label("Total").fill("13")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("heading", level=1, name="Check second.pdf")).to_be_visible()
    assert sorted(Task.objects.values_list("state", flat=True)) == ["completed", "pending"]


def test_what_is_refused_is_said_where_the_files_are(
    visit: Visit, receive: Receive, cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    page = visit("/documents/new/", cast.bo)
    page.get_by_label("Files").set_input_files(tmp_path / "empty.pdf")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("heading", name="There is a problem")).to_be_visible()
    assert not Upload.objects.exists()


def _is_drawn(page: Page) -> None:
    """The picture has come, and has a size."""
    image = page.get_by_role("img", name="Page 1")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("(image) => image.naturalWidth") > 0
