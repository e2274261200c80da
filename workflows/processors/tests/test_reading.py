"""Files into content. Whatever the file, the answer comes soon, in bounded memory, and the next one is read as ever."""

import os
import resource
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from struct import pack
from time import monotonic
from typing import Any

import pytest
from PIL import Image

from workflows.processing.registry import Unreadable
from workflows.processors import pages, reader
from workflows.processors.reading import bounds

from .papers import pdf, picture, scan

PDF, CSV, PLAIN = "application/pdf", "text/csv", "text/plain"


def read(data: bytes, content_type: str) -> Any:
    return reader.read(BytesIO(data), content_type)


def test_a_pdf_is_read_page_by_page_with_what_it_says_of_itself() -> None:
    content = read(pdf(["Invoice", "Total: 12.50"], ["Terms"], title="Invoice 7", author="Dorfman AG"), PDF)
    assert content.pages == ("Invoice\nTotal: 12.50", "Terms")
    assert content.facts["pages"] == 2
    assert (content.facts["title"], content.facts["author"]) == ("Invoice 7", "Dorfman AG")
    assert not content.is_cut


def test_an_empty_page_is_told_from_a_scanned_one() -> None:
    sheets = pdf(["Letter"], [], scan("A scanned letter"), scan())
    assert read(sheets, PDF).blank == (2, 4)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "WEBP"])
def test_a_picture_tells_its_size_and_format(kind: str) -> None:
    content = read(picture(kind), f"image/{kind.lower()}")
    assert content.text == ""
    assert {name: content.facts[name] for name in ("format", "width", "height", "pages")} == {
        "format": kind,
        "width": 320,
        "height": 200,
        "pages": 1,
    }


def test_the_pages_of_a_tiff_are_counted_and_of_exif_only_what_is_asked_for_is_told() -> None:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0131] = "Scanners & Sons\x00\x07", "Firmware " * 1_000
    exif.get_ifd(0x8825)[1] = "N"
    scan("1").save(out, "TIFF", save_all=True, append_images=[scan("2"), scan("3")], exif=exif)
    facts = read(out.getvalue(), "image/tiff").facts
    assert (facts["pages"], facts["make"]) == (3, "Scanners & Sons")
    assert len(facts["software"]) <= bounds.MAX_FACT
    assert not any("gps" in name.lower() for name in facts)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252"])
def test_texts_are_read_in_the_character_set_they_were_written_in(charset: str) -> None:
    words = "Größe der Straße: fünf Äpfel für Österreich.\nBeträge über tausend müssen geprüft werden.\n" * 5
    mark = b"\xfe\xff" if charset == "utf-16-be" else b""
    assert read(mark + words.encode(charset), PLAIN).text == words


def test_a_form_feed_begins_a_page_and_controls_are_left_out() -> None:
    content = read(b"One\x1b[31m\x07\r\nmore\fTwo", PLAIN)
    assert content.pages == ("One[31m\nmore", "Two")


def test_of_a_table_with_one_row_each_cell_has_the_label_above_it() -> None:
    content = read("Kunde;Betrag\nDorfman AG;1.234,50\n".encode("latin-1"), CSV)
    assert content.pairs == (("Kunde", "Dorfman AG"), ("Betrag", "1.234,50"))
    assert (content.facts["rows"], content.facts["columns"]) == (1, 2)
    assert read(b"a,b\n1,2\n3,4\n", CSV).pairs == ()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def _bomb(side: int) -> bytes:
    """A PNG of some kilobytes that says it is `side` pixels square."""
    head = _chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9)) + _chunk(b"IEND", b"")


def _nested(depth: int) -> bytes:
    """A PDF whose page tree is a chain of that many nodes."""
    nodes = "".join(
        f"{number} 0 obj<</Type/Pages/Count 1/Kids[{number + 1} 0 R]>>endobj\n" for number in range(2, depth)
    )
    page = f"{depth} 0 obj<</Type/Page/Parent {depth - 1} 0 R/MediaBox[0 0 9 9]>>endobj\n"
    arrays = f"{depth + 1} 0 obj{'[' * depth}{']' * depth}endobj\n"
    root = f"1 0 obj<</Type/Catalog/Pages 2 0 R/Names {depth + 1} 0 R>>endobj\n"
    return f"%PDF-1.4\n{root}{nodes}{page}{arrays}trailer<</Root 1 0 R>>".encode()


