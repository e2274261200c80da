"""Plain text and CSV, in whatever character set they were written."""

import codecs
import csv
from io import StringIO
from typing import BinaryIO

from charset_normalizer import from_bytes

from . import bounds
from .content import Broken, Content, clean

MAX_COLUMNS = 200
_MOST_BYTES = 4 * bounds.MAX_TEXT
_SAMPLE = 64 * 1024
_DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The mark of UTF-32 begins with that of UTF-16."""


def read(file: BinaryIO) -> Content:
    """The text; a form feed begins a page."""
    text, charset, is_cut = _decoded(file)
    pages = tuple(text.split("\f", bounds.MAX_PAGES - 1))
    facts = {"pages": len(pages), "characters": len(text), "lines": text.count("\n") + 1, "charset": charset}
    blank = tuple(number for number, page in enumerate(pages, start=1) if not page.strip())
    return Content("text", pages, facts, blank=blank, is_cut=is_cut)


def read_table(file: BinaryIO) -> Content:
    """The text of a CSV file, how many rows and columns it has and, of a single row, what stands under each header."""
    text, charset, is_cut = _decoded(file)
    try:
        rows = _rows(text)
    except csv.Error:
        raise Broken("The table is damaged: its quotes do not match, or a cell is too long.") from None
    header, *body = rows or [[]]
    facts = {"pages": 1, "rows": len(body), "columns": len(header), "charset": charset}
    pairs = tuple(zip(header[:MAX_COLUMNS], body[0], strict=False)) if len(body) == 1 else ()
    return Content("table", (text,), facts, pairs=pairs, is_cut=is_cut)


def _decoded(file: BinaryIO) -> tuple[str, str, bool]:
    """The text, its character set, and whether there was more."""
    data = file.read(_MOST_BYTES + 1)
    charset = _charset(data[:_SAMPLE])
    text = clean(codecs.getincrementaldecoder(charset)("replace").decode(data[:_MOST_BYTES]))
    is_cut = len(data) > _MOST_BYTES or len(text) > bounds.MAX_TEXT
    return text[: bounds.MAX_TEXT], charset.removesuffix("-sig"), is_cut


def _charset(sample: bytes) -> str:
    for mark, charset in _MARKS:
        if sample.startswith(mark):
            return charset
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # incremental: the sample may end within a character
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" in sample:
            raise Broken("This is not a text.")
        return "utf-8"
    guess = from_bytes(sample).best()
    if guess is None:
        raise Broken("The character set of the text is unknown.")
    return guess.encoding


def _rows(text: str) -> list[list[str]]:
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8_192], delimiters=_DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    return [[cell.strip() for cell in row] for row in csv.reader(StringIO(text), dialect) if any(row)]
