"""Where the limiter keeps its log of hits: Redis, the database, or this process. All three are exact (ADR 0012).

Each counts and records in one indivisible step by one clock, so that no rolling window ever holds more than the limit,
however many processes ask at once.
"""

import hashlib
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import redis
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry


@dataclass(frozen=True, slots=True)
class Reading:
    """The log after a hit: whether it was recorded, how many are in the window, and how long the oldest stays."""

    allowed: bool
    count: int
    oldest_leaves_in: float


class RateLog(Protocol):
    """A log of hits per key."""

    unreachable: tuple[type[Exception], ...]
    """What it raises when it cannot answer."""

    def hit(self, key: str, limit: int, seconds: float) -> Reading: ...

    def give_back(self, key: str) -> None: ...

    def forget(self) -> None: ...


class ProcessLog:
    """In this process only: right for the embedded default, which is one process, and for when Redis is away."""

    unreachable: tuple[type[Exception], ...] = ()
    SWEEP_EVERY = 1_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hits: dict[str, tuple[deque[float], float]] = {}
        self._until_sweep = self.SWEEP_EVERY

    def hit(self, key: str, limit: int, seconds: float) -> Reading:
        with self._lock:
            now = self._clock()
            self._sweep(now)
            hits, _ = self._hits.setdefault(key, (deque(), seconds))
            while hits and hits[0] <= now - seconds:
                hits.popleft()
            allowed = len(hits) < limit
            if allowed:
                hits.append(now)
            return Reading(allowed, len(hits), hits[0] + seconds - now)

    def give_back(self, key: str) -> None:
        with self._lock:
            hits, _ = self._hits.get(key, (deque(), 0.0))
            if hits:
                hits.pop()

    def forget(self) -> None:
        with self._lock:
            self._hits.clear()

    def _sweep(self, now: float) -> None:
        """Now and then drops the keys whose window is over: a flood of new keys must not fill the memory."""
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._until_sweep = self.SWEEP_EVERY
            over = [key for key, (hits, seconds) in self._hits.items() if not hits or hits[-1] <= now - seconds]
            for key in over:
                del self._hits[key]


class RedisLog:
    """Shared by every process; timed by the Redis server's clock."""

    unreachable: tuple[type[Exception], ...] = (redis.RedisError,)
    PREFIX = "taskhub:rate:"
    SCRIPT = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
        local count = redis.call('ZCARD', KEYS[1])
        local allowed = 0
        if count < limit then
            redis.call('ZADD', KEYS[1], now, ARGV[3])
            redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
            allowed, count = 1, count + 1
        end
        local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
        return {allowed, count, string.format('%.0f', oldest + window - now)}
    """

    def __init__(self, url: str, timeout: float = 0.25) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 1)
        )
        self._digest = hashlib.sha1(self.SCRIPT.encode(), usedforsecurity=False).hexdigest()

    def hit(self, key: str, limit: int, seconds: float) -> Reading:
        arguments: list[str | int] = [limit, int(seconds * 1_000_000), uuid.uuid4().hex]
        allowed, count, leaves_in = cast(Any, self._run(self.PREFIX + key, *arguments))
        return Reading(bool(allowed), int(count), int(leaves_in) / 1_000_000)

    def _run(self, key: str, *arguments: str | int) -> Any:
        """By the script's digest; a Redis that does not know it yet is told the script, and knows it from then on."""
        try:
            return self._client.evalsha(self._digest, 1, key, *arguments)
        except redis.exceptions.NoScriptError:
            return self._client.eval(self.SCRIPT, 1, key, *arguments)

    def give_back(self, key: str) -> None:
        self._client.zremrangebyrank(self.PREFIX + key, -1, -1)

    def forget(self) -> None:
        for key in self._client.scan_iter(f"{self.PREFIX}*", count=1_000):
            self._client.delete(key)


class DatabaseLog:
    """One row per key in PostgreSQL, for several processes without Redis.

    The statement locks the row and then computes on its newest version; the table is unlogged, because a limit need
    not survive a crash and an API call must not wait for a disk on its account.
    """

    unreachable: tuple[type[Exception], ...] = ()  # without the database nothing works anyway
    HIT = """
        INSERT INTO accounts_ratehit AS log (key, hits, allowed, leaves_in, stale_at)
        VALUES (%(key)s, ARRAY[extract(epoch FROM clock_timestamp())::float8], true, %(seconds)s::float8,
                clock_timestamp() + make_interval(secs => %(seconds)s::float8))
        ON CONFLICT (key) DO UPDATE SET (hits, allowed, leaves_in, stale_at) = (
            SELECT hits, allowed, hits[1] + %(seconds)s::float8 - now,
                   to_timestamp(hits[cardinality(hits)] + %(seconds)s::float8)
            FROM (
                SELECT now, cardinality(live) < %(limit)s::int AS allowed,
                       CASE WHEN cardinality(live) < %(limit)s::int THEN live || now ELSE live END AS hits
                FROM (
                    SELECT now, ARRAY(SELECT hit FROM unnest(log.hits) AS hit
                                      WHERE hit > now - %(seconds)s::float8 ORDER BY hit) AS live
                    FROM (SELECT extract(epoch FROM clock_timestamp())::float8 AS now OFFSET 0) AS clock
                    OFFSET 0
                ) AS in_window
            ) AS verdict
        )
        RETURNING allowed, cardinality(hits), leaves_in
    """
    GIVE_BACK = "UPDATE accounts_ratehit SET hits = trim_array(hits, 1) WHERE key = %s AND cardinality(hits) > 0"

    def hit(self, key: str, limit: int, seconds: float) -> Reading:
        with connection.cursor() as cursor:
            cursor.execute(self.HIT, {"key": key, "limit": limit, "seconds": seconds})
            return Reading(*cast(Any, cursor.fetchone()))

    def give_back(self, key: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.GIVE_BACK, [key])

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_ratehit")
