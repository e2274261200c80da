"""The limiter: exact in every rolling window, whichever log it counts in."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import limiter
from accounts.models import RateHit
from accounts.rate_logs import DatabaseLog, ProcessLog, RateLog, RedisLog
from accounts.retention import purge_expired

MakeLog = Callable[[], RateLog]
CALLS, AT_ONCE = 120, 24


@pytest.fixture(params=["process", "redis", pytest.param("database", marks=pytest.mark.postgres)])
def log(request: pytest.FixtureRequest) -> RateLog:
    """Each kind of log in turn."""
    if request.param == "redis":
        return RedisLog(request.getfixturevalue("redis_url"), timeout=5)
    if request.param == "database":
        request.getfixturevalue("transactional_db")
        return DatabaseLog()
    return ProcessLog()


@pytest.fixture
def key() -> str:
    return f"key-{time.monotonic_ns()}"


def test_it_lets_the_limit_through_and_says_what_is_left(log: RateLog, key: str) -> None:
    started = time.monotonic()
    readings = [log.hit(key, 3, 60) for _ in range(5)]
    taken = time.monotonic() - started
    assert [reading.allowed for reading in readings] == [True, True, True, False, False]
    assert [reading.count for reading in readings] == [1, 2, 3, 3, 3]
    assert all(60 - taken - 0.01 <= reading.oldest_leaves_in <= 60 for reading in readings)


def test_of_many_at_once_exactly_the_limit_passes(log: RateLog, key: str) -> None:
    def call(_: int) -> bool:
        try:
            return log.hit(key, 10, 60).allowed
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(call, range(CALLS))) == 10


def test_no_rolling_window_holds_more_than_the_limit(log: RateLog, key: str) -> None:
    """Threads knock for two seconds at a window of 0.4 s. A hit fell between the two moments taken around its call."""
    passed: list[tuple[float, float]] = []
    end = time.monotonic() + 2.0

    def knock() -> None:
        while time.monotonic() < end:
            before = time.monotonic()
            if log.hit(key, 5, 0.4).allowed:
                passed.append((before, time.monotonic()))
        connection.close()

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed.sort()
    assert len(passed) >= 15
    sixes = [passed[first : first + 6] for first in range(len(passed) - 5)]
    # Whose call began last need not be whose hit came last.
    spans = [max(after for _, after in six) - six[0][0] for six in sixes]
    assert min(spans) >= 0.4 * 0.99, "the clocks of test and database may run apart by parts of a percent"


def test_what_was_given_back_may_be_used_again(log: RateLog, key: str) -> None:
    assert [log.hit(key, 2, 60).allowed for _ in range(3)] == [True, True, False]
    log.give_back(key)
    assert [log.hit(key, 2, 60).allowed for _ in range(2)] == [True, False]
    for _ in range(5):
        log.give_back(key)
    assert log.hit(key, 2, 60).count == 1


def test_keys_do_not_share_a_window(log: RateLog, key: str) -> None:
    assert log.hit(key, 1, 60).allowed
    assert log.hit(f"{key}-other", 1, 60).allowed


def test_waiting_as_long_as_said_is_enough(log: RateLog, key: str) -> None:
    assert log.hit(key, 1, 0.3).allowed
    refused = log.hit(key, 1, 0.3)
    assert not refused.allowed
    time.sleep(refused.oldest_leaves_in + 0.002)  # the wait under test
    assert log.hit(key, 1, 0.3).allowed


# --- In this process: with a clock of our own -------------------------------------------------------------------------


@given(
    gaps=st.lists(st.floats(min_value=0, max_value=20, allow_nan=False), max_size=120),
    limit=st.integers(min_value=1, max_value=7),
)
def test_whatever_the_arrivals_no_window_holds_more_and_none_is_refused_needlessly(
    gaps: list[float], limit: int
) -> None:
    now = 0.0
    log = ProcessLog(clock=lambda: now)
    passed: list[float] = []
    for gap in gaps:
        now += gap
        in_window = [moment for moment in passed if moment > now - 60]
        assert log.hit("key", limit, 60).allowed is (len(in_window) < limit)
        if len(in_window) < limit:
            passed.append(now)


def test_a_second_less_than_the_wait_is_too_early() -> None:
    clock = itertools.chain([0.0, 30.0, 59.0, 60.0])
    log = ProcessLog(clock=lambda: next(clock))
    assert log.hit("key", 1, 60).allowed
    assert log.hit("key", 1, 60).oldest_leaves_in == 30.0
    assert not log.hit("key", 1, 60).allowed
    assert log.hit("key", 1, 60).allowed


def test_a_flood_of_new_keys_does_not_fill_the_memory() -> None:
    now = 0.0
    log = ProcessLog(clock=lambda: now)
    for number in range(10 * ProcessLog.SWEEP_EVERY):
        now += 1
        log.hit(f"key {number}", 5, 60)
    assert len(log._hits) <= ProcessLog.SWEEP_EVERY + 60


# --- The door ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def embedded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No shared log, whatever the test's database."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(limiter, "_shared_log", lambda: None)
    limiter.forget()
    yield
    limiter.forget()


@pytest.mark.usefixtures("embedded")
def test_a_window_says_when_to_come_again() -> None:
    first = limiter.hit("2/minute", "who", 7)
    assert (first.allowed, first.limit, first.remaining, first.retry_after) == (True, 2, 1, 0)
    limiter.hit("2/minute", "who", 7)
    refused = limiter.hit("2/minute", "who", 7)
    assert (refused.allowed, refused.remaining) == (False, 0)
    assert 59 <= refused.retry_after <= 60
    assert abs(refused.reset_at - time.time() - 60) <= 2
    assert limiter.hit("2/minute", "who", 8).allowed
    assert limiter.hit("3/minute", "who", 7).allowed


@pytest.mark.parametrize(
    ("text", "amount", "seconds"),
    [
        ("10/minute", 10, 60),
        ("5/15 minutes", 5, 900),
        ("1/second", 1, 1),
        ("3/2 hours", 3, 7_200),
        ("9/day", 9, 86_400),
    ],
)
def test_limits_are_written_as_people_say_them(text: str, amount: int, seconds: int) -> None:
    assert limiter.parse(text) == limiter.Limit(amount, seconds)


@pytest.mark.parametrize("text", ["", "10", "0/minute", "10/week", "-1/minute", "10 / minute", "10/minutely"])
def test_what_is_no_limit_fails_loudly(text: str) -> None:
    with pytest.raises(ValueError, match="Not a limit"):
        limiter.parse(text)


def test_with_redis_away_it_counts_here_or_refuses_as_asked(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    begin = time.monotonic()
    assert limiter.hit("1/minute", "open").allowed
    assert not limiter.hit("1/minute", "open").allowed
    closed = limiter.hit("100/minute", "closed", fail_closed=True)
    assert (closed.allowed, closed.retry_after) == (False, 2)
    limiter.give_back("1/minute", "open")
    assert time.monotonic() - begin < 5


@pytest.mark.postgres
@pytest.mark.django_db
def test_without_redis_postgresql_counts_in_one_statement(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.REDIS_URL = ""
    with django_assert_num_queries(1):
        assert limiter.hit("2/minute", "who").allowed
    assert RateHit.objects.count() == 1
    purge_expired()
    assert RateHit.objects.count() == 1
    RateHit.objects.update(stale_at="2020-01-01T00:00:00Z")
    purge_expired()
    assert RateHit.objects.count() == 0
