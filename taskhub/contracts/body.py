"""Reads a request's body within the limit, however it is announced: with a length, without one, or with a false one."""

from io import BytesIO
from typing import IO

from django.http import HttpRequest

from .contract import Kind
from .problems import Refused

MAX_BYTES = 1024 * 1024


def bound(request: HttpRequest) -> None:
    """Refuse a body announced as too large without reading it, and make a chunked one readable.

    Django reads no body that has no Content-Length. Where the server says that its input ends by itself, the body is
    taken from there, up to the limit.
    """
    announced = _announced(request)
    if announced > MAX_BYTES:
        raise too_large()
    if announced == 0 and request.META.get("HTTP_TRANSFER_ENCODING") and request.META.get("wsgi.input_terminated"):
        raw = read(request.META["wsgi.input"])
        request.META["CONTENT_LENGTH"] = str(len(raw))
        request._stream = BytesIO(raw)


def read(stream: IO[bytes]) -> bytes:
    """All of `stream`, counted while reading."""
    chunks, size = [], 0
    while chunk := stream.read(64 * 1024):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise too_large()
    return b"".join(chunks)


def too_large() -> Refused:
    return Refused(Kind.TOO_LARGE, f"A request body has at most {MAX_BYTES:,} bytes.")


def _announced(request: HttpRequest) -> int:
    try:
        return max(int(request.META.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        return 0
