"""Where a project's reports go and what they are signed with, as it is said and as it is kept."""

import base64
import binascii
from typing import Any

from accounts.destinations import destination
from accounts.errors import InvalidInput
from accounts.models import Project
from accounts.sealing import Unsealable, seal, unseal

PREFIX = "whsec_"
LENGTHS = range(24, 65)
"""Bytes of a secret, as Standard Webhooks wants it."""


def prepared(project: Project, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as the row keeps them, checked: a URL that may be called, a secret that is strong and sealed.

    Raises InvalidInput, which never repeats the secret.
    """
    url = changes.get("report_url", project.report_url)
    if changes.get("report_url"):
        _check_url(url)
    if "report_secret" in changes:
        changes = changes | {"report_secret": seal(_checked(changes["report_secret"]))}
    if url and not changes.get("report_secret", project.report_secret):
        raise InvalidInput("Reports are signed: say a secret as well.", field="report_secret")
    return changes


def has_secret(project: Project, secret: str) -> bool:
    """Whether this is the project's secret."""
    try:
        return unseal(project.report_secret) == secret
    except Unsealable:
        return False


def _check_url(url: str) -> None:
    try:
        destination(url)
    except ValueError as error:
        raise InvalidInput(str(error), field="report_url") from None


def _checked(secret: str) -> str:
    if not secret:
        return ""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or len(key) not in LENGTHS:
        words = f"A secret is {PREFIX} and {LENGTHS[0]} to {LENGTHS[-1]} random bytes in base64."
        raise InvalidInput(words, field="report_secret")
    return secret
