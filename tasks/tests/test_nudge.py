"""The nudge makes work start at once and can never harm the request that gave it."""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from tasks import nudge as module
from tasks.nudge import nudge

DRAIN, SEND = "tasks.jobs.drain_outbox", "tasks.jobs.send_deliveries"


class Broker:
    """Stands where the Celery application does and keeps what it is asked to publish."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.options: list[dict[str, Any]] = []
        self.calls = 0
        self.open = threading.Event()
        self.open.set()
        self.error: Exception | None = None

    def send_task(self, name: str, **options: Any) -> None:
        self.calls += 1
        self.open.wait(10)
        if self.error:
            raise self.error
        self.sent.append(name)
        self.options.append(options)


broker = Broker()
BROKER = f"{__name__}.broker"


@pytest.fixture(autouse=True)
def fresh_publisher(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Broker:
    global broker
    broker = Broker()
    settings.TASKHUB_NUDGE = True
    settings.TASKHUB_CELERY = BROKER
    monkeypatch.setattr(module, "_publisher", module._Publisher())
    return broker


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "did not happen within 5 s"
        time.sleep(0.005)


def test_a_nudge_publishes_each_job_once() -> None:
    nudge(DRAIN, SEND)
    eventually(lambda: broker.sent == [DRAIN, SEND])


def test_messages_expire_and_are_not_retried() -> None:
    nudge(DRAIN)
    eventually(lambda: len(broker.options) == 1)
    assert broker.options[0] == {"expires": 30, "retry": False, "ignore_result": True}


def test_a_burst_of_commits_becomes_a_few_messages() -> None:
    started = time.monotonic()
    for _ in range(1000):
        nudge(DRAIN)
    rounds = 2 + (time.monotonic() - started) / module.PAUSE_SECONDS
    eventually(lambda: not module._publisher._wanted)
    time.sleep(2 * module.PAUSE_SECONDS)
    assert 1 <= len(broker.sent) <= rounds


def test_a_nudge_during_a_publication_is_published_after_it() -> None:
    broker.open.clear()
    nudge(DRAIN)
    eventually(lambda: broker.calls == 1)
    nudge(SEND)
    broker.open.set()
    eventually(lambda: broker.sent == [DRAIN, SEND])


def test_a_broker_that_hangs_does_not_hold_up_the_caller() -> None:
    broker.open.clear()
    started = time.monotonic()
    for _ in range(100):
        nudge(DRAIN)
    assert time.monotonic() - started < 0.5
    broker.open.set()


def test_a_broker_that_fails_is_complained_of_once_and_asked_again_later(caplog: pytest.LogCaptureFixture) -> None:
    broker.error = ConnectionError("refused")
    with caplog.at_level(logging.WARNING, logger="tasks.nudge"):
        nudge(DRAIN)
        eventually(lambda: broker.calls == 1)
        nudge(DRAIN)
        eventually(lambda: broker.calls == 2)
        broker.error = None
        nudge(DRAIN)
        eventually(lambda: broker.sent == [DRAIN])
    assert [record.getMessage() for record in caplog.records] == [
        "The broker does not take messages; work waits for the next beat: refused"
    ]


def test_nothing_is_published_when_nudges_are_turned_off(settings: Settings) -> None:
    settings.TASKHUB_NUDGE = False
    nudge(DRAIN)
    assert not module._publisher._wanted
    assert module._publisher._thread is None


def test_a_forked_process_publishes_with_a_thread_of_its_own() -> None:
    nudge(DRAIN)
    eventually(lambda: broker.sent == [DRAIN])
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        broker.sent.clear()
        nudge(SEND)
        deadline = time.monotonic() + 5
        while not broker.sent and time.monotonic() < deadline:
            time.sleep(0.005)
        os.write(write, ",".join(broker.sent).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100).decode() == SEND
    os.close(read)
    os.close(write)
