"""A real SMTP server on loopback that keeps what it is given, so that tests read mail as a mail client would."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .services import free_port, wait_until


@dataclass
class Mail:
    """One delivered message and the address it was delivered to."""

    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""


@dataclass
class MailServer:
    """What has arrived. With `refusing` set the server answers "try again later", as a real one does in trouble; with
    `holding` set it lets whoever has a message wait before it takes it, and counts them in `held`.
    """

    host: str
    port: int
    mails: list[Mail] = field(default_factory=list)
    refusing: bool = False
    holding: bool = False
    held: int = 0

    @property
    def url(self) -> str:
        """As EMAIL_URL wants it."""
        return f"smtp://{self.host}:{self.port}"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]

    def wait_for(self, count: int, *, seconds: float = 10.0) -> list[Mail]:
        wait_until(lambda: len(self.mails) >= count, seconds=seconds, why=f"{len(self.mails)} of {count} mails came")
        return self.mails

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Called by the SMTP library when a sender says from whom its message is."""
        self.held += self.holding
        while self.holding:
            await asyncio.sleep(0.02)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by the SMTP library for each message."""
        if self.refusing:
            return "451 Try again later"
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails += [Mail(address, message) for address in envelope.rcpt_tos]
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server on a free port."""
    server = MailServer("127.0.0.1", free_port())
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
