"""How often somebody may do something: an exact log of hits in a rolling window. Used by contracts and by sign-in.

    window = hit("10/minute", "worklist", actor.principal, "complete")

Counts are shared by all processes through Redis, or PostgreSQL without Redis; see `rate_logs.py` and ADR 0012.
"""

import math
import re
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import structlog
from django.conf import settings
from django.db import connection

from accounts.rate_logs import DatabaseLog, ProcessLog, RateLog, Reading, RedisLog

log = structlog.get_logger(__name__)

UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
NOTATION = re.compile(r"(?P<amount>[1-9][0-9]*)/(?P<many>[1-9][0-9]* )?(?P<unit>second|minute|hour|day)s?")
REST_SECONDS = 2.0
"""How long Redis is left alone after it failed, so that not every request waits for its time-out."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many hits in so many seconds; written as "10/minute" or "5/15 minutes"."""

    amount: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Window:
    """What a hit found. `reset_at` is a Unix time; `retry_after` is in seconds and 0 when the hit was allowed."""

    allowed: bool
    limit: int
    remaining: int
    reset_at: int
    retry_after: int


@lru_cache(maxsize=256)
def parse(text: str) -> Limit:
    """The limit that `text` spells. Raises ValueError."""
    match = NOTATION.fullmatch(text)
    if match is None:
        raise ValueError(f"Not a limit: {text!r}. Write it like 10/minute or 5/15 minutes.")
    return Limit(int(match["amount"]), int(match["many"] or 1) * UNITS[match["unit"]])


def hit(limit: str, *key_parts: object, fail_closed: bool = False) -> Window:
    """Records a hit unless the window is full. With the store away: refused if `fail_closed`, else counted locally."""
    rule = parse(limit)
    key = key_of(limit, key_parts)
    shared = _shared_log()
    try:
        reading = _local.hit(key, rule.amount, rule.seconds) if shared is None else _ask(shared, key, rule)
    except StoreAway:
        if fail_closed:
            return Window(False, rule.amount, 0, math.ceil(time.time() + REST_SECONDS), math.ceil(REST_SECONDS))
        reading = _local.hit(key, rule.amount, rule.seconds)
    return _window(rule, reading)


def give_back(limit: str, *key_parts: object) -> None:
    """Takes the latest hit back: it turned out not to be of the kind that is counted."""
    log_of_hits = _shared_log() or _local
    try:
        log_of_hits.give_back(key_of(limit, key_parts))
    except log_of_hits.unreachable:
        _breaker.trip()


def forget() -> None:
    """Empties this process's log and Redis's, which would outlive a test or an operator's patience."""
    _local.forget()
    _breaker.close()
    if settings.REDIS_URL:
        _redis(settings.REDIS_URL).forget()


def key_of(limit: str, key_parts: tuple[object, ...]) -> str:
    """A short key without what people typed in it."""
    text = "\x1f".join((limit, *map(str, key_parts)))
    return blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def _window(rule: Limit, reading: Reading) -> Window:
    wait = max(reading.oldest_leaves_in, 0.0)
    return Window(
        allowed=reading.allowed,
        limit=rule.amount,
        remaining=max(rule.amount - reading.count, 0),
        reset_at=math.ceil(time.time() + wait),
        retry_after=0 if reading.allowed else max(math.ceil(wait), 1),
    )


class StoreAway(Exception):
    """The shared log does not answer."""


class _Breaker:
    """Remembers that the store is away, and says so in the log when that changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._is_away = False

    def is_open(self) -> bool:
        return time.monotonic() < self._until

    def trip(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_SECONDS
            if not self._is_away:
                self._is_away = True
                log.warning("limiter.store_away", fallback="this process")

    def close(self) -> None:
        self._until = 0.0
        if self._is_away:
            with self._lock:
                self._is_away = False
                log.info("limiter.store_back")


_breaker = _Breaker()
_local = ProcessLog()
_database = DatabaseLog()


@lru_cache(maxsize=1)
def _redis(url: str) -> RedisLog:
    return RedisLog(url)


def _shared_log() -> RateLog | None:
    """The log that all processes share; None where there is only this one."""
    if settings.REDIS_URL:
        return _redis(settings.REDIS_URL)
    return _database if connection.vendor == "postgresql" else None


def _ask(shared: RateLog, key: str, rule: Limit) -> Reading:
    if _breaker.is_open():
        raise StoreAway
    try:
        reading = shared.hit(key, rule.amount, rule.seconds)
    except shared.unreachable:
        _breaker.trip()
        raise StoreAway from None
    _breaker.close()
    return reading
