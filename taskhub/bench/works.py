"""What happens without anybody asking: the sweep of deadlines, the outbox, and the memory that processes take."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg

from taskhub.testing.live import live_system
from taskhub.testing.migrated import ROOT
from taskhub.testing.services import wait_until

from .systems import System
from .usage import memory

OWED = """
WITH chosen AS (
    SELECT e.id FROM tasks_event e JOIN tasks_delivery d ON d.event_id = e.id WHERE e.type = 'task.created'
    ORDER BY e.id DESC LIMIT %s),
gone AS (DELETE FROM tasks_delivery WHERE event_id IN (SELECT id FROM chosen))
INSERT INTO tasks_outboxentry (event_id, handler, run_at, attempts, last_error)
SELECT id, handler, now(), 0, '' FROM chosen
CROSS JOIN unnest(ARRAY['tasks.notifications.plan.plan', 'workflows.automation.planning.plan']) handler
ON CONFLICT DO NOTHING"""
LEFT = "SELECT count(*) FROM tasks_outboxentry WHERE handler = 'tasks.notifications.plan.plan'"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Seconds of each round, of the floor (one statement that marks the tasks' rows) and of the product."""

    due: int
    marked: list[float]
    swept: list[float]
    batches: list[float]
    nothing: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times faster than marking, round by round."""
        return [one / other for one, other in zip(self.marked, self.swept, strict=True)]


def sweep(system: System, due: int, rounds: int) -> Sweep:
    return Sweep(**_within(system, "inside", due, rounds))


def steps(system: System, count: int, rounds: int) -> list[float]:
    """How many times as many steps a second as SpiffWorkflow, round by round; `count` steps in each."""
    rates = _within(system, "peers", count, rounds)
    return [one / other for one, other in zip(rates["own"], rates["spiff"], strict=True)]


def _within(system: System, module: str, *arguments: int) -> Any:
    """What a module of the bench says that runs in a process of the product."""
    command = [sys.executable, "-m", f"taskhub.bench.{module}", *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, env=system.live.environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-3000:])
    return json.loads(run.stdout.splitlines()[-1])


@dataclass(frozen=True, slots=True)
class Drain:
    """What two workers made of a full outbox, and the memory they took."""

    deliveries: int
    seconds: float
    memory: list[int]

    @property
    def rate(self) -> float:
        """Events a second that became messages in the app."""
        return self.deliveries / self.seconds


def workers(system: System) -> int:
    """A real worker with two processes, and a scheduler; the worker's process."""
    system.live.start("scheduler")
    return system.live.start("worker", "--concurrency", "2").pid


def drain(system: System, worker: int, count: int) -> Drain:
    """Fills the outbox and lets the worker empty it. The clock runs from its first deed."""
    with psycopg.connect(system.database, autocommit=True) as connection:

        def left() -> int:
            [(number,)] = connection.execute(LEFT)
            return int(number)

        connection.execute("DELETE FROM tasks_outboxentry")
        connection.execute(OWED, [10])
        wait_until(lambda: not left(), why="the worker does not drain the outbox")
        connection.execute(OWED, [count])
        owed = left()
        wait_until(lambda: left() < owed, why="the worker does not go on")
        started, first = time.monotonic(), left()
        wait_until(lambda: not left(), seconds=600, why="the worker does not empty the outbox")
        return Drain(first, time.monotonic() - started, memory(worker))


def embedded_memory(folder: Path) -> int:
    """The bytes of `bin/run` on SQLite, once some pages were asked for."""
    folder.mkdir()
    with live_system(folder) as live:
        process = live.start("run")
        for _ in range(50):
            urlopen(f"{live.url}/signin/", timeout=30).read()
        return sum(memory(process.pid))
