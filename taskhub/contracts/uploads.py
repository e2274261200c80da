"""Files that come with a contract's request: read once as a stream, bounded, and in no more memory than any form takes.

How much may come is said in the contract's routes: `takes(one_file)(View.as_view(...))`.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from taskhub.uploads import bounds_of, is_cut_short, too_large
from tasks.domain import files
from tasks.domain.errors import InvalidInput

from .contract import Kind
from .formats import JSONRequest
from .problems import Refused

CHUNK = 64 * 1024


class FormParser(MultiPartParser):
    """multipart/form-data, through the handlers of the settings, which bound each file."""


class FormRequest(JSONRequest):
    """A request that brings files."""

    def _load_stream(self) -> None:
        """Refuse what is announced as too large, and make what comes in pieces readable (see `body.bound`)."""
        meta, most = self._request.META, bounds_of(self._request).whole
        announced = _announced(meta)
        if announced > most:
            raise _too_much(most)
        if not announced and meta.get("HTTP_TRANSFER_ENCODING") and meta.get("wsgi.input_terminated"):
            meta["CONTENT_LENGTH"] = str(most)  # at most so much: Django reads on until the pieces end
            self._request._stream = _Counted(meta["wsgi.input"], most)  # type: ignore[assignment]  # it is only read
        Request._load_stream(self)  # type: ignore[attr-defined]


def files_of(request: Request, name: str = "files") -> "list[UploadedFile[Any]]":
    """The files in that field of the form, one at least. Raises InvalidInput and Refused."""
    if not isinstance(request.data, QueryDict):
        raise Refused(Kind.UNSUPPORTED, f"Send a form (multipart/form-data) with the field {name}.")
    if is_cut_short(request._request):
        raise Refused(Kind.MALFORMED, "The form ended within a file.")
    if large := too_large(request._request).get(name):
        raise _too_large(large[0], bounds_of(request._request).file, name)
    given: list[UploadedFile[Any]] = request.FILES.getlist(name)
    if not given:
        raise InvalidInput("This field is required.", field=name)
    return given


def file_of(request: Request, name: str = "file") -> "UploadedFile[Any]":
    """The one file in that field."""
    first, *others = files_of(request, name)
    if others:
        raise InvalidInput("Send one file in this field.", field=name)
    return first


class _Counted:
    """A body that comes without a length; what is read of it is counted."""

    def __init__(self, stream: Any, most: int) -> None:
        self._stream, self._most, self._left = stream, most, most

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise _too_much(self._most)
        return chunk

    def readline(self, size: int = -1) -> bytes:
        """What Django throws away at the end it takes in lines; any piece will do."""
        return self.read(CHUNK)


def _announced(meta: dict[str, Any]) -> int:
    text = str(meta.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _too_much(most: int) -> Refused:
    return Refused(Kind.TOO_LARGE, f"A form has at most {files.in_words(most)}.")


def _too_large(name: str, most: int, field: str) -> InvalidInput:
    words = f"{files.clean_name(name)}: a file has at most {files.in_words(most)}."
    return InvalidInput(words, field=field, code="too_large")
