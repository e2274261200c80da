"""How often a script may still say something: each of its statements counts as the request that it stands for.

What the script could say is taken from the limits before it runs, because no store is asked within a transaction; there
are no loops, so its text bounds that. What it did not come to say is given back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from lark import Token, Tree

from accounts.errors import TooManyAttempts
from accounts.limiter import Window


class Limit(Protocol):
    """One limit of one person."""

    def hit(self) -> Window: ...
    def give_back(self) -> None: ...


@dataclass
class Reserve:
    """What was taken from one limit: how much is left of it, and how long to wait for more."""

    left: int
    retry_after: int


Quota = dict[str, Reserve]
"""Kind of statement, as the grammar calls it -> what is reserved for it. A kind that is not in it is not limited."""


def spend(quota: Quota, kind: str) -> None:
    """One statement of that kind runs. Raises TooManyAttempts."""
    reserve = quota.get(kind)
    if reserve is None:
        return
    if not reserve.left:
        wait = reserve.retry_after
        raise TooManyAttempts(f"Too many requests of this kind. Try again in {wait} s.", retry_after=wait)
    reserve.left -= 1


@contextmanager
def reserved(limits: Mapping[str, Limit], tree: Tree[Token], most: Mapping[str, int]) -> Iterator[Quota]:
    """The quota of a script, given back as far as it was not spent. No script says more of a kind than `most`."""
    kinds = Counter(node.data for node in tree.iter_subtrees() if node.data in limits)
    quota: Quota = {}
    try:
        for kind, count in kinds.items():
            quota[kind] = Reserve(0, 0)
            _fill(quota[kind], limits[kind], min(count, most[kind]))
        yield quota
    finally:
        for kind, reserve in quota.items():
            for _ in range(reserve.left):
                limits[kind].give_back()


def _fill(reserve: Reserve, limit: Limit, wanted: int) -> None:
    for _ in range(wanted):
        window = limit.hit()
        if not window.allowed:
            reserve.retry_after = window.retry_after
            return
        reserve.left += 1
