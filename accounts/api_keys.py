"""API keys: how a secret looks, and who it is that shows one. Issuing and revoking are commands.

A secret reads `thk_<prefix>_<random><checksum>`. The checksum lets a mistyped or invented key be refused before the
database is asked, and lets scanners recognize a leaked one. Only a SHA-256 digest is stored: 190 random bits need no
slow hash. Keys that were chosen elsewhere (ADR 0013) are found by their digest. Nothing here logs or raises a secret.
"""

import hmac
import re
import secrets
import string
import threading
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import identity
from accounts.actor import Actor
from accounts.credential_cache import remembered
from accounts.errors import InvalidCredential, NoMembership
from accounts.models import ApiKey
from accounts.prepared import prepared

log = structlog.get_logger(__name__)

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SHAPE = re.compile(r"thk_(?P<prefix>[0-9A-Za-z]{8})_[0-9A-Za-z]{32}(?P<checksum>[0-9A-Za-z]{6})")
CHOSEN = re.compile(r"[!-\-/-~]{16,200}")
"""What a secret chosen elsewhere may look like: printable, and without the dots by which a token is told apart."""
LAST_USED_STEP = timedelta(minutes=1)


def generate() -> str:
    """A new secret."""
    body = f"thk_{_random(8)}_{_random(32)}"
    return body + checksum(body)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def checksum(body: str) -> str:
    """CRC-32 of `body` in six base-62 digits."""
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def prefix_of(text: str) -> str | None:
    """By what the key's row is found, or None for a text that cannot be a key."""
    match = SHAPE.fullmatch(text)
    if match is not None:
        return match["prefix"] if checksum(text[:-6]) == match["checksum"] else None
    return f"~{digest_of(text)[:15]}" if CHOSEN.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class _Known:
    """A key that was checked: whose it is and how long."""

    actor: Actor
    expires_at: datetime | None


def verify(text: str, now: datetime | None = None) -> Actor:
    """Who shows this key. Raises InvalidCredential, with one text for all reasons. Asks nothing within a second."""
    prefix = prefix_of(text)
    if prefix is None:
        raise InvalidCredential
    now = now or timezone.now()
    digest = digest_of(text)
    known = remembered(("key", digest), lambda: _load(prefix, digest, now))
    if known.expires_at is not None and known.expires_at <= now:
        raise InvalidCredential
    return known.actor


def _load(prefix: str, digest: str, now: datetime) -> _Known:
    found = _unrevoked(prefix)
    key = found[0] if found else None
    if key is None or not hmac.compare_digest(key.digest, digest):
        raise InvalidCredential
    try:
        person = identity(key.user_id, key.organization_id)
    except NoMembership:
        raise InvalidCredential from None
    if key.last_used_at is None or key.last_used_at <= now - LAST_USED_STEP:
        last_uses.note(key.pk, now)
    actor = replace(person, kind="key", scopes=frozenset(key.scopes), credential_id=str(key.uuid))
    return _Known(actor, key.expires_at)


@prepared
def _unrevoked(prefix: str) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(prefix=prefix, revoked_at__isnull=True).order_by()


class LastUses:
    """Uses that are not written yet. They are written after the answer is sent, so nobody waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[int, datetime] = {}

    def note(self, key_id: int, now: datetime) -> None:
        with self._lock:
            self._noted[key_id] = now

    def write(self, **_: object) -> None:
        """Receiver of Django's `request_finished`. A failure costs a time stamp, never the request."""
        if not self._noted:
            return
        with self._lock:
            noted, self._noted = self._noted, {}
        now = max(noted.values())
        rows = ApiKey.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USED_STEP))
        try:
            with transaction.atomic():
                rows.filter(pk__in=sorted(noted)).update(last_used_at=now)
        except DatabaseError as error:
            log.warning("api_keys.last_use_not_written", error=type(error).__name__)


last_uses = LastUses()