def _huge_page() -> bytes:
    return pdf(["x"]).replace(b"/MediaBox [ 0 0 595.2756 841.8898 ]", b"/MediaBox [ 0 0 1e9 1 ]              ")


INVOICE = pdf(["Total: 12.50"] * 40)
UNREADABLE = {
    "half a pdf": (INVOICE[: len(INVOICE) // 3], PDF),
    "a pdf in name only": (b"%PDF-1.7\n" + os.urandom(5_000), PDF),
    "an encrypted pdf": (pdf(["secret"], password="open sesame"), PDF),
    "an empty pdf": (b"", PDF),
    "half a png": (picture("PNG", (400, 400))[:-40], "image/png"),
    "half a jpeg": (picture("JPEG")[:200], "image/jpeg"),
    "a bomb": (_bomb(60_000), "image/png"),
    "a bomb just below": (_bomb(7_000), "image/png"),
    "an empty png": (b"", "image/png"),
    "a png called a jpeg, cut": (picture("PNG")[:50], "image/jpeg"),
    "bytes that are no text": (bytes(range(256)) * 40, PLAIN),
    "zeros": (bytes(5_000), PLAIN),
    "a cell without an end": (b'a,b\n"' + b"x" * 300_000, CSV),
    "a word file": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "what is not what its name says": (b"<html>", "application/octet-stream"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_nobody_can_read_is_said_to_be_so_in_words_for_people(name: str) -> None:
    data, content_type = UNREADABLE[name]
    started = monotonic()
    with pytest.raises(Unreadable) as refusal:
        read(data, content_type)
    assert monotonic() - started < bounds.CPU_SECONDS
    assert str(refusal.value).endswith(".")
    assert "sesame" not in str(refusal.value)


ENDLESS = {
    "five thousand pages": (lambda: pdf(*[[f"Page {number}"] for number in range(5_000)]), PDF),
    "a huge table": (lambda: b"a,b,c\n" + b"1,2,3\n" * 3_000_000, CSV),
    "one endless line": (lambda: b"a: " * 4_000_000, PLAIN),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_of_what_has_no_end_the_beginning_is_read_and_said_to_be_that(name: str) -> None:
    make, content_type = ENDLESS[name]
    content = read(make(), content_type)
    assert content.is_cut
    assert 0 < len(content.text) <= bounds.MAX_TEXT + bounds.MAX_PAGES
    assert len(content.pages) <= bounds.MAX_PAGES


@pytest.mark.parametrize("data", [_nested(40), _nested(20_000), _huge_page()], ids=["deep", "very deep", "huge page"])
def test_a_pdf_that_is_built_to_hurt_is_read_or_refused(data: bytes) -> None:
    started = monotonic()
    for attempt in (lambda: read(data, PDF), lambda: reader.render(BytesIO(data), PDF, 1, 400)):
        with suppress(Unreadable):
            attempt()
    assert monotonic() - started < bounds.CPU_SECONDS
    assert read(INVOICE, PDF).text.startswith("Total")


# --- The reader process -----------------------------------------------------------------------------------------------


@contextmanager
def _program(path: Path, source: str) -> Iterator[None]:
    """A reader that, asked to read a text, does something else."""
    fake = path / "fake_reader.py"
    fake.write_text(
        "import os, sys, time\n"
        "from workflows.processors.reading import program\n"
        f"def harm(file):\n    {source}\n"
        "program.READERS['text'] = harm\n"
        "program.main()\n"
    )
    before, reader._PROGRAM = reader._PROGRAM, "fake_reader"
    environment = reader._ENVIRONMENT
    reader._ENVIRONMENT = {"PYTHONPATH": str(path)}
    reader._end_all()
    reader._start_afresh()
    try:
        yield
    finally:
        reader._PROGRAM, reader._ENVIRONMENT = before, environment
        reader._end_all()
        reader._start_afresh()


HARM = {
    "crashes": "os.kill(os.getpid(), 11)",
    "takes all memory": "x = [bytes(50_000_000) for _ in range(100)]",
    "works without end": f"program._allow_work(1)\n    while True: pass  # the bound is {bounds.CPU_SECONDS} s",
}


@pytest.mark.parametrize("name", HARM)
def test_a_file_that_breaks_its_reader_is_unreadable_and_the_next_is_read_as_ever(name: str, tmp_path: Path) -> None:
    with _program(tmp_path, HARM[name]):
        with pytest.raises(Unreadable):
            read(b"x", PLAIN)
        assert read(INVOICE, PDF).text.startswith("Total")


@pytest.mark.parametrize("source", ["os._exit(3)", "os.kill(os.getpid(), 9)", "time.sleep(60)"])
def test_a_reader_that_is_lost_is_a_failure_and_not_the_files_fault(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _program(tmp_path, source):
        with monkeypatch.context() as impatient:
            impatient.setattr(reader, "PATIENCE_SECONDS", 1.0)
            with pytest.raises(reader.ReaderLost):
                read(b"x", PLAIN)
        assert read(INVOICE, PDF).text.startswith("Total")


def test_the_reader_has_no_secrets_writes_nothing_and_has_bounded_memory(tmp_path: Path) -> None:
    ask = "raise program.Broken(repr((dict(os.environ), program.resource.getrlimit(program.resource.RLIMIT_FSIZE))))"
    os.environ["CANARY_OF_THE_TESTS"] = "do not tell"
    try:
        with _program(tmp_path, ask), pytest.raises(Unreadable) as told:
            read(b"x", PLAIN)
    finally:
        del os.environ["CANARY_OF_THE_TESTS"]
    assert "(0, 0)" in str(told.value)
    assert "do not tell" not in str(told.value)
    assert "SECRET" not in str(told.value)


def test_threads_share_a_few_readers_and_each_gets_its_own_answer() -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        for _ in range(5):
            answers[number] = read(pdf([f"Number: {number}"]), PDF).text

    threads = [threading.Thread(target=ask, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"Number: {number}" for number in range(6)}
    assert reader._free.qsize() == reader.MOST_READERS


def test_this_process_keeps_its_memory_however_large_the_files() -> None:
    big = picture("PNG", (4_000, 4_000))
    read(big, "image/png")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(2):
        read(big, "image/png")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_a_reader_makes_room_for_a_fresh_one_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "QUESTIONS", 2)
    reader._end_all()
    reader._start_afresh()
    assert [read(b"Total: 1", PLAIN).text for _ in range(3)] == ["Total: 1"] * 3


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "content_type", "size"),
    [
        (pdf(["One"], ["Two"]), PDF, (400, 566)),
        (picture("JPEG", (1_600, 800)), "image/jpeg", (400, 200)),
        (picture("PNG", (40, 20)), "image/png", (40, 20)),
    ],
)
def test_a_page_is_drawn_as_png_of_the_width_that_is_asked_for(
    data: bytes, content_type: str, size: tuple[int, int]
) -> None:
    with Image.open(BytesIO(pages.render(BytesIO(data), content_type, 1, 400))) as image:
        assert (image.format, image.size) == ("PNG", size)


def test_a_picture_is_shown_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("JPEG", "TIFF"):
        shown = pages.render(BytesIO(picture(kind, (1_600, 800), exif=exif)), f"image/{kind.lower()}", 1, 400)
        with Image.open(BytesIO(shown)) as image:
            assert image.size == (400, 800)


def test_a_page_is_never_larger_than_the_bounds() -> None:
    data = pages.render(BytesIO(_huge_page()), PDF, 1, 10**9)
    with Image.open(BytesIO(data)) as image:
        assert image.width <= bounds.WIDTHS[-1]


@pytest.mark.parametrize("page", [-1, 0, 3, 10**12])
def test_a_page_that_is_not_there_cannot_be_drawn(page: int) -> None:
    with pytest.raises(Unreadable):
        pages.render(BytesIO(pdf(["One"], ["Two"])), PDF, page, 400)


def test_text_is_shown_as_text_and_cut() -> None:
    assert pages.preview(BytesIO(b"<script>alert(1)</script>"), PLAIN) == "<script>alert(1)</script>"
    assert len(pages.preview(BytesIO(b"x" * 1_000_000), PLAIN)) == pages.MAX_PREVIEW
    assert pages.count(BytesIO(pdf(["One"], ["Two"])), PDF) == 2
    assert pages.count(BytesIO(b"x"), PLAIN) == 0
