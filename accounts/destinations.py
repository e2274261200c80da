"""Where TaskHub may send something on somebody's behalf: asked when a URL is saved, and again each time it is used.

Whoever may name a URL must not reach what only this machine reaches. So a destination is https on a web port at a
public address, unless whoever runs TaskHub lists its host and port in TASKHUB_OUTBOUND_ALLOW. Names are looked up, and
their addresses checked, by who connects (`tasks.outbound`): here nothing is asked of the network.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

MAX_URL = 500
PORTS = frozenset({443, 8443})
_WORD = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "invalid", "onion")
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by customers of one provider
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # this link; metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
"""Our own table: what Python calls global includes multicast, translated and tunnelled addresses."""
_GLOBAL_UNICAST = ip_network("2000::/3")
"""All of IPv6 that is given out; mapped, translated, local and unknown addresses lie outside of it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL in the parts that a request needs. `is_listed`: who runs TaskHub vouches for this host and port."""

    scheme: str
    host: str
    port: int
    target: str
    is_listed: bool


def destination(url: str) -> Destination:
    """Where a URL leads. Raises ValueError, with words for a person, for where nothing may be sent."""
    if not 0 < len(url) <= MAX_URL or not url.isascii() or not url.isprintable() or set(' \\"<>^`{|}') & set(url):
        raise ValueError(f"A URL has at most {MAX_URL} plain characters; write other letters in their xn-- form.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").lower()
    except ValueError:
        raise ValueError("This is no URL.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("The URL must begin with https:// and name a host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("The URL must hold no user, password or fragment.")
    port = (443 if parts.scheme == "https" else 80) if port is None else port
    found = Destination(parts.scheme, host, port, _target(parts.path, parts.query), _is_listed(host, port))
    if not found.is_listed:
        _check(found)
    return found


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, and to one machine there."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found not in _GLOBAL_UNICAST:
        return False
    return not any(found in network for network in _NOT_PUBLIC if network.version == found.version)


def _check(found: Destination) -> None:
    if found.scheme != "https":
        raise ValueError("The URL must begin with https://.")
    if found.port not in PORTS:
        raise ValueError(f"The port must be one of: {', '.join(map(str, sorted(PORTS)))}.")
    address = _address(found.host)
    if address is None:
        _check_name(found.host)
    elif not is_public(str(address)):
        raise _not_public()


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is spelt as. Spellings that only some programs take for one are refused."""
    if ":" in host or "%" in host:
        try:
            return ip_address(host)
        except ValueError:
            raise _not_public() from None
    last = host.removesuffix(".").rsplit(".", 1)[-1]
    if not _NUMBER.fullmatch(last):
        return None
    try:
        return IPv4Address(host)
    except ValueError:
        raise _not_public() from None


def _check_name(host: str) -> None:
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(_WORD.fullmatch(label) for label in labels):
        raise ValueError("The URL names no host.")
    name = ".".join(labels)
    if len(labels) < 2 or any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES):
        raise _not_public()


def _not_public() -> ValueError:
    return ValueError("The URL must name a host on the public internet.")


def _is_listed(host: str, port: int) -> bool:
    return f"{host}:{port}" in settings.TASKHUB_OUTBOUND_ALLOW


def _target(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")
