"""How long an answer may be kept, and by whom: 15 seconds, by the program that asked and by nobody on the way.

The server itself keeps nothing: what one has just written is there, and a credential that has ended opens nothing
(ADR 0077).
"""

from hashlib import blake2b
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from rest_framework.request import Request

from taskhub.contracts.formats import Answer

from .auth import KEY, TENANT, TOKEN

SECONDS = 15


def fresh(request: Request, data: Any) -> HttpResponse:
    """The answer to a read; 304 without a body for a client that has exactly this one."""
    answer = Answer(data)
    etag = f'"{blake2b(answer.content, digest_size=16).hexdigest()}"'
    if _has(request.headers.get("If-None-Match", ""), etag):
        answer = Answer(status=304)
    answer.headers["Cache-Control"] = f"private, max-age={SECONDS}"
    answer.headers["ETag"] = etag
    answer.headers["Vary"] = f"{TOKEN}, {KEY}, {TENANT}"
    return answer


def _has(known: str, etag: str) -> bool:
    """Whether the client's tags name this one. A proxy may have made it weak, which is enough for a read."""
    return any(tag == "*" or tag.removeprefix("W/") == etag for tag in parse_etags(known))
