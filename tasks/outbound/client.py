"""One POST to another system: what it answered, or why there is no answer."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import httpcore2

from accounts.destinations import Destination, destination
from tasks.domain.errors import UpstreamFailed

from .network import Clock, Guarded, Late, Refused

SECONDS = 15.0
"""For a whole call, from the name to the status."""
LONGEST_PAUSE = timedelta(days=1)
AGENT = "TaskHub/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, and how long the other side wants to be left alone."""

    status: int
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """Send the body. Raises UpstreamFailed, whose words tell nothing of our network and nothing that was sent."""
    try:
        place = destination(url)
    except ValueError as error:
        raise UpstreamFailed(str(error), code="destination_refused") from None
    try:
        return _post(place, body, headers, seconds)
    except Refused:
        raise UpstreamFailed("The host has no public address.", code="destination_refused") from None
    except (Late, httpcore2.TimeoutException):
        raise UpstreamFailed("It did not answer in time.", code="timed_out") from None
    except (httpcore2.NetworkError, OSError) as error:
        raise _unreachable(error) from None
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, ValueError):
        raise UpstreamFailed("It did not answer as a web server does.", code="bad_answer") from None


def _post(place: Destination, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    clock = Clock(seconds)
    host = f"[{place.host}]" if ":" in place.host else place.host
    sent = {"Host": f"{host}:{place.port}" if place.port not in (80, 443) else host, "User-Agent": AGENT, **headers}
    lines = [*sent.items(), ("Content-Length", str(len(body))), ("Connection", "close")]
    url = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    with (
        httpcore2.ConnectionPool(ssl_context=ssl_context(), network_backend=Guarded(place, clock)) as pool,
        pool.stream("POST", url, headers=lines, content=body) as response,
    ):
        return Answer(response.status, _retry_after(response))


@cache
def ssl_context() -> ssl.SSLContext:
    """The system's certificates, or those that SSL_CERT_FILE names; read once."""
    return httpcore2.default_ssl_context()


def _retry_after(response: httpcore2.Response) -> timedelta | None:
    """Seconds only: dates in this header are as rare as they are wrong."""
    for name, value in response.headers:
        if name.lower() == b"retry-after" and value.isdigit() and len(value) < 10:
            return min(timedelta(seconds=int(value)), LONGEST_PAUSE)
    return None


def _unreachable(error: Exception) -> UpstreamFailed:
    cause = error.__context__ or error
    if isinstance(cause, ssl.SSLError) or isinstance(error, ssl.SSLError):
        return UpstreamFailed("Its certificate is not valid for this host.", code="tls_failed")
    return UpstreamFailed("It cannot be reached.", code="unreachable")
