"""Something that takes effect once: the row of its key is written first, in the transaction of the change.

A twin that arrives meanwhile waits at the unique constraint: when the first one commits, it finds the kept answer; when
that one is refused, it runs itself. Serves the contracts' Idempotency-Key and the forms of the pages.
"""

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, connection, transaction
from django.http.response import HttpResponse
from django.utils import timezone

from accounts.actor import Actor

from .models import IdempotencyKey

LOCK_TIMEOUT = "2s"
KEPT_HEADERS = ("Content-Disposition", "Content-Type", "ETag", "Location")


def row_of(actor: Actor, method: str, path: str, key: str, fingerprint: str = "") -> IdempotencyKey:
    """The row of a request: whoever else sends the same key, or sends it elsewhere, has another."""
    who = actor.principal
    return IdempotencyKey(
        digest=sha256(who, method, path, key),
        principal=who[:120],
        method=method,
        path=path[:255],
        key=key,
        fingerprint=fingerprint,
        created_at=timezone.now(),
    )


def once(
    row: IdempotencyKey, run: Callable[[], HttpResponse], replay: Callable[[IdempotencyKey], HttpResponse]
) -> HttpResponse:
    """The answer of `run`, kept with its key; or what `replay` makes of the row of the first time.

    What `run` raises undoes the key with the change, so that a corrected request may use it again.
    """
    with transaction.atomic():
        _bound_waiting()
        if not _insert(row):
            return replay(IdempotencyKey.objects.get(digest=row.digest))
        response = run()
        row.status, row.body = response.status_code, bytes(response.content)
        row.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        row.save(update_fields=["status", "body", "headers"])
        return response


def sha256(*parts: str) -> str:
    """One digest of several texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _bound_waiting() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


def _insert(row: IdempotencyKey) -> bool:
    """Whether this is the first time; waits for a twin that is still running."""
    try:
        with transaction.atomic():  # so that the conflict leaves the transaction usable
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True
