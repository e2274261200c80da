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
    """Stands where the broker does and keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.calls = 0
        self.open = threading.Event()
        self.open.set()
        self.error: Exception | None = None

    def publish(self, job: str) -> None:
        self.calls += 1
        self.open.wait(10)
        if self.error:
            raise self.error
        self.sent.append(job)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Broker:
    broker = Broker()
    settings.TASKHUB_NUDGE = True
    monkeypatch.setattr(module, "_publisher", module._Publisher(broker.publish))
    return broker


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "did not happen within 5 s"
        time.sleep(0.005)


def test_a_nudge_publishes_each_job_once(broker: Broker) -> None:
    nudge(DRAIN, SEND)
    eventually(lambda: broker.sent == [DRAIN, SEND])


class Application:
    """Stands where the Celery application does."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []

    def send_task(self, name: str, **options: Any) -> None:
        self.messages.append((name, options))


application = Application()


def test_messages_expire_and_are_not_retried(settings: Settings) -> None:
    settings.TASKHUB_CELERY = f"{__name__}.application"
    module._publish(DRAIN)
    assert application.messages == [(DRAIN, {"expires": 30, "retry": False, "ignore_result": True})]


def test_a_burst_of_commits_becomes_a_few_messages(broker: Broker) -> None:
    started = time.monotonic()
    for _ in range(1000):
        nudge(DRAIN)
    rounds = 2 + (time.monotonic() - started) / module.PAUSE_SECONDS
    eventually(lambda: not module._publisher._wanted)
    time.sleep(2 * module.PAUSE_SECONDS)
    assert 1 <= len(broker.sent) <= rounds


def test_a_nudge_during_a_publication_is_published_after_it(broker: Broker) -> None:
    broker.open.clear()
    nudge(DRAIN)
    eventually(lambda: broker.calls == 1)
    nudge(SEND)
    broker.open.set()
    eventually(lambda: broker.sent == [DRAIN, SEND])


def test_a_broker_that_hangs_does_not_hold_up_the_caller(broker: Broker) -> None:
    broker.open.clear()
    started = time.monotonic()
    for _ in range(100):
        nudge(DRAIN)
    assert time.monotonic() - started < 2
    broker.open.set()


def test_a_broker_that_fails_is_complained_of_once_and_asked_again_later(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
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


def test_nothing_is_published_when_nudges_are_turned_off(broker: Broker, settings: Settings) -> None:
    settings.TASKHUB_NUDGE = False
    nudge(DRAIN)
    assert not module._publisher._wanted
    assert module._publisher._thread is None


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_publishes_with_a_thread_of_its_own(broker: Broker, settings: Settings) -> None:
    settings.TASKHUB_CELERY = f"{__name__}.application"
    nudge(DRAIN)
    eventually(lambda: broker.sent == [DRAIN])
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            application.messages.clear()
            nudge(SEND)
            eventually(lambda: bool(application.messages))
            os.write(write, application.messages[0][0].encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as told:
        assert told.read() == SEND
