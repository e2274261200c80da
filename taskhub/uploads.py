"""Bounds of the files that browsers send: one that is too large is not read to its end, whoever sends it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from tasks.domain.files import in_words

FILES_OF_A_FORM = 4
"""So many times the bound of one file may come with one form."""
_MARK = "taskhub.too_large"


class Bound(FileUploadHandler):
    """Stands before Django's own handlers; hands on what is within the bounds."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  as Django calls it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        most = FILES_OF_A_FORM * settings.ATTACHMENT_MAX_BYTES
        if content_length > most:
            raise RequestDataTooBig(f"A form has at most {in_words(most)}.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.ATTACHMENT_MAX_BYTES:
            request = self.request
            if request is not None:
                request.META.setdefault(_MARK, set()).add(self.field_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def too_large(request: HttpRequest) -> Iterable[str]:
    """The names of the fields whose files were left out for their size."""
    request.FILES  # noqa: B018  the bounds are found while the form is read
    found: set[str] = request.META.get(_MARK, set())
    return found
