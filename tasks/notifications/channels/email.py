"""Mail, through whatever EMAIL_URL names. One connection for a batch."""

from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone

from tasks.models import Delivery
from tasks.notifications import message

from .base import Channel

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class EmailChannel(Channel):
    """Plain text and HTML, in the reader's time zone. The Message-ID is made from the delivery's uuid."""

    name = "email"

    def __init__(self) -> None:
        self._connection: BaseEmailBackend = get_connection()

    def __enter__(self) -> Self:
        self._connection.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    def notify(self, delivery: Delivery) -> str:
        mail = self.compose(delivery)
        mail.connection = self._connection
        mail.send()
        return mail.extra_headers["Message-ID"]

    def compose(self, delivery: Delivery) -> EmailMultiAlternatives:
        """The mail of a delivery."""
        person, organization = delivery.user, delivery.organization
        sentence = " ".join(message.sentence(delivery).split())
        context = {
            "sentence": sentence,
            "reason": message.reason(delivery),
            "link": message.link(delivery),
            "settings_link": f"{settings.BASE_URL}/settings/notifications/",
            "task": delivery.task,
            "organization": organization,
        }
        with timezone.override(ZoneInfo(person.timezone or organization.timezone)):
            text = render_to_string("mail/notice.txt", context)
            html = _inliner.inline(render_to_string("mail/notice.html", context))
        mail = EmailMultiAlternatives(
            subject=sentence[:200],
            body=text,
            to=[person.email],
            headers={
                "Message-ID": f"<{delivery.uuid}@{urlsplit(settings.BASE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(html, "text/html")
        return mail
