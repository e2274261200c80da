"""PDF, by PDFium. It is not safe with threads and written in C++: both are why reading is a process of its own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from time import monotonic
from typing import Any, BinaryIO

import pypdfium2
from pypdfium2 import raw

from . import bounds
from .content import Broken, Content, clean, fact

_TOLD = {
    "title": "Title",
    "author": "Author",
    "subject": "Subject",
    "keywords": "Keywords",
    "creator": "Creator",
    "producer": "Producer",
}
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_GLANCE = 64
"""Pixels across that show whether there is anything on a page."""
_NEARLY_WHITE = 245


def read(file: BinaryIO) -> Content:
    """The text of the pages. A page that is broken by itself is an empty one, told in the fact `broken_pages`."""
    with _opened(file) as document:
        until = monotonic() + bounds.SOFT_SECONDS
        texts: list[str] = []
        blank: list[int] = []
        broken, left = 0, bounds.MAX_TEXT
        for number in range(min(len(document), bounds.MAX_PAGES)):
            if monotonic() > until or left <= 0:
                break
            try:
                text, shows_nothing = _page(document, number, left)
            except pypdfium2.PdfiumError:
                text, shows_nothing, broken = "", False, broken + 1
            texts.append(text)
            left -= len(text)
            if shows_nothing:
                blank.append(number + 1)
        facts = _facts(document) | ({"broken_pages": broken} if broken else {})
        is_cut = len(texts) < len(document) or left <= 0
    return Content("pdf", tuple(texts), facts, blank=tuple(blank), is_cut=is_cut)


def render(file: BinaryIO, page: int, width: int) -> bytes:
    """A page, counted from 1, as PNG."""
    with _opened(file) as document:
        if not 1 <= page <= len(document):
            raise Broken("There is no such page.")
        return _png(_drawn(document[page - 1], width))


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise Broken(_why(error)) from None
    try:
        yield document
    finally:
        document.close()


def _why(error: pypdfium2.PdfiumError) -> str:
    if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
        return "The PDF is encrypted: it opens with a password only."
    return "The PDF is damaged or incomplete."


def _page(document: Any, number: int, most: int) -> tuple[str, bool]:
    """The text, and whether the page shows nothing at all."""
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = clean(text_page.get_text_range(0, min(text_page.count_chars(), most)))
        finally:
            text_page.close()
        return text, not text.strip() and _is_blank(page)
    finally:
        page.close()


def _is_blank(page: Any) -> bool:
    """A scanned page has no text either: whether it is empty must be seen."""
    if raw.FPDFPage_CountObjects(page) == 0:
        return True
    darkest, _ = _drawn(page, _GLANCE).convert("L").getextrema()
    return bool(darkest >= _NEARLY_WHITE)


def _drawn(page: Any, width: int) -> Any:
    across, down = page.get_size()
    if not (across > 0 and down > 0):
        raise Broken("The page has no size.")
    scale = min(width / across, bounds.TALLEST * width / down)
    return page.render(scale=scale, may_draw_forms=False).to_pil()


def _png(image: Any) -> bytes:
    out = BytesIO()
    image.convert("RGB").save(out, "PNG", compress_level=3)
    return out.getvalue()


def _facts(document: Any) -> dict[str, Any]:
    told = document.get_metadata_dict(skip_empty=True)
    facts: dict[str, Any] = {"pages": len(document)}
    facts |= {name: words for name, key in _TOLD.items() if (words := fact(told.get(key, "")))}
    if made := _DATE.match(told.get("CreationDate", "")):
        facts["created"] = "-".join(part or "01" for part in made.groups())
    return facts
