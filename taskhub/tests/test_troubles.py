"""What a running system makes of a restart under load and of a broker that is away."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg
import pytest

from taskhub.testing.live import LiveSystem, live_system
from taskhub.testing.services import free_port, redis_server, wait_until

pytestmark = pytest.mark.processes

PEOPLE = """
organizations:
  - slug: acme
    name: Acme
    hostname: acme.example.com
    users:
      - {username: ana, name: Ana Diaz, email: ana@acme.example.com, role: manager, password: correct-horse-battery}
      - {username: bo, name: Bo Berg, email: bo@acme.example.com, role: member, password: correct-horse-battery}
    projects: [{slug: main, name: Main}]
    api_keys: [{name: robot, user: ana, scopes: [task.read, task.edit]}]
"""


def door(system: LiveSystem) -> Callable[[str], int]:
    """`create(title)`: a task for bo comes in by the intake contract; the status of the answer."""
    acme = system.provision(PEOPLE)["organizations"]["acme"]
    headers = {"X-API-Key": acme["api_keys"]["robot"], "Content-Type": "application/json"}
    people = {"assigned_user_ids": [acme["users"]["bo"]["id"]], "created_by_id": acme["users"]["ana"]["id"]}

    def create(title: str) -> int:
        body = json.dumps(
            {"title": title, "description": "Please", "deadline": "2099-01-01T09:00:00Z", **people}
        ).encode()
        with urlopen(Request(f"{system.url}/v1/tasks", body, headers), timeout=30) as answer:
            return int(answer.status)

    return create


def count(system: LiveSystem, table: str) -> int:
    with psycopg.connect(system.environment["DATABASE_URL"]) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_a_running_request_is_finished_when_the_server_is_told_to_end(live_processes: LiveSystem) -> None:
    create = door(live_processes)
    web = live_processes.start("web", WEB_WORKERS="1")
    with ThreadPoolExecutor(1) as pool, psycopg.connect(live_processes.environment["DATABASE_URL"]) as blocker:
        blocker.execute("LOCK TABLE tasks_task IN ACCESS EXCLUSIVE MODE")
        answer = pool.submit(create, "Under way")
        wait_until(lambda: waiting_for_a_lock(live_processes) == 1, why="the request does not wait")
        web.send_signal(signal.SIGTERM)
        wait_until(lambda: not live_processes.answers(), why="the server still takes new requests")
        assert web.poll() is None, "the server did not wait for its request"
        blocker.rollback()
        assert answer.result(timeout=10) == 201
    assert web.wait(10) == 0
    assert count(live_processes, "tasks_task") == 1


def waiting_for_a_lock(system: LiveSystem) -> int:
    with psycopg.connect(system.environment["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def without_redis(postgres_url: str, tmp_path: Path) -> Iterator[LiveSystem]:
    """A system whose Redis is away. It may come, at the address that REDIS_URL names."""
    with live_system(tmp_path, postgres=postgres_url, redis=f"redis://127.0.0.1:{free_port()}/0") as system:
        yield system


@pytest.mark.redis
def test_without_redis_tasks_come_in_as_fast_as_ever_and_all_are_told_of_when_it_is_back(
    without_redis: LiveSystem,
) -> None:
    create = door(without_redis)
    without_redis.start("web", WEB_WORKERS="2")
    without_redis.start("worker", "--concurrency", "1")
    without_redis.start("scheduler")
    seconds = []
    for number in range(50):
        started = time.monotonic()
        assert create(f"Task {number}") == 201
        seconds.append(time.monotonic() - started)
    assert sorted(seconds)[45] < 5, "a broker that is asked in the request costs six seconds"
    assert count(without_redis, "tasks_outboxentry") > 0

    port = int(without_redis.environment["REDIS_URL"].rsplit(":", 1)[1].split("/")[0])
    with redis_server(port):
        wait_until(
            lambda: count(without_redis, "tasks_outboxentry") == 0,
            seconds=60,
            why=f"work is left\n{without_redis.logs()}",
        )
        assert count(without_redis, "tasks_delivery") >= 50
        without_redis.stop()
