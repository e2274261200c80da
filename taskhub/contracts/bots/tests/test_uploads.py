"""Files, friendly and hostile: nothing outside of their folder, nothing believed, little memory."""

import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from taskhub.contracts.bots.tests.conftest import MakeTask
from taskhub.contracts.testing import Caller
from taskhub.contracts.tests.forms import HEADERS, PNG, end, form, part
from tasks.models import Attachment

Send = Callable[..., Any]


@pytest.fixture
def url(make_task: MakeTask, ana: User) -> str:
    return f"{make_task(ana)}/attachments"


@pytest.fixture
def send(ana_calls: Caller, url: str) -> Send:
    """`send("a.png", PNG)`: the answer to a form with that file."""

    def post(name: str, content: bytes, **how: str) -> Any:
        return ana_calls.call("POST", url, *form(name, content, **how))

    return post


def files_on_disk() -> list[Path]:
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def test_a_file_is_brought_listed_and_handed_out(send: Send, ana_calls: Caller, url: str) -> None:
    made = send("screenshot.png", PNG, kind="image/png").json()
    assert ana_calls.get(url).json() == {"attachments": [made], "total": 1}
    answer = ana_calls.get(f"{url}/{made['attachment_id']}")
    assert b"".join(answer.streaming_content) == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="screenshot.png"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\u200b\u2066b.txt", "ab.txt"),
        ("Übersicht €.txt", "Übersicht €.txt"),
        (".htaccess", "htaccess"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
    ],
)
def test_a_name_is_only_a_name(send: Send, name: str, kept: str) -> None:
    before = set(files_on_disk())
    answer = send(name, PNG)
    assert (answer.status_code, answer.json()["filename"]) == (201, kept)
    row = Attachment.objects.get()
    [new] = set(files_on_disk()) - before
    assert new == Path(row.file.path)
    assert new.is_relative_to(Path(default_storage.location) / "attachments")


def test_a_nul_in_a_name_is_refused_or_left_out(send: Send) -> None:
    answer = send("a\0b.txt", b"x")
    assert answer.status_code in (201, 400)
    assert all("\0" not in row.name for row in Attachment.objects.all())


@pytest.mark.parametrize(
    ("name", "content", "kind", "found"),
    [
        ("page.png", b"<html><script>alert(1)</script>", "image/png", "application/octet-stream"),
        ("page.html", b"<html>", "text/html", "application/octet-stream"),
        ("page.svg", b"<svg onload='x'>", "image/svg+xml", "application/octet-stream"),
        ("page.png", PNG, "text/html", "image/png"),
        ("notes.txt", b"<html>", "text/html", "text/plain"),
    ],
)
def test_what_is_declared_is_not_believed(send: Send, name: str, content: bytes, kind: str, found: str) -> None:
    assert send(name, content, kind=kind).json()["mime_type"] == found


def test_the_bound_is_exact(send: Send, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    assert send("a.txt", b"x" * 1000).status_code == 201
    answer = send("b.txt", b"x" * 1001)
    assert (answer.status_code, answer.json()["error"]) == (413, "payload_too_large")
    answer = send("c.txt", b"x" * 200_000)
    assert (answer.status_code, answer.json()["error"]) == (413, "payload_too_large")
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (end(), "invalid_file"),
        (part("", b"x") + end(), "invalid_file"),
        (part("a.txt", b"") + end(), "invalid_file"),
        (part("a.txt", b"x", field="other") + end(), "invalid_file"),
        (part("a.txt", b"x") + part("b.txt", b"y") + end(), "invalid_file"),
        (b"".join(part(f"{n}.txt", b"x", field=f"f{n}") for n in range(150)) + end(), "invalid_json"),
        (b"nonsense", "invalid_file"),
    ],
)
def test_a_form_without_one_file_is_refused(ana_calls: Caller, url: str, body: bytes, code: str) -> None:
    answer = ana_calls.call("POST", url, body, HEADERS)
    assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert not Attachment.objects.exists()


def test_a_form_that_ends_within_its_file_brings_nothing(ana_calls: Caller, url: str) -> None:
    answer = ana_calls.call("POST", url, part("a.txt", b"x" * 100)[:-40], HEADERS)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_json")
    assert not Attachment.objects.exists()


def test_a_form_in_pieces_is_read_once_and_not_beyond_its_bound(ana_calls: Caller, url: str, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    body = part("a.txt", b"x" * 1000) + end()
    assert chunked(ana_calls, url, BytesIO(body)).json()["size_bytes"] == 1000
    stream = BytesIO(part("b.txt", b"x" * 1_000_000) + end())
    assert chunked(ana_calls, url, stream).status_code == 413
    assert stream.tell() < 200_000
    assert Attachment.objects.count() == 1


def chunked(caller: Caller, path: str, stream: BytesIO) -> Any:
    """A form as a server hands it over that came in pieces and without a length."""
    environment = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    given = {**environment, "CONTENT_TYPE": HEADERS["Content-Type"], "wsgi.input": stream}
    return caller.client.generic("POST", path, b"", headers=caller.shown, **given)


def test_json_is_no_form(ana_calls: Caller, url: str) -> None:
    assert ana_calls.post(url, {"file": "x"}).status_code == 415


def test_the_same_key_brings_one_file(ana_calls: Caller, url: str) -> None:
    def post(content: bytes) -> Any:
        body, headers = form("a.txt", content)
        return ana_calls.call("POST", url, body, {**headers, "Idempotency-Key": "k"})

    assert post(b"x").json() == post(b"x").json()
    assert post(b"y").status_code == 422
    assert Attachment.objects.count() == 1


def test_who_may_only_look_brings_nothing_and_strangers_see_nothing(
    send: Send, ana_calls: Caller, dan_calls: Caller, url: str
) -> None:
    made = send("a.txt", b"x").json()
    before = files_on_disk()
    for answer in (
        dan_calls.get(url),
        dan_calls.get(f"{url}/{made['attachment_id']}"),
        dan_calls.call("POST", url, *form("b.txt", b"x")),
        ana_calls.get(f"{url}/att_x"),
    ):
        assert answer.status_code == 404
    assert files_on_disk() == before


def test_a_large_file_takes_little_memory(ana_calls: Caller, url: str) -> None:
    body, headers = form("large.txt", b"x" * 20_000_000)
    tracemalloc.start()
    try:
        # The test's own client keeps one more copy of the body.
        assert ana_calls.call("POST", url, body, headers).status_code == 201
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000
