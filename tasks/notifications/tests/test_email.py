"""The mail itself: readable, in the reader's own time, and not to be tricked by a title."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail

from conftest import Cast
from tasks.models import Delivery, Task
from tasks.notifications import send
from tasks.outbox import drain

NewTask = Callable[..., Task]
DUE = datetime(2026, 1, 10, 17, 30, tzinfo=UTC)


@pytest.fixture
def mailed(cast: Cast, new_task: NewTask) -> Callable[..., mail.EmailMultiAlternatives]:
    """`mailed(title="x")`: the mail that ana gets of such a task of bo."""

    def make(**fields: Any) -> mail.EmailMultiAlternatives:
        mail.outbox.clear()
        new_task(cast.ana, by=cast.bo, **fields)
        drain()
        assert send.send_due() == 1
        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        return message

    return make


def html_of(message: mail.EmailMultiAlternatives) -> str:
    content, kind = message.alternatives[0]
    assert kind == "text/html"
    return str(content)


def test_it_says_what_happened_why_and_where_in_text_and_html(mailed: Any, cast: Cast) -> None:
    message = mailed(title="Sign <b>it</b> & go", description="First line\n<script>alert(1)</script>")
    task = Task.objects.get()
    assert (message.to, message.subject) == (["ana@example.com"], "Bo Berg assigned you: Sign <b>it</b> & go")
    for part in (message.body, html_of(message)):
        assert f"http://testserver/tasks/{task.uuid}/" in part
        assert "http://testserver/settings/notifications/" in part
        assert "You are told because you are assigned to it. Acme Bank on TaskHub." in part
    assert "Sign <b>it</b> & go" in message.body
    assert "Sign &lt;b&gt;it&lt;/b&gt; &amp; go" in html_of(message)
    assert "<script>" not in html_of(message)
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("own", "organizations", "expected"),
    [
        ("", "UTC", "10 Jan 2026 17:30 UTC"),
        ("", "America/New_York", "10 Jan 2026 12:30 EST"),
        ("Europe/Berlin", "America/New_York", "10 Jan 2026 18:30 CET"),
        ("Australia/Lord_Howe", "UTC", "11 Jan 2026 04:30 +11"),
    ],
)
def test_times_are_the_readers_own(mailed: Any, cast: Cast, own: str, organizations: str, expected: str) -> None:
    cast.ana.timezone, cast.acme.timezone = own, organizations
    cast.ana.save()
    cast.acme.save()
    message = mailed(due_at=DUE)
    assert f"Due {expected}" in message.body
    assert f"Due {expected}" in html_of(message)


@pytest.mark.parametrize("due_at", [datetime(1900, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_told_too(mailed: Any, cast: Cast, due_at: datetime) -> None:
    for zone in ("America/New_York", "Asia/Tokyo"):
        cast.ana.timezone = zone
        cast.ana.save()
        assert "Open the task" in mailed(due_at=due_at).body


@pytest.mark.parametrize(
    "title",
    [
        "x\nBcc: all@example.com",
        "x\r\nSubject: other\r\n\r\nbody",
        "x\x0bBcc: a@example.com",
        "x\u2028Bcc: a@example.com",
        "x\x85Bcc: a@example.com",
        "Grüße an 東京 🏝️ " + 400 * "x",
        "{who} {title.__class__} %(title)s {{ task }}",
    ],
)
def test_no_title_gets_out_of_the_subject(
    cast: Cast, new_task: NewTask, smtp_server: Any, settings: Any, title: str
) -> None:
    by_smtp(settings, smtp_server)
    new_task(cast.ana, by=cast.bo, title=title)
    drain()
    send.send_due()
    (received,) = smtp_server.mails
    assert received.to == "ana@example.com"
    names = {name.lower() for name in received.message}
    assert not names & {"bcc", "cc", "body"}
    assert received.message.get_all("Subject") == [received.subject]
    assert received.subject.strip() == f"Bo Berg assigned you: {' '.join(title.split())}"[:200]


def by_smtp(settings: Any, server: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port


def test_the_message_id_is_the_deliverys_and_stays_when_it_is_sent_again(
    cast: Cast, new_task: NewTask, smtp_server: Any, settings: Any
) -> None:
    by_smtp(settings, smtp_server)
    new_task(cast.ana)
    drain()
    send.send_due()
    delivery = Delivery.objects.get(channel="email")
    assert delivery.external_id == f"<{delivery.uuid}@testserver>"
    Delivery.objects.filter(pk=delivery.pk).update(state="pending", run_at=delivery.created_at)
    send.send_due()
    ids = [mail_.message["Message-ID"] for mail_ in smtp_server.mails]
    assert ids == [delivery.external_id] * 2
    message = smtp_server.mails[0].message
    assert isinstance(message, EmailMessage)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
