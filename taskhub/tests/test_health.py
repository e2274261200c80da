"""The probes: alive without any dependency, ready with a database, degraded without Redis."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from pytest_django import Settings

from taskhub import health

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def database_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(type(connections["default"]), "ensure_connection", refuse)


def test_healthz_is_plain_and_asks_nobody(client: Client, settings: Settings, database_is_down: None) -> None:
    settings.REDIS_URL = NOBODY
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Content-Type"].startswith("text/plain")


def test_a_probe_by_bare_address_is_answered(client: Client) -> None:
    assert client.get("/healthz", headers={"Host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.django_db
def test_readyz_is_ok_with_a_database_and_no_redis_wanted(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = ""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_is_503_without_the_database(client: Client, database_is_down: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


def test_readyz_is_503_in_time_when_the_database_hangs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.2)
    over = threading.Event()
    monkeypatch.setattr(health, "_select_one", lambda: over.wait(5))
    started = time.monotonic()
    assert client.get("/readyz").status_code == 503
    assert time.monotonic() - started < 4
    over.set()


def test_a_probe_waits_less_than_five_seconds_in_all() -> None:
    assert health.DATABASE_SECONDS + health.REDIS_SECONDS <= 5


@pytest.mark.django_db
def test_readyz_is_degraded_when_redis_does_not_answer(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = NOBODY
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})


@pytest.fixture
def silent_server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.django_db
def test_readyz_is_degraded_in_time_when_redis_takes_calls_and_says_nothing(
    client: Client, settings: Settings, silent_server: int
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_server}/0"
    started = time.monotonic()
    assert client.get("/readyz").json() == {"status": "degraded"}
    assert time.monotonic() - started < 5


@pytest.mark.redis
@pytest.mark.django_db
def test_readyz_is_ok_with_a_database_and_redis(client: Client, settings: Settings, redis_url: str) -> None:
    settings.REDIS_URL = redis_url
    assert client.get("/readyz").json() == {"status": "ok"}
