"""A web server that runs, as seen from outside: connections to it, and the memory it takes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from taskhub.testing.live import LiveSystem

MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE
PAGE = 4096


@dataclass
class Web:
    """A server that runs; `group` are its processes."""

    system: LiveSystem
    group: int

    def connect(self, timeout: float = 10) -> socket.socket:
        address = urlsplit(self.system.url)
        return socket.create_connection((address.hostname, address.port), timeout=timeout)

    def memory(self) -> int:
        """Bytes of main memory that its processes use together."""
        pages = 0
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.group:
                    pages += int(fields[21])
        return pages * PAGE

    @contextmanager
    def watched(self) -> Iterator[list[int]]:
        """Its memory before and at every moment of the block: `with web.watched() as memory`, then `growth(memory)`."""
        memory, is_over = [self.memory()], Event()

        def watch() -> None:
            while not is_over.wait(0.02):
                memory.append(self.memory())

        watcher = Thread(target=watch)
        watcher.start()
        try:
            yield memory
        finally:
            is_over.set()
            watcher.join()
            memory.append(self.memory())


def growth(memory: list[int]) -> int:
    """By how many bytes it ever was above what it began with."""
    return max(memory) - memory[0]


def status(connection: socket.socket) -> bytes:
    return connection.recv(4096).split(b"\r\n")[0]
