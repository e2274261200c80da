"""Where a request comes from. A header is believed only as far as settings.TRUSTED_PROXIES proxies vouch for it."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The address of the client: the peer's, or what the outermost trusted proxy says it saw."""
    peer = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    if proxies:
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        peer = seen[-proxies] if len(seen) >= proxies else peer
    return canonical(peer)


def canonical(text: str) -> str:
    """One spelling per address; what is no address is `UNKNOWN`, so that it cannot be varied at will."""
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def network(address: str) -> str:
    """Whom limits count as one: an IPv4 address, or the /64 that one IPv6 customer has to choose from."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address.split('%')[0]}/64", strict=False))
