"""Bodies as only a real server can hand them over: in endless pieces, or shorter than announced."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from taskhub.testing.live import live_system

from .server import GIGABYTE, MEGABYTE, Web, status

pytestmark = pytest.mark.processes
HEAD = b"POST /api/v1/auth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with live_system(tmp_path_factory.mktemp("web")) as system:
        yield Web(system, system.start("web").pid)


def test_a_gigabyte_in_pieces_is_cut_early_and_costs_no_memory(web: Web) -> None:
    with web.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
        assert b"400" in status(connection)
    before, sent = web.memory(), 0
    with web.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):
            while sent < GIGABYTE:
                connection.sendall(b"100000\r\n" + b"[" * MEGABYTE + b"\r\n")
                sent += MEGABYTE
        assert b"413" in status(connection)
    assert sent < 64 * MEGABYTE
    assert web.memory() - before < 50 * MEGABYTE


def test_a_body_in_pieces_is_read(web: Web) -> None:
    with web.connect() as connection:
        body = b'{"username": "nobody", "password": "x"}'
        pieces = b"".join(b"1\r\n" + body[at : at + 1] + b"\r\n" for at in range(len(body)))
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n")
        assert b"401" in status(connection)


def test_a_body_that_is_announced_as_too_large_is_refused(web: Web) -> None:
    with web.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 2000000\r\n\r\n")
        assert b"413" in status(connection)


def test_a_body_shorter_than_announced_is_refused(web: Web) -> None:
    with web.connect() as connection:
        connection.sendall(HEAD + b'Content-Length: 100\r\n\r\n{"username":')
        connection.shutdown(socket.SHUT_WR)
        assert b"400" in status(connection)
