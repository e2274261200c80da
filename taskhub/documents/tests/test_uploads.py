"""Documents come in through the pages, and their results go out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from conftest import Cast
from tasks.models import Task
from workflows import commands
from workflows.models import Document, Upload

from .conftest import Receive, note, receipt

AtTheBrowser = Callable[..., Client]


def test_files_become_an_upload_of_the_chosen_project(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    browser = at_the_browser(cast.ana)
    assert b"Upload documents" in browser.get("/documents/").content
    files = [ContentFile(receipt().content.read(), name="one.pdf"), ContentFile(b"Shop: B", name="two.txt")]
    answer = browser.post("/documents/new/", {"project": str(cast.project.uuid), "files": files})
    upload = Upload.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/documents/{upload.uuid}/")
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "2 documents" in page
    assert "one.pdf" in page
    assert "two.txt" in page
    assert "Processing" in page
    assert str(upload.uuid) in browser.get("/documents/").content.decode()


@pytest.mark.parametrize(
    ("files", "words"),
    [([], "Choose one or more files."), ([ContentFile(b"", name="empty.pdf")], "empty")],
    ids=["none", "empty"],
)
def test_what_cannot_be_kept_is_said_at_the_files_and_nothing_is_kept(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, files: list[ContentFile], words: str
) -> None:
    answer = at_the_browser(cast.ana).post("/documents/new/", {"project": str(cast.project.uuid), "files": files})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_named(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, settings: Any
) -> None:
    settings.DOCUMENT_MAX_BYTES = 100
    files = [ContentFile(b"x" * 200, name="large.txt"), ContentFile(b"small", name="small.txt")]
    answer = at_the_browser(cast.ana).post("/documents/new/", {"project": str(cast.project.uuid), "files": files})
    assert answer.status_code == 422
    assert "large.txt is larger" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_form_that_is_sent_twice_makes_one_upload(cast: Cast, receive: Receive, at_the_browser: AtTheBrowser) -> None:
    browser = at_the_browser(cast.ana)
    said = {"project": str(cast.project.uuid), "once": "k" * 20}
    answers = [
        browser.post("/documents/new/", said | {"files": [ContentFile(b"Shop: B", name="a.txt")]}) for _ in range(2)
    ]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Upload.objects.count() == 1


def test_more_documents_come_into_an_upload(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, upload_of: Callable[[Task], Upload]
) -> None:
    upload = upload_of(receive(cast.ana, receipt())[0])
    browser = at_the_browser(cast.bo)
    answer = browser.post(f"/documents/{upload.uuid}/add/", {"files": [ContentFile(b"x", name="b.txt")]})
    assert answer.headers["Location"] == f"/documents/{upload.uuid}/"
    assert upload.documents.count() == 2
    refused = browser.post(f"/documents/{upload.uuid}/add/", {})
    assert refused.status_code == 422
    assert "Choose one or more files." in refused.content.decode()


def test_results_go_out_as_json_and_as_a_table(
    cast: Cast,
    receive: Receive,
    at_the_browser: AtTheBrowser,
    upload_of: Callable[[Task], Upload],
    actor_of: Callable,
) -> None:
    done, waiting = receive(cast.ana, receipt("=HYPERLINK()"), receipt())
    commands.complete_review(actor=actor_of(cast.bo), task=done.pk)
    url = f"/documents/{upload_of(done).uuid}/export/"
    browser = at_the_browser(cast.ana)
    answer = browser.post(url, {"format": "json"})
    (task,) = json.loads(answer.content)["tasks"]
    assert task["task_id"] == str(done.uuid)
    assert task["data"] == {"shop": "=HYPERLINK()", "total": 12, "net": 10}
    assert "attachment" in answer.headers["Content-Disposition"]
    table = browser.post(url, {"format": "csv"}).content.decode()
    assert "'=HYPERLINK()" in table
    assert str(waiting.uuid) not in table
    page = browser.get(f"/tasks/{done.uuid}/unlock/").content.decode()
    assert "exported" in page


def test_nobody_sees_the_documents_of_others(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, upload_of: Callable[[Task], Upload]
) -> None:
    (task,) = receive(cast.ana, receipt())
    upload, document = upload_of(task), task.document_task.document
    browser = at_the_browser(cast.dan)
    for path in (
        f"/documents/{upload.uuid}/",
        f"/documents/files/{document.uuid}/",
        f"/documents/files/{document.uuid}/1.png",
        f"/tasks/{task.uuid}/",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"/documents/{upload.uuid}/export/").status_code == 404
    assert str(upload.uuid) not in browser.get("/documents/").content.decode()


def test_a_document_is_handed_out_to_be_kept_and_its_pages_as_pictures(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    pdf, text = receive(cast.ana, receipt(), note("<script>alert(1)</script>"))
    browser = at_the_browser(cast.bo)
    answer = browser.get(f"/documents/files/{pdf.document_task.document.uuid}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer).startswith(b"%PDF")
    page = browser.get(f"/documents/files/{pdf.document_task.document.uuid}/1.png")
    assert page.content.startswith(b"\x89PNG")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    for number in ("0", "2", "99999999999"):
        path = f"/documents/files/{pdf.document_task.document.uuid}/{number}.png"
        assert browser.get(path).status_code == 404, number
    shown = browser.get(f"/tasks/{text.uuid}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


@pytest.mark.parametrize("number", [1, 30])
def test_a_list_asks_as_much_for_many_as_for_one(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, number: int, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(min(number, 3)):
        receive(cast.ana, *[note(f"Shop: {place}") for place in range(max(1, number // 3))], read=False)
    browser = at_the_browser(cast.ana)
    with django_assert_max_num_queries(13):
        browser.get("/documents/")
    with django_assert_max_num_queries(17):
        browser.get(f"/documents/{Upload.objects.latest('pk').uuid}/")
