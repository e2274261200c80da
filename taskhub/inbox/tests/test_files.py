"""Files that answer a question: kept, bounded, and handed out so that they do no harm."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Project, User
from taskhub.inbox.forms.answers import PREFIX
from taskhub.inbox.tests.answering import EVERY_TYPE, complete, sent
from taskhub.inbox.tests.conftest import MakeTask
from tasks.models import Attachment

Browsers = Callable[[User], Client]


def test_a_file_is_chosen_once_though_another_field_is_refused(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    task = make_task("Asked", ana, form_fields=(EVERY_TYPE[0], EVERY_TYPE[5]))
    browser = at_the_browser(ana)
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF")
    refused = complete(browser, task, **sent(title_of_it=""), **{f"{PREFIX}receipt-file": receipt})
    assert refused.status_code == 422
    kept = Attachment.objects.get()
    assert f'name="answer-receipt" value="{kept.uuid}"' in refused.text
    assert "receipt.pdf" in refused.text
    assert complete(browser, task, **sent(title_of_it="Fine", receipt=str(kept.uuid))).status_code == 302
    task.refresh_from_db()
    assert task.form_data["receipt"] == str(kept.uuid)


def test_a_file_can_be_left_out_again(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User
) -> None:
    kept = "0199b1a0-0000-7000-8000-000000000001"
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[5:], form_data={"receipt": kept})
    complete(at_the_browser(ana), task, **sent(receipt=kept), **{f"{PREFIX}receipt-remove": "yes"})
    task.refresh_from_db()
    assert task.form_data == {"receipt": None}


def test_a_file_that_is_too_large_is_refused_at_its_field(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1_000
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[5:])
    large = SimpleUploadedFile("large.pdf", b"x" * 1_001)
    response = complete(at_the_browser(ana), task, **{f"{PREFIX}receipt-file": large})
    assert response.status_code == 422
    assert "Receipt cannot be kept: a file has at most" in response.text
    assert not Attachment.objects.exists()


def test_a_form_without_end_is_not_read(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 250
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[5:])
    large = SimpleUploadedFile("large.pdf", b"x" * 2_000)
    assert complete(at_the_browser(ana), task, **{f"{PREFIX}receipt-file": large}).status_code == 400


def test_who_may_not_answer_attaches_nothing(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[5:])
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF")
    assert complete(at_the_browser(bo), task, **{f"{PREFIX}receipt-file": receipt}).status_code == 403
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "begins", "disposition", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "inline", "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "inline", "image/png"),
        ("b.png", b"<html>", "attachment", "application/octet-stream"),
        ("a.html", b"<html>", "attachment", "application/octet-stream"),
        ("a.svg", b"<svg>", "attachment", "application/octet-stream"),
        ("a.txt", b"<html>", "attachment", "text/plain"),
    ],
)
def test_a_file_is_handed_out_so_that_it_does_no_harm(
    at_the_browser: Browsers,
    make_task: MakeTask,
    attach: Callable,
    ana: User,
    name: str,
    begins: bytes,
    disposition: str,
    kind: str,
) -> None:
    row = attach(ana, make_task("Asked", ana), name, begins + b"<script>")
    response = at_the_browser(ana).get(f"/attachments/{row.uuid}/")
    assert response.status_code == 200
    assert response.getvalue() == begins + b"<script>"
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'{disposition}; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert ("sandbox" in policy) == (kind != "application/pdf")


def test_a_file_of_a_task_that_is_not_theirs_does_not_exist(
    at_the_browser: Browsers, make_task: MakeTask, attach: Callable, ana: User, bo: User, dan: User, vault: Project
) -> None:
    row = attach(ana, make_task("Asked", ana, place=vault), "a.pdf", b"x")
    assert at_the_browser(ana).get(f"/attachments/{row.uuid}/").getvalue() == b"x"
    for stranger in (bo, dan):
        assert at_the_browser(stranger).get(f"/attachments/{row.uuid}/").status_code == 404
    signed_out = Client().get(f"/attachments/{row.uuid}/")
    assert signed_out.status_code == 302
    assert signed_out["Location"].startswith("/signin/")


def test_a_file_that_is_lost_is_not_found(
    at_the_browser: Browsers, make_task: MakeTask, attach: Callable, ana: User
) -> None:
    row = attach(ana, make_task("Asked", ana), "a.pdf", b"x")
    row.file.delete(save=False)
    assert at_the_browser(ana).get(f"/attachments/{row.uuid}/").status_code == 404


def test_a_forged_id_shows_no_name_of_a_foreign_file(
    at_the_browser: Browsers, make_task: MakeTask, attach: Callable, ana: User, cleo: User, vault: Project
) -> None:
    secret = attach(cleo, make_task("Hidden", cleo, place=vault), "merger-with-globex.pdf", b"x")
    task = make_task("Asked", ana, form_fields=EVERY_TYPE[5:])
    browser = at_the_browser(ana)
    complete(browser, task, **sent(receipt=str(secret.uuid)))
    assert "merger-with-globex" not in browser.get(f"/tasks/{task.uuid}/").text
