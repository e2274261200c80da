"""A share is performed in an API; whoever watches the task is told by mail and in the app, once, whatever breaks.

Real processes, a real mail server: from the request to the message.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg
import pytest

from taskhub.testing.live import LiveSystem, live_system
from taskhub.testing.services import free_port, redis_server, wait_until
from taskhub.testing.smtp import MailServer

pytestmark = pytest.mark.processes

PEOPLE = """
organizations:
  - slug: acme
    name: Acme
    hostname: acme.example.com
    users:
      - {username: ana, name: Ana Diaz, email: ana@acme.example.com, role: member, password: correct-horse-battery}
      - {username: bo, name: Bo Berg, email: bo@acme.example.com, role: member, password: correct-horse-battery}
      - {username: cleo, name: Cleo Stone, email: cleo@acme.example.com, role: manager, password: correct-horse-battery}
    projects: [{slug: main, name: Main}]
    api_keys: [{name: robot, user: ana, scopes: [task.read, task.edit]}]
"""
WATCHED_TASKS = """
from accounts.access import identity, project_access
from accounts.models import Project, User
from tasks import commands
people = {user.username: user for user in User.objects.all()}
cleo = identity(people["cleo"].pk)
for number in range(3):
    task = commands.create(
        actor=cleo, project=project_access(cleo, id=Project.objects.get().pk), source="inbox", title=f"Task {number}",
        assignees=[commands.NewShare(user=people["ana"].uuid)], watchers=[people["bo"].uuid],
    )
    print("task", task.uuid)
"""
OWED = "SELECT (SELECT count(*) FROM tasks_outboxentry) + (SELECT count(*) FROM tasks_delivery WHERE state = 'pending')"
BELLS = """
SELECT count(*) FROM tasks_delivery d JOIN accounts_user u ON u.id = d.user_id JOIN tasks_task t ON t.id = d.task_id
WHERE u.username = 'bo' AND d.channel = 'in_app' AND d.notice = 'task_completed' AND t.title = 'Task '
"""
TRIES = "SELECT min(attempts) FROM tasks_delivery WHERE notice = 'task_completed' AND channel = 'email'"


class Acme:
    """An organization with three watched tasks in a live system, and the door that systems use."""

    def __init__(self, system: LiveSystem, mails: MailServer) -> None:
        self.system, self.mails = system, mails
        acme = system.provision(PEOPLE)["organizations"]["acme"]
        self.key = acme["api_keys"]["robot"]
        self.base = f"{system.url}/v1/customers/{acme['projects']['main']['id']}/tasks"
        printed = system.manage("shell", "-v", "0", "-c", WATCHED_TASKS).splitlines()
        self.tasks = [line.split()[1] for line in printed if line.startswith("task ")]

    def perform(self, number: int) -> dict[str, Any]:
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        request = Request(f"{self.base}/{self.tasks[number]}/perform", b"{}", headers, method="PATCH")
        with urlopen(request, timeout=30) as answer:
            assert answer.status == 200
            found: dict[str, Any] = json.loads(answer.read())
            return found

    def ask(self, sql: str) -> int:
        """One number from the system's database."""
        if self.system.environment["DATABASE_URL"]:
            with psycopg.connect(self.system.environment["DATABASE_URL"]) as connection:
                row = connection.execute(sql.encode()).fetchone()
        else:
            file = sqlite3.connect(self.system.folder / "taskhub.sqlite3", timeout=20)
            row = file.execute(sql).fetchone()
            file.close()
        assert row is not None
        return int(row[0])

    def wait_until_told(self, *numbers: int, seconds: float = 120) -> None:
        """Until nothing is owed; then the watcher must have got one mail and one bell for each of these tasks."""

        def told() -> bool:
            return len(self.completions()) >= len(numbers) and self.ask(OWED) == 0

        wait_until(told, seconds=seconds, why=f"{len(self.mails.mails)} mails, {self.ask(OWED)} owed")
        assert sorted(self.completions()) == [f"Ana Diaz completed: Task {number}" for number in numbers]
        for number in numbers:
            assert self.ask(BELLS.replace("'Task '", f"'Task {number}'")) == 1
        ids = [mail.message["Message-ID"] for mail in self.mails.mails]
        assert len(set(ids)) == len(ids), "a message came twice"

    def completions(self) -> list[str]:
        return [mail.subject for mail in self.mails.to("bo@acme.example.com") if "completed" in mail.subject]


