"""Tells the workers to look now, so that work is done at once and not at the next beat.

A courtesy, never a promise: what is owed stands in rows, and the periodic sweep finds it without us. So a broker in
trouble may cost speed but never a request: `nudge` only sets a flag, and one thread per process does the talking.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.03
"""Between two rounds: a burst of commits becomes one message per job."""
MESSAGE_LIFE_SECONDS = 30
COMPLAIN_EVERY_SECONDS = 60.0


def nudge(*jobs: str) -> None:
    """Ask the workers to run these jobs soon. Returns at once; call it from `transaction.on_commit`."""
    if settings.TASKHUB_NUDGE:
        _publisher.add(jobs)


class _Publisher:
    """The names of the jobs wanted since the last round, and the thread that publishes them."""

    def __init__(self, publish: Callable[[str], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._wanted: set[str] = set()
        self._ring = threading.Event()
        self._thread: threading.Thread | None = None
        self._complained_at = float("-inf")

    def add(self, jobs: tuple[str, ...]) -> None:
        with self._lock:
            self._wanted.update(jobs)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nudge", daemon=True)
                self._thread.start()
        self._ring.set()

    def _run(self) -> None:
        while True:
            self._ring.wait()
            self._ring.clear()
            with self._lock:
                jobs, self._wanted = self._wanted, set()
            self._publish_all(jobs)
            time.sleep(PAUSE_SECONDS)

    def _publish_all(self, jobs: set[str]) -> None:
        try:
            for job in sorted(jobs):
                self._publish(job)
        except Exception as error:  # noqa: BLE001  whatever the broker's library raises, the sweep does the work
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        if time.monotonic() - self._complained_at >= COMPLAIN_EVERY_SECONDS:
            self._complained_at = time.monotonic()
            logger.warning("The broker does not take messages; work waits for the next beat: %s", error)


def _publish(job: str) -> None:
    app = import_string(settings.TASKHUB_CELERY)
    app.send_task(job, expires=MESSAGE_LIFE_SECONDS, retry=False, ignore_result=True)


def _start_afresh() -> None:
    """A forked child inherits neither the thread nor a usable lock."""
    global _publisher
    _publisher = _Publisher(_publish)


_publisher = _Publisher(_publish)
os.register_at_fork(after_in_child=_start_afresh)
