"""The worker and the scheduler of the embedded default: two threads beside the web server, fed by an in-memory broker.

Started by `wsgi.py` only, so management commands and tests never start it. The in-memory queue dies with the process;
that loses nothing, because messages only say "look now" and the beat says it again.
"""

import os
import threading
from multiprocessing.util import Finalize
from typing import Any

from celery.app import trace
from celery.beat import EmbeddedService
from celery.worker import WorkController
from django.conf import settings

from .celery import app

STOP_SECONDS = 5.0


class _Worker(WorkController):  # type: ignore[misc]
    """A Celery worker that leaves signals, stdout and the root logger to the process it lives in."""

    def on_before_init(self, **kwargs: Any) -> None:
        trace.setup_worker_optimizations(self.app, self.hostname)  # without it jobs are received but never run


class InProcess:
    """The two threads, and how they end."""

    def __init__(self) -> None:
        app.finalize()
        app.set_default()
        self._worker = _Worker(
            app=app,
            hostname=f"inprocess@{os.getpid()}",
            pool="threads",
            concurrency=2,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        self._thread = threading.Thread(target=self._worker.start, name="celery-worker", daemon=True)
        self._beat = EmbeddedService(app, thread=True, scheduler_cls=app.conf.beat_scheduler)
        self._beat.daemon = True

    def start(self) -> None:
        self._thread.start()
        self._beat.start()

    def stop(self) -> None:
        """Ends the scheduler, lets running jobs finish, and gives up after STOP_SECONDS: the rows keep what is owed."""
        self._beat.stop()
        self._worker.stop()
        self._thread.join(STOP_SECONDS)


def start_if_embedded() -> InProcess | None:
    """Starts both threads when the broker is this process's memory; else `bin/worker` and `bin/scheduler` do it."""
    if not settings.CELERY_BROKER_URL.startswith("memory://"):
        return None
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # the command that started this process has run them
    embedded = InProcess()
    embedded.start()
    Finalize(embedded, embedded.stop, exitpriority=10)  # unlike atexit, runs in a fork
    return embedded
