"""The reader process: answers one question after the other until the other end is gone.

    python -m workflows.processors.reading.program <descriptor of the socket>

It has no secrets, writes no files and opens none; it gets each file open. Memory is bounded for good and work for each
question, by the system: what a library does not stop, that does.
"""

import os
import resource
import socket
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from . import bounds, images, pdf, texts
from .channel import Closed, receive, send
from .content import Broken, Content

READERS: dict[str, Callable[[BinaryIO], Content]] = {
    "pdf": pdf.read,
    "image": images.read,
    "text": texts.read,
    "table": texts.read_table,
}
PAINTERS: dict[str, Callable[[BinaryIO, int, int], bytes]] = {"pdf": pdf.render, "image": images.render}


def main() -> None:
    """Until the socket ends."""
    line = socket.socket(fileno=int(sys.argv[1]))
    _confine()
    while True:
        try:
            asked, _, descriptor = receive(line)
        except Closed:
            return
        assert descriptor is not None
        _allow_work(bounds.CPU_SECONDS)
        with os.fdopen(descriptor, "rb") as file:
            said, body = _answer(asked, file)
        send(line, said, body)


def _answer(asked: dict[str, Any], file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    try:
        if "page" in asked:
            return {}, PAINTERS[asked["kind"]](file, asked["page"], asked["width"])
        return {"content": READERS[asked["kind"]](file).to_json()}, b""
    except Broken as error:
        return {"broken": str(error)}, b""
    except MemoryError:
        return {"broken": "The file needs more memory than a document may."}, b""
    except Exception as error:  # noqa: BLE001  of a hostile file a library may raise anything
        return {"broken": f"The file cannot be read ({type(error).__name__})."}, b""


def _confine() -> None:
    """No core files, no written files, no more memory than a document may need. Not every system can do each."""
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_AS, bounds.MEMORY)):
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):
            continue


def _allow_work(seconds: int) -> None:
    """Let the system end this process once it has worked so long on the question at hand."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


if __name__ == "__main__":
    main()
