"""`Idempotency-Key`: the same request sent again takes effect once and is answered alike (see `kept`)."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta

import orjson
from django.http import QueryDict
from django.http.response import HttpResponse
from rest_framework.request import Request

from accounts.actor import Actor

from . import kept
from .contract import Kind
from .models import IdempotencyKey
from .problems import Refused

METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
MAX_LENGTH = 255
KEPT_FOR = timedelta(hours=48)


def once(request: Request, actor: Actor, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `run`, or the saved one if this request has been answered before."""
    key = request.headers.get(HEADER)
    if key is None:
        return run()
    check(key)
    fingerprint = kept.sha256(request.META.get("QUERY_STRING", ""), _canonical(request))
    row = kept.row_of(actor, str(request.method), request.path, key, fingerprint)
    return kept.once(row, run, lambda first: _replay(first, fingerprint))


def check(key: str) -> None:
    """Refuse a key that is empty, too long, or more than printable ASCII."""
    if not 0 < len(key) <= MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise Refused(Kind.BAD_KEY, f"An {HEADER} has 1 to {MAX_LENGTH} printable ASCII characters.")


def _canonical(request: Request) -> str:
    """The same text for the same body, whatever the order of keys and the white space between them."""
    if isinstance(request.data, QueryDict):
        return kept.sha256(*_parts(request))
    return orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS).decode()


def _parts(request: Request) -> Iterator[str]:
    """Of a form: its texts, and its files by name and content. Its boundary is another one each time."""
    for name, values in sorted(request._request.POST.lists()):
        yield from (name, *values)
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest = hashlib.file_digest(file, "sha256")
            file.seek(0)
            yield from (name, file.name or "", digest.hexdigest())


def _replay(row: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Refused(Kind.KEY_REUSED, f"This {HEADER} was used for another request.")
    response = HttpResponse(bytes(row.body), status=row.status, content_type="application/json")
    if not row.body:
        del response.headers["Content-Type"]
    for name, value in {**row.headers, REPLAYED: "true"}.items():
        response.headers[name] = value
    return response