@pytest.fixture
def acme_in(smtp_server: MailServer) -> Callable[..., Acme]:
    """`acme_in(system)`: the organization in that system, whose mail goes to our server."""

    def make(system: LiveSystem, **environment: str) -> Acme:
        system.environment |= {"EMAIL_URL": smtp_server.url, **environment}
        return Acme(system, smtp_server)

    return make


def test_in_the_embedded_default(live_embedded: LiveSystem, acme_in: Callable[..., Acme]) -> None:
    acme = acme_in(live_embedded)
    live_embedded.start("run")
    assert acme.perform(0)["status"] == "completed"
    acme.wait_until_told(0)


@pytest.mark.redis
def test_by_the_nudge_alone(live_processes: LiveSystem, acme_in: Callable[..., Acme]) -> None:
    acme = acme_in(live_processes)
    live_processes.start("web", WEB_WORKERS="1")
    live_processes.start("worker", "--concurrency", "1")
    acme.perform(0)
    acme.wait_until_told(0)


@pytest.mark.redis
def test_by_the_beat_when_the_nudge_is_lost(live_processes: LiveSystem, acme_in: Callable[..., Acme]) -> None:
    """The web process talks to a broker that is not there: what it says is lost."""
    acme = acme_in(live_processes)
    live_processes.start("web", WEB_WORKERS="1", REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    live_processes.start("worker", "--concurrency", "1")
    live_processes.start("scheduler")
    acme.perform(0)
    acme.wait_until_told(0)


@pytest.mark.redis
def test_once_although_the_worker_is_killed_while_it_sends(
    live_processes: LiveSystem, acme_in: Callable[..., Acme], smtp_server: MailServer
) -> None:
    acme = acme_in(live_processes, DELIVERY_LEASE_SECONDS="4")
    live_processes.start("web", WEB_WORKERS="1")
    live_processes.start("scheduler")
    worker = live_processes.start("worker", "--concurrency", "1")
    wait_until(lambda: acme.ask(OWED) == 0, seconds=120, why="the creation of the tasks is not told")
    smtp_server.holding = True
    acme.perform(0)
    wait_until(lambda: smtp_server.held > 0, seconds=120, why=f"nobody sends\n{live_processes.logs()}")
    live_processes.kill(worker)
    assert acme.ask(OWED) > 0
    smtp_server.holding = False
    assert acme.completions() == []
    live_processes.start("worker", "--concurrency", "1")
    acme.wait_until_told(0)
    assert acme.ask(TRIES) == 2, "the killed try counts"


@pytest.mark.redis
def test_requests_go_on_while_redis_is_away_and_their_effects_come_after(
    postgres_url: str, tmp_path: Path, acme_in: Callable[..., Acme]
) -> None:
    port = free_port()
    with live_system(tmp_path, postgres=postgres_url, redis=f"redis://127.0.0.1:{port}/0") as system:
        with redis_server(port):
            acme = acme_in(system)
            for part, *options in (("web",), ("worker", "--concurrency", "1"), ("scheduler",)):
                system.start(part, *options)
            acme.perform(0)
            acme.wait_until_told(0)
        for number in (1, 2):
            started = time.monotonic()
            acme.perform(number)
            assert time.monotonic() - started < 5, "a request waited for a broker that is away"
        assert acme.ask(OWED) > 0
        with redis_server(port):
            acme.wait_until_told(0, 1, 2)
            system.stop()
