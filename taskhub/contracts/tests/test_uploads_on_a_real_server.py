"""Files as only a real server can take them: large, several at once, in pieces, without an end. Memory stays flat.

Two tests of some seconds each: the required proof, with a quarter of a gigabyte through real processes.
"""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import orjson
import pytest

from taskhub.testing.live import live_system
from taskhub.testing.services import wait_until

from .forms import BOUNDARY, end, part
from .server import GIGABYTE, MEGABYTE, Web, growth, status

pytestmark = pytest.mark.processes

LIMIT = 25 * MEGABYTE
AT_ONCE = 5
ALLOWED_GROWTH = 50 * MEGABYTE
WORLD = """
organizations:
  - slug: acme
    name: Acme
    users: [{username: ana, name: Ana, email: ana@example.com, role: manager}]
    projects: [{slug: p, name: P, visibility: organization}]
    api_keys: [{name: robot, user: ana, scopes: [task.read, task.edit]}]
"""


@dataclass
class Door:
    """Where a task takes files, and with which key."""

    web: Web
    key: str
    path: str

    def head(self, length: str) -> bytes:
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {self.key}\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n"
        ).encode()

    def send(self, name: str, size: int, *, in_pieces: bool = False) -> bytes:
        """The status of the answer to a form with a file of that size."""
        before, after = _frame(name)
        with self.web.connect(timeout=60) as connection:
            with suppress(OSError):  # a server that has refused reads no more
                length = f"Content-Length: {len(before) + size + len(after)}"
                connection.sendall(self.head("Transfer-Encoding: chunked" if in_pieces else length))
                for piece in _pieces(before, size, after):
                    connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if in_pieces else piece)
                if in_pieces:
                    connection.sendall(b"0\r\n\r\n")
            return status(connection)

    def ask(self, method: str, body: bytes | None = None) -> bytes:
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        with urlopen(Request(self.web.system.url + self.path, body, headers, method=method), timeout=30) as response:
            return bytes(response.read())


def _frame(name: str) -> tuple[bytes, bytes]:
    before, _, after = (part(name, b"\0here\0") + end()).partition(b"\0here\0")
    return before, after


def _pieces(before: bytes, size: int, after: bytes) -> Iterator[bytes]:
    yield before
    for at in range(0, size, MEGABYTE):
        yield b"x" * min(MEGABYTE, size - at)
    yield after


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("uploads")
    (folder / "tmp").mkdir()
    with live_system(folder, TMPDIR=str(folder / "tmp")) as system:
        key = system.provision(WORLD)["organizations"]["acme"]["api_keys"]["robot"]
        door = Door(Web(system, system.start("web").pid), key, "/api/v1/tasks")
        task = orjson.loads(door.ask("POST", b'{"title": "Scan"}'))["task_id"]
        door.path += f"/{task}/attachments"
        for number in range(4):  # so that every process has all it needs loaded
            assert b"201" in door.send(f"warm {number}.txt", MEGABYTE)
        yield door


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("in_pieces", [False, True], ids=["announced", "in pieces"])
def test_files_at_the_limit_and_beyond_it_several_at_once(door: Door, in_pieces: bool) -> None:
    with door.web.watched() as memory, ThreadPoolExecutor(AT_ONCE) as pool:
        kept = pool.map(
            lambda number: door.send(f"{in_pieces} {number}.txt", LIMIT, in_pieces=in_pieces), range(AT_ONCE)
        )
        assert [b"201" in answer for answer in kept] == [True] * AT_ONCE
        sizes = [LIMIT + 1, LIMIT + 1, 2 * LIMIT, 4 * LIMIT, 8 * LIMIT]
        refused = pool.map(lambda size: door.send("large.txt", size, in_pieces=in_pieces), sizes)
        assert [b"413" in answer for answer in refused] == [True] * len(sizes)
    assert growth(memory) < ALLOWED_GROWTH
    names = [row["filename"] for row in orjson.loads(door.ask("GET"))["attachments"]]
    assert "large.txt" not in names
    assert {f"{in_pieces} {number}.txt" for number in range(AT_ONCE)} <= set(names)


def test_a_form_without_an_end_is_cut_early_and_costs_no_memory(door: Door) -> None:
    def pour(connection: socket.socket) -> int:
        sent = 0
        with suppress(OSError):
            connection.sendall(door.head("Transfer-Encoding: chunked") + b"100000\r\n")
            while sent < GIGABYTE:
                connection.sendall(b"x" * MEGABYTE + b"\r\n100000\r\n")
                sent += MEGABYTE
        return sent

    with door.web.watched() as memory:
        with door.web.connect(timeout=60) as connection:
            assert pour(connection) < LIMIT + 32 * MEGABYTE
        with door.web.connect() as connection:
            connection.sendall(door.head(f"Content-Length: {10 * GIGABYTE}"))
            assert b"413" in status(connection)
    assert growth(memory) < ALLOWED_GROWTH


def test_nothing_comes_to_lie_outside_of_the_folder_of_files(door: Door) -> None:
    folder = door.web.system.folder
    before = files_in(folder)
    for name in ("../../../escape.txt", "..\\..\\escape.txt", f"{folder}/escape.txt", "/escape.txt", "C:\\escape.txt"):
        assert b"201" in door.send(name, 2 * MEGABYTE + len(name))
    with door.web.connect() as connection:
        parts = b"".join(part(f"{number}.txt", b"x", field=f"f{number}") for number in range(150)) + end()
        connection.sendall(door.head(f"Content-Length: {len(parts)}") + parts)
        assert b"400" in status(connection)
    with door.web.connect() as connection:  # goes away in the middle
        connection.sendall(door.head("Content-Length: 9000000") + _frame("half.txt")[0] + b"x" * 5_000_000)
    assert b"413" in door.send("again.txt", LIMIT + 1)
    new = files_in(folder) - before
    outside = {path for path in new if not path.is_relative_to(folder / "files" / "attachments")}
    assert {path for path in outside if not path.name.startswith("taskhub.sqlite3")} == set()
    assert len(new - outside) == 5
    assert not Path("/escape.txt").exists()
    wait_until(lambda: not os.listdir(folder / "tmp"), why="an upload that was given up leaves a temporary file")
