"""Bounds of the files that come with a form: one that is too large is not read to its end, whoever sends it.

A view says what it takes with `takes`; without it, a form is one of the pages' and has a file or two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from tasks.domain.files import in_words

FILES_OF_A_FORM = 4
"""So many times the bound of one file may come with one form."""
FRAME = 64 * 1024
"""What a form may have around a file."""
_LARGE, _CUT = "taskhub.too_large", "taskhub.cut_short"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes of one file, and of all that comes. How many files: Django's DATA_UPLOAD_MAX_NUMBER_FILES."""

    file: int
    whole: int


def a_form() -> Bounds:
    return Bounds(settings.ATTACHMENT_MAX_BYTES, FILES_OF_A_FORM * settings.ATTACHMENT_MAX_BYTES)


def one_file() -> Bounds:
    return Bounds(settings.ATTACHMENT_MAX_BYTES, settings.ATTACHMENT_MAX_BYTES + FRAME)


def documents() -> Bounds:
    return Bounds(settings.DOCUMENT_MAX_BYTES, settings.UPLOAD_MAX_BYTES)


def takes(bounds: Callable[[], Bounds]) -> Callable[[View], View]:
    """`takes(documents)(view)`: the same view, to which as much may be sent."""

    def mark(view: View) -> View:
        view.bounds = bounds  # type: ignore[attr-defined]
        return view

    return mark


def bounds_of(request: HttpRequest) -> Bounds:
    """What the view takes that the request is for."""
    view = request.resolver_match.func if request.resolver_match else None
    bounds: Bounds = getattr(view, "bounds", a_form)()
    return bounds


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
        self.bounds = bounds_of(self.request) if self.request else a_form()
        if content_length > self.bounds.whole:
            raise RequestDataTooBig(f"A form has at most {in_words(self.bounds.whole)}.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.bounds.file:
            if self.request is not None:
                left_out = self.request.META.setdefault(_LARGE, {})
                left_out.setdefault(self.field_name, []).append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def upload_interrupted(self) -> None:
        """The form ended with a file that is not complete: cut short, unless it is one that was left out."""
        if self.request is not None and self.field_name not in self.request.META.get(_LARGE, ()):
            self.request.META[_CUT] = True


def too_large(request: HttpRequest) -> Mapping[str, list[str]]:
    """The fields whose files were left out for their size, each with the names of these files."""
    request.FILES  # noqa: B018  the bounds are found while the form is read
    found: dict[str, list[str]] = request.META.get(_LARGE, {})
    return found


def is_cut_short(request: HttpRequest) -> bool:
    """Whether the form ended within a file, which is then left out."""
    request.FILES  # noqa: B018
    return _CUT in request.META
