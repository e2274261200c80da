"""Reads files in processes of their own, so that a hostile file costs neither the worker's memory nor its life.

A file that takes too much work or memory, or kills the reader, is Unreadable: that is a property of the file. A reader
that is lost for another reason raises ReaderLost, which is a failure and worth another try.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from tempfile import TemporaryFile
from typing import IO, Any

from workflows.processing.registry import Unreadable

from .reading.channel import Closed, receive, send
from .reading.content import Content

PATIENCE_SECONDS = 60.0
"""For one question. Work is bounded much earlier; this is for a machine that has no time for us."""
MOST_READERS = 2
"""Processes beside each worker or web process that reads; they start when they are wanted."""
QUESTIONS = 500
"""After so many a reader makes room for a fresh one: what libraries leak goes with it."""
_PROGRAM = "workflows.processors.reading.program"
_ENVIRONMENT: dict[str, str] = {}
"""Nothing: what surrounds us holds secrets, and a hostile file might get hold of the reader."""
_FOLDER = Path(__file__).resolve().parents[2]
_BY_THE_FILE = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP}
KINDS = {
    "application/pdf": "pdf",
    "image/gif": "image",
    "image/jpeg": "image",
    "image/png": "image",
    "image/tiff": "image",
    "image/webp": "image",
    "text/csv": "table",
    "text/plain": "text",
    "application/json": "text",
    "application/xml": "text",
    "message/rfc822": "text",
}
"""Content type, as told from the content itself -> how it is read."""


class ReaderLost(Exception):
    """The reader did not answer, and it was not the file's fault."""


def read(stream: IO[bytes], content_type: str) -> Content:
    """Text and facts of a file. Raises Unreadable."""
    said, _ = _ask(stream, {"kind": _kind(content_type)})
    return Content.from_json(said["content"])


def render(stream: IO[bytes], content_type: str, page: int, width: int) -> bytes:
    """A page, counted from 1, as PNG of that width or less. Raises Unreadable, also for what has no pages to show."""
    kind = _kind(content_type)
    if kind not in ("pdf", "image"):
        raise Unreadable("This is text and has no pages to show.")
    _, png = _ask(stream, {"kind": kind, "page": page, "width": width})
    return png


def _kind(content_type: str) -> str:
    try:
        return KINDS[content_type]
    except KeyError:
        raise Unreadable("This kind of file cannot be read, or its content is not what its name says.") from None


class _Reader:
    """One reader process and the line to it."""

    def __init__(self) -> None:
        self._line, far = socket.socketpair()
        self._line.settimeout(PATIENCE_SECONDS)
        self._left = QUESTIONS
        with far:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", _PROGRAM, str(far.fileno())],
                pass_fds=[far.fileno()],
                cwd=_FOLDER,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def ask(self, question: dict[str, Any], file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
        self._left -= 1
        try:
            send(self._line, question, file=file.fileno())
            said, body, _ = receive(self._line)
        except (OSError, Closed) as error:
            raise self._lost(error) from None
        return said, body

    @property
    def is_fit(self) -> bool:
        return self._left > 0

    def _lost(self, error: Exception) -> Exception:
        """End the process and tell whose fault it was."""
        self._left = 0
        ended = -self.end()
        if isinstance(error, TimeoutError):
            return ReaderLost("The reader took too long.")
        if ended == signal.SIGXCPU:
            return Unreadable("The file takes more work to read than a document may.")
        if ended in _BY_THE_FILE:
            return Unreadable("The file is broken in a way that stops whoever reads it.")
        return ReaderLost(f"The reader ended ({-ended}).")

    def end(self) -> int:
        """End the process, which may have ended by itself. Returns how it ended, as Popen does."""
        self._line.close()
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(0.5)  # it ends when its line does, unless it is at work
        self._process.kill()
        return self._process.wait()


def _ask(stream: IO[bytes], question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    with _on_disk(stream) as file, _one() as reader:
        said, body = reader.ask(question, file)
    if "broken" in said:
        raise Unreadable(said["broken"])
    return said, body


@contextmanager
def _on_disk(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream as a file that another process can be handed; what lies elsewhere is copied."""
    try:
        stream.fileno()
    except (OSError, AttributeError):
        with TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            copy.flush()
            copy.seek(0)
            yield copy
    else:
        stream.seek(0)
        yield stream


# --- The readers of this process --------------------------------------------------------------------------------------

_free: LifoQueue[_Reader | None]


@contextmanager
def _one() -> Iterator[_Reader]:
    """A reader to oneself. None in the queue stands for one that may be started."""
    free = _free
    try:
        reader = free.get(timeout=PATIENCE_SECONDS)
    except Empty:
        raise ReaderLost("All readers are busy.") from None
    try:
        reader = reader or _Reader()
        yield reader
    finally:
        if reader is not None and not reader.is_fit:
            reader.end()
            reader = None
        free.put(reader)


def _start_afresh() -> None:
    """A forked child has no readers: those it inherits are its parent's."""
    global _free
    _free = LifoQueue()
    for _ in range(MOST_READERS):
        _free.put(None)


def _end_all() -> None:
    while not _free.empty():
        reader = _free.get_nowait()
        if reader is not None:
            reader.end()


_start_afresh()
os.register_at_fork(after_in_child=_start_afresh)
atexit.register(_end_all)
