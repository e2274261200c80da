"""Files that come with a contract's request: read as a stream, bounded, and in no more memory than any form takes."""

import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from taskhub.uploads import too_large
from tasks.domain import files
from tasks.domain.errors import InvalidInput

from .contract import Kind
from .formats import JSONRequest
from .problems import Refused

FRAME = 64 * 1024
"""What a form may have around its file."""
CHUNK = 64 * 1024


class FormParser(MultiPartParser):
    """multipart/form-data, through the handlers of the settings, which bound each file."""


class FormRequest(JSONRequest):
    """A request that brings one file."""

    def _load_stream(self) -> None:
        """Refuse what is announced as too large, and make what comes in pieces readable (see `body.bound`)."""
        most = settings.ATTACHMENT_MAX_BYTES + FRAME
        meta = self._request.META
        if _announced(meta) > most:
            raise files.too_large(settings.ATTACHMENT_MAX_BYTES)
        if not _announced(meta) and meta.get("HTTP_TRANSFER_ENCODING") and meta.get("wsgi.input_terminated"):
            meta["CONTENT_LENGTH"], self._request._stream = _spooled(meta["wsgi.input"], most)
        Request._load_stream(self)  # type: ignore[attr-defined]


def file_of(request: Request, name: str = "file") -> "UploadedFile[Any]":
    """The file in that field of the form. Raises InvalidInput and Refused."""
    if not isinstance(request.data, QueryDict):
        raise Refused(Kind.UNSUPPORTED, f"Send a form (multipart/form-data) with the field {name}.")
    if name in too_large(request._request):
        raise files.too_large(settings.ATTACHMENT_MAX_BYTES)
    given = request.FILES.getlist(name)
    if len(given) != 1:
        raise InvalidInput("Send one file in this field." if given else "This field is required.", field=name)
    found: UploadedFile[Any] = given[0]
    return found


def _announced(meta: dict[str, Any]) -> int:
    text = str(meta.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _spooled(stream: Any, most: int) -> tuple[str, Any]:
    """A body without a length, kept on disk: its length, and itself from its beginning."""
    kept, size = tempfile.SpooledTemporaryFile(max_size=CHUNK), 0  # noqa: SIM115  closed with the request
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > most:
            kept.close()
            raise files.too_large(settings.ATTACHMENT_MAX_BYTES)
        kept.write(chunk)
    kept.seek(0)
    return str(size), kept
