"""Checking a name and a password, with guessing bounded. Used by the sign-in page and by the token endpoints.

Failures are counted three ways (ADR 0014): for a name from one address, for an address, and for a name from anywhere.
Every window rolls, so nobody is locked out for good; a device that signed in before has a count of its own, so
strangers who guess cannot keep its owner out. An attempt is counted before the password is looked at and taken back
when it was right: fifty at once cannot slip past the limit.
"""

import math
import unicodedata
from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.core import signing
from django.utils.crypto import get_random_string, salted_hmac

from accounts import limiter
from accounts.addresses import network
from accounts.errors import InvalidCredential, TooManyAttempts
from accounts.models import User

NAME_AND_ADDRESS = ("5/5 minutes", "20/hour")
ADDRESS = ("30/5 minutes",)
NAME = ("100/hour",)
DEVICE = ("5/5 minutes", "20/hour")

DEVICE_SALT = "accounts.signin.device"
DEVICE_SECONDS = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class _Count:
    """One limit for one thing that is counted."""

    limit: str
    parts: tuple[str, ...]


def check(*, username: str, password: str, address: str = "", device: str = "") -> User:
    """The active person with this name and password. Raises InvalidCredential or TooManyAttempts.

    `device` is the cookie that this browser got at its last sign-in, if it did.
    """
    counted = _admit(_counts(_folded(username), address, device))
    user = authenticate(username=username.replace("\0", ""), password=password)
    if not isinstance(user, User):
        raise InvalidCredential
    for count in counted:
        limiter.give_back(count.limit, *count.parts)
    return user


def _folded(username: str) -> str:
    """One spelling per name for counting, whatever a guesser writes."""
    return unicodedata.normalize("NFKC", username).casefold()[:150]


def _counts(name: str, address: str, device: str) -> list[_Count]:
    nonce = device_nonce(device, name)
    if nonce is not None:
        return [_Count(limit, ("device", name, nonce)) for limit in DEVICE]
    where = network(address)
    return [
        *(_Count(limit, ("name at", name, where)) for limit in NAME_AND_ADDRESS),
        *(_Count(limit, ("at", where)) for limit in ADDRESS),
        *(_Count(limit, ("name", name)) for limit in NAME),
    ]


def _admit(counts: list[_Count]) -> list[_Count]:
    """Counts the attempt. The first full window refuses it, and what comes after is not counted: so one address that
    is refused by its own limits cannot use up the name's."""
    for count in counts:
        window = limiter.hit(count.limit, "signin", *count.parts, fail_closed=True)
        if not window.allowed:
            raise too_many(window.retry_after)
    return [_Count(count.limit, ("signin", *count.parts)) for count in counts]


def too_many(seconds: int) -> TooManyAttempts:
    minutes = math.ceil(seconds / 60)
    wait = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return TooManyAttempts(f"Too many attempts. Try again in {wait}.", retry_after=seconds)


def device_cookie(username: str) -> str:
    """What a browser keeps after a sign-in, to be known by the next time. It opens nothing."""
    return signing.dumps([_name_mark(_folded(username)), get_random_string(16)], salt=DEVICE_SALT)


def device_nonce(cookie: str, name: str) -> str | None:
    """Which device of `name` this is; None for a cookie that is missing, forged, old or another person's."""
    try:
        mark, nonce = signing.loads(cookie, salt=DEVICE_SALT, max_age=DEVICE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(nonce) if mark == _name_mark(name) else None


def _name_mark(name: str) -> str:
    return salted_hmac(DEVICE_SALT, name, algorithm="sha256").hexdigest()[:32]
