"""Files come in: bounded, all or nothing, in any number and in little memory; they lie where nobody can guess."""

import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from conftest import Cast
from taskhub.contracts.tests.forms import HEADERS, end, many, part
from workflows.models import Document, Upload, WorkflowInstance

from .conftest import Documents
from .pipelines import INVOICE, LETTER, ONCE, PHOTO


def files_on_disk() -> int:
    return sum(path.is_file() for path in Path(default_storage.location).rglob("*"))


def test_files_come_in_as_one_upload_and_are_handed_out_as_they_came(ana_docs: Documents) -> None:
    made = ana_docs.bring(("a.pdf", INVOICE), ("b.png", PHOTO), ("c.txt", LETTER))
    assert (made["status"], len(made["tasks"])) == ("PROCESSING", 3)
    for task, content, kind in zip(
        made["tasks"], (INVOICE, PHOTO, LETTER), ("application/pdf", "image/png", "text/plain"), strict=True
    ):
        answer = ana_docs.caller.get(f"{ana_docs.base}/task/{task['task_id']}/file")
        assert b"".join(answer.streaming_content) == content
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{task["filename"]}"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_more_files_join_an_upload_after_those_that_are_there(ana_docs: Documents) -> None:
    first = ana_docs.bring(("a.txt", LETTER))
    more = ana_docs.bring(("b.txt", LETTER), ("c.txt", LETTER), to=first["upload_id"])
    assert (more["upload_id"], [task["filename"] for task in more["tasks"]]) == (first["upload_id"], ["b.txt", "c.txt"])
    whole = ana_docs.read(f"upload/{first['upload_id']}")
    assert [task["filename"] for task in whole["tasks"]] == ["a.txt", "b.txt", "c.txt"]
    assert (whole["documents"], whole["counts"]) == (3, {"PROCESSING": 3})
    body, headers = many(("d.txt", LETTER))
    answer = ana_docs.caller.call("POST", f"{ana_docs.base}/upload/7", body, headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "upload_not_found")


def test_uploads_are_listed_newest_first_page_by_page(ana_docs: Documents) -> None:
    made = [ana_docs.bring(("a.txt", LETTER))["upload_id"] for _ in range(3)]
    page = ana_docs.read("upload?limit=2")
    rest = ana_docs.read(f"upload?limit=2&cursor={page['next']}")
    assert [row["upload_id"] for row in page["uploads"] + rest["uploads"]] == made[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (end(), "invalid_request", 400),
        (part("", b"x", field="files") + end(), "invalid_request", 400),
        (part("a.txt", b"x", field="file") + end(), "invalid_request", 400),
        (part("a.txt", b"x", field="files") + part("b.txt", b"", field="files") + end(), "invalid_request", 400),
        (part("a.txt", b"x", field="files") + part("b.txt", b"y" * 99, field="files")[:-50], "malformed_request", 400),
        (b"".join(part("a.txt", b"x", field="files") for _ in range(101)) + end(), "malformed_request", 400),
        (
            part("a.txt", b"x", field="files") + part("b.txt", b"y" * 2000, field="files") + end(),
            "payload_too_large",
            413,
        ),
        (part("a.txt", b"x" * 70_000, field="files") + end(), "payload_too_large", 413),
    ],
)
def test_one_file_that_is_refused_refuses_them_all(
    ana_docs: Documents, settings: Any, body: bytes, code: str, status: int
) -> None:
    settings.DOCUMENT_MAX_BYTES, settings.UPLOAD_MAX_BYTES = 1000, 60_000
    before = files_on_disk()
    answer = ana_docs.caller.call("POST", f"{ana_docs.base}/upload", body, HEADERS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Upload.objects.exists()
    assert not Document.objects.exists()
    assert files_on_disk() == before


def test_a_file_that_is_too_large_is_named(ana_docs: Documents, settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 1000
    body, headers = many(("small.txt", b"x" * 1000), ("large.txt", b"x" * 1001))
    error = ana_docs.caller.call("POST", f"{ana_docs.base}/upload", body, headers).json()["error"]
    assert error["message"] == "large.txt: a file has at most 1000 bytes."
    assert [detail["field"] for detail in error["details"]] == ["files"]


def test_a_form_in_pieces_is_a_form(ana_docs: Documents) -> None:
    body, headers = many(("a.txt", LETTER), ("b.pdf", INVOICE))
    given = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    given |= {"CONTENT_TYPE": headers["Content-Type"], "wsgi.input": BytesIO(body)}
    caller = ana_docs.caller
    answer = caller.client.generic("POST", f"{ana_docs.base}/upload", b"", headers=caller.shown, **given)
    assert [task["filename"] for task in answer.json()["tasks"]] == ["a.txt", "b.pdf"]


def test_the_same_key_brings_the_files_once(ana_docs: Documents) -> None:
    body, headers = many(("a.txt", LETTER), ("b.pdf", INVOICE))

    def post(raw: bytes) -> Any:
        return ana_docs.caller.call("POST", f"{ana_docs.base}/upload", raw, {**headers, "Idempotency-Key": "k"})

    first, again = post(body), post(body)
    assert (first.content, again.headers["Idempotency-Replayed"]) == (again.content, "true")
    assert post(body.replace(b"Dear", b"Deer")).status_code == 422
    assert (Upload.objects.count(), Document.objects.count(), WorkflowInstance.objects.count()) == (1, 2, 2)


def test_many_files_cost_as_many_statements_as_one_and_no_more_memory(
    ana_docs: Documents, pipeline: Callable[[Any], None]
) -> None:
    pipeline(ONCE)
    ana_docs.bring(("a.txt", LETTER))  # rights are remembered

    def cost(*files: tuple[str, bytes]) -> int:
        body, headers = many(*files)
        return ana_docs.caller.cost("POST", f"{ana_docs.base}/upload", body, headers)

    one = cost(("a.txt", LETTER))
    assert cost(*((f"{number}.txt", LETTER) for number in range(4))) == one
    body, headers = many(*((f"{number}.txt", b"x" * 500_000) for number in range(40)))
    tracemalloc.start()
    try:
        # The test's own client keeps one more copy of the body.
        ana_docs.caller.call("POST", f"{ana_docs.base}/upload", body, headers)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000


def test_lists_and_exports_cost_the_same_however_much_there_is(ana_docs: Documents) -> None:
    def costs() -> list[int]:
        upload = ana_docs.read("upload?limit=1")["uploads"][0]["upload_id"]
        paths = [("GET", "upload"), ("GET", f"upload/{upload}"), ("GET", "tasks"), ("POST", f"upload/{upload}/export")]
        return [ana_docs.caller.cost(method, f"{ana_docs.base}/{path}") for method, path in paths]

    ana_docs.bring(("a.txt", LETTER))
    costs()
    one = costs()
    for _ in range(3):
        ana_docs.bring(("a.txt", LETTER), ("b.txt", LETTER), ("c.txt", LETTER))
    assert costs() == one


def test_who_may_not_work_here_brings_nothing(as_client: Callable[..., Documents], cast: Cast) -> None:
    cast.acme.memberships.filter(user=cast.bo).update(role=1)
    body, headers = many(("a.txt", LETTER))
    for client in (as_client(cast.bo), as_client(cast.ana, scopes=("task.read",))):
        answer = client.caller.call("POST", f"{client.base}/upload", body, headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert not Upload.objects.exists()
