"""`Idempotency-Key`: the same request sent again takes effect once and is answered alike.

The key's row is inserted first, inside the transaction of the change. A twin that arrives meanwhile waits at the unique
constraint: when the first one commits, it finds the saved answer; when that one is refused, it runs itself.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from django.db import IntegrityError, connection, transaction
from django.http.response import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.actor import Actor

from .contract import Kind
from .models import IdempotencyKey
from .problems import Refused

METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
MAX_LENGTH = 255
KEPT_FOR = timedelta(hours=48)
LOCK_TIMEOUT = "2s"
KEPT_HEADERS = ("ETag", "Location")


def once(request: Request, actor: Actor, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `run`, or the saved one if this request has been answered before."""
    key = request.headers.get(HEADER)
    if key is None:
        return run()
    check(key)
    row = _row(request, actor, key)
    with transaction.atomic():
        _bound_waiting()
        if not _insert(row):
            return _replay(IdempotencyKey.objects.get(digest=row.digest), row.fingerprint)
        response = run()
        row.status, row.body = response.status_code, bytes(response.content)
        row.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        row.save(update_fields=["status", "body", "headers"])
        return response


def check(key: str) -> None:
    """Refuse a key that is empty, too long, or more than printable ASCII."""
    if not 0 < len(key) <= MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise Refused(Kind.BAD_KEY, f"An {HEADER} has 1 to {MAX_LENGTH} printable ASCII characters.")


def _row(request: Request, actor: Actor, key: str) -> IdempotencyKey:
    """The row of this request: whoever else sends the same key, or sends it elsewhere, has another."""
    who, method, path = actor.principal, str(request.method), request.path
    return IdempotencyKey(
        digest=_sha256(who, method, path, key),
        principal=who[:120],
        method=method,
        path=path[:255],
        key=key,
        fingerprint=_sha256(request.META.get("QUERY_STRING", ""), _canonical(request.data)),
        created_at=timezone.now(),
    )


def _canonical(data: Any) -> str:
    """The same text for the same body, whatever the order of keys and the white space between them."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _bound_waiting() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


def _insert(row: IdempotencyKey) -> bool:
    """Whether this request is the first with its key; waits for a twin that is still running."""
    try:
        with transaction.atomic():  # so that the conflict leaves the transaction usable
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _replay(row: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Refused(Kind.KEY_REUSED, f"This {HEADER} was used for another request.")
    response = HttpResponse(bytes(row.body), status=row.status, content_type="application/json")
    if not row.body:
        del response.headers["Content-Type"]
    for name, value in {**row.headers, REPLAYED: "true"}.items():
        response.headers[name] = value
    return response
