"""How the two processes talk: a mapping, some bytes, and a file that is handed over open. One Unix socket, one question
at a time.
"""

import json
import socket
from collections.abc import Mapping
from typing import Any

MAX_HEAD = 16 * 1024 * 1024
MAX_BODY = 64 * 1024 * 1024


class Closed(Exception):
    """The other end is gone."""


def send(line: socket.socket, said: Mapping[str, Any], body: bytes = b"", file: int | None = None) -> None:
    """Say something; `file` is a descriptor that the other process gets its own of."""
    head = json.dumps(said).encode()
    sizes = len(head).to_bytes(4, "big") + len(body).to_bytes(4, "big")
    if file is None:
        line.sendall(sizes)
    else:
        socket.send_fds(line, [sizes], [file])
    line.sendall(head + body)


def receive(line: socket.socket) -> tuple[dict[str, Any], bytes, int | None]:
    """What the other end says. Raises Closed, and TimeoutError as the socket's own patience says."""
    sizes, files, _, _ = socket.recv_fds(line, 8, 1)
    if not sizes:
        raise Closed
    sizes += _exactly(line, 8 - len(sizes))
    head, body = int.from_bytes(sizes[:4], "big"), int.from_bytes(sizes[4:], "big")
    if head > MAX_HEAD or body > MAX_BODY:
        raise Closed
    said: dict[str, Any] = json.loads(_exactly(line, head))
    return said, _exactly(line, body), files[0] if files else None


def _exactly(line: socket.socket, size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = line.recv(min(missing, 1 << 20))
        if not part:
            raise Closed
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
