"""The actions that TaskHub brings along."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from .actions import Answer, Call, action

MAX_RECIPIENTS = 50


@action("send_mail")
def send_mail(inputs: Mapping[str, Any], call: Call) -> Answer:
    """Sends one e-mail: `to` (an address or a list), `subject`, `body`. Answers its `id`, the same each time."""
    to = inputs.get("to")
    recipients = [str(address) for address in (to if isinstance(to, list) else [to]) if address]
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise ValueError(f"'to' names 1 to {MAX_RECIPIENTS} addresses")
    for address in recipients:
        _check_address(address)
    identity = f"<{call.key}@workflows.taskhub>"
    subject = " ".join(str(inputs.get("subject", "")).split())
    body = str(inputs.get("body", ""))
    EmailMessage(subject, body, to=recipients, headers={"Message-ID": identity}).send()
    return Answer({"id": identity})


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"'{address[:100]}' is no e-mail address") from None
