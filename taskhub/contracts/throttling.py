"""Rate limits: how often a principal may do what, exactly, and the headers that say so.

Counting is `accounts.limiter`'s; here stands only which limit holds and what the answer bears.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import limiter

from .contract import Contract, Kind, Operation
from .problems import Refused

if TYPE_CHECKING:
    from .base import ContractView


class PrincipalThrottle(BaseThrottle):
    """A sliding window per contract and principal; an operation with a limit of its own has a window of its own."""

    def allow_request(self, request: Request, view: "ContractView") -> bool:  # type: ignore[override]
        window = Counter(view.contract, view.operation, view.counted_as).hit()
        view.extra_headers |= headers(window)
        if not window.allowed:
            wait = str(window.retry_after)
            raise Refused(Kind.THROTTLED, f"Too many requests. Try again in {wait} s.", headers={"Retry-After": wait})
        return True


@dataclass(frozen=True, slots=True)
class Counter:
    """Where the requests of one kind by one principal are counted."""

    contract: Contract
    operation: Operation
    who: str

    def hit(self) -> limiter.Window:
        return limiter.hit(*self._key)

    def give_back(self) -> None:
        limiter.give_back(*self._key)

    @property
    def _key(self) -> tuple[str, str, str, str]:
        own = self.operation.rate
        counted = self.operation.window or self.operation.name
        name = f"{self.contract.name}:{counted}" if own else self.contract.name
        return own or settings.API_RATE_LIMIT, "api", name, self.who


def headers(window: limiter.Window) -> Mapping[str, str]:
    """The three headers that every counted answer bears. Reset is in seconds since 1970."""
    return {
        "X-RateLimit-Limit": str(window.limit),
        "X-RateLimit-Remaining": str(window.remaining),
        "X-RateLimit-Reset": str(window.reset_at),
    }
