"""The Celery application and the beat table: which job looks when.

A job only says "look now"; what is owed stands in the database. So a message may be lost, doubled or late, and any
number of schedulers may send the same one: the rows decide. Jobs live in `jobs.py` of each app, found by their names.
"""

import gc
import os
from dataclasses import dataclass
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskhub.settings")

app = Celery("taskhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@signals.setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """That somebody listens to this signal is what keeps Celery from setting up logs: settings.LOGGING has done it."""


@signals.worker_process_init.connect
def set_aside_what_is_loaded(**_: Any) -> None:
    """A full collection would look through all the code each time, and hold up the batch it falls into by a tenth of a
    second.
    """
    gc.freeze()


@dataclass(frozen=True, slots=True)
class Beat:
    """One line of the beat table. `every` is in seconds."""

    name: str
    job: str
    every: float

    def entry(self) -> dict[str, Any]:
        """As Celery wants it. The message expires, so that a worker that was away does not come back to a pile."""
        return {"task": self.job, "schedule": self.every, "options": {"expires": max(self.every, SHORTEST_LIFE)}}


SHORTEST_LIFE = 30.0
"""Seconds a "look now" lives at least: clocks of two machines may differ by some seconds."""

MINUTE, HOUR = 60.0, 3600.0
BEATS = (
    Beat("outbox", "tasks.jobs.drain_outbox", 1.0),
    Beat("deliveries", "tasks.jobs.send_deliveries", 1.0),
    Beat("reports", "tasks.jobs.forward_reports", 2.0),
    Beat("deadlines", "tasks.jobs.sweep_deadlines", 5.0),
    Beat("rollups", "tasks.jobs.fold_rollups", 5.0),
    Beat("timers", "workflows.jobs.fire_timers", 1.0),
    Beat("processors", "workflows.jobs.run_processors", 1.0),
    Beat("triggers", "workflows.jobs.plan_triggers", 1.0),
    Beat("schedules", "workflows.jobs.plan_slots", 5.0),
    Beat("rules", "workflows.jobs.run_rules", 1.0),
    Beat("old-rule-runs", "workflows.jobs.purge_rule_runs", HOUR),
    Beat("useless-files", "tasks.jobs.purge_files", HOUR),
    Beat("spent-credentials", "accounts.jobs.purge_expired", HOUR),
    Beat("spent-requests", "taskhub.contracts.jobs.purge_expired", 15 * MINUTE),
)

app.conf.beat_schedule = {beat.name: beat.entry() for beat in BEATS}
