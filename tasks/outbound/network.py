"""Connections to addresses that were checked, within a time that is counted as a whole.

A name is resolved once, all of its addresses must be public, and the connection goes to one of exactly those: a name
that answers differently a moment later changes nothing. The certificate is still that of the name.
"""

import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

import httpcore2

from accounts.destinations import Destination, is_public

CONNECT_SECONDS = 5.0
_SLICE = 16 * 1024


class Refused(Exception):
    """The name leads to an address that nobody may be sent to."""


class Late(Exception):
    """The time is up."""


class Clock:
    """How much is left of the time for a whole call."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """At most `most`. Raises Late when nothing is left."""
        seconds = self._until - monotonic()
        if seconds <= 0:
            raise Late
        return seconds if most is None else min(seconds, most)


class Guarded(httpcore2.NetworkBackend):
    """Connects to one destination and to nothing else."""

    def __init__(self, destination: Destination, clock: Clock) -> None:
        self._destination, self._clock = destination, clock
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("The name has no address.")
        for address in self._addresses():
            try:
                seconds = self._clock.left(CONNECT_SECONDS)
                stream = self._sockets.connect_tcp(address, self._destination.port, seconds, socket_options=[])
                return _Timed(stream, self._clock)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self) -> list[str]:
        found = _resolved(self._destination.host, self._destination.port, self._clock.left(CONNECT_SECONDS))
        if not self._destination.is_listed and not all(is_public(address) for address in found):
            raise Refused
        return found


class _Timed(httpcore2.NetworkStream):
    """A stream whose every read and write counts against the same clock: who drips bytes gains nothing."""

    def __init__(self, stream: httpcore2.NetworkStream, clock: Clock) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SLICE):
            self._stream.write(buffer[start : start + _SLICE], self._clock.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = self._clock.left(CONNECT_SECONDS)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, seconds), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of a name. The system's resolver knows no time limit: a thread asks it, and may be left alone."""
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):  # then it has no address
            found.extend(look_up(host, port))

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise httpcore2.ConnectTimeout("The name was not resolved in time.")
    return list(dict.fromkeys(found))


def look_up(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver knows."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
