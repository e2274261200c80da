"""A document as people see it beside its fields: pages as pictures, text as text. Always redrawn, so safe to show."""

from typing import IO

from workflows.processing.registry import Unreadable

from . import reader
from .reading.bounds import WIDTHS

MAX_PREVIEW = 100_000
"""Characters of text that are shown."""
DRAWN = frozenset(kind for kind, how in reader.KINDS.items() if how in ("pdf", "image"))
"""Content types that have pages to draw; of the others `preview` may know the text."""


def render(stream: IO[bytes], content_type: str, page: int, width: int) -> bytes:
    """A page, counted from 1, as PNG, at most `width` pixels wide. Raises Unreadable."""
    if page < 1:
        raise Unreadable("There is no such page.")
    return reader.render(stream, content_type, page, min(max(width, WIDTHS[0]), WIDTHS[-1]))


def preview(stream: IO[bytes], content_type: str) -> str:
    """The beginning of the text of a document, without pictures. Raises Unreadable."""
    return reader.read(stream, content_type).text[:MAX_PREVIEW]


def count(stream: IO[bytes], content_type: str) -> int:
    """How many pages there are to draw. Raises Unreadable."""
    return int(reader.read(stream, content_type).facts.get("pages", 0)) if content_type in DRAWN else 0
