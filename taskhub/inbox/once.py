"""A form that is sent twice takes effect once: its key is kept in the transaction of the change, with the answer.

The same promise as the contracts' Idempotency-Key, kept in the same table.
"""

import hashlib
from collections.abc import Callable
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from accounts.actor import Actor
from taskhub.contracts.models import IdempotencyKey

FIELD = "once"
MAX_LENGTH = 64


def fresh_key() -> str:
    """A new key for a form about to be shown."""
    return uuid4().hex


def once(request: HttpRequest, actor: Actor, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `run`, a redirect; or where the first sending of the same form was sent to.

    What `run` raises undoes the key with the change, so that a corrected form may be sent again.
    """
    key = request.POST.get(FIELD, "")[:MAX_LENGTH].replace("\0", "")
    if not key:
        return run()
    row = _row(request, actor, key)
    with transaction.atomic():
        if not _insert(row):
            first = IdempotencyKey.objects.get(digest=row.digest)
            return HttpResponseRedirect(first.headers["Location"])
        response = run()
        row.status, row.headers = response.status_code, {"Location": response.headers["Location"]}
        row.save(update_fields=["status", "headers"])
    return response


def _insert(row: IdempotencyKey) -> bool:
    """Whether this is the first sending; waits for a twin that is still running."""
    try:
        with transaction.atomic():  # so that the conflict leaves the transaction usable
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _row(request: HttpRequest, actor: Actor, key: str) -> IdempotencyKey:
    parts = (actor.principal, str(request.method), request.path, key)
    return IdempotencyKey(
        digest=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        principal=actor.principal[:120],
        method=str(request.method),
        path=request.path[:255],
        key=key,
        fingerprint="",
        created_at=timezone.now(),
    )
