"""A processor that dies in the middle of its work: the document is worked on again, and the result counts once.

Inside of TaskHub and outside, with real processes and SIGKILL.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any, LiteralString
from urllib.request import Request, urlopen

import psycopg
import pytest

from taskhub.testing.live import ROOT, LiveSystem
from taskhub.testing.services import wait_until

pytestmark = pytest.mark.processes

WORKER = Path(ROOT) / "docs" / "examples" / "worker.py"
FILE = """
organizations:
  - slug: acme
    name: Acme
    users: [{username: cleo, role: manager}]
    projects: [{slug: read, name: Read}, {slug: counted, name: Counted, pipeline: counted}]
    api_keys: [{name: robot, user: cleo, scopes: [task.read, task.edit]}]
    workflows:
      - key: counted
        name: Counted
        steps:
          - key: count
            name: Count the words
            type: automatic
            processor: count-words
            fields: [{id: f_words, name: words, type: number, required: true}]
            review: invalid
"""
ENDS = "SELECT count(*) FROM tasks_event WHERE type IN ('task.presented', 'task.completed')"
HELD = "SELECT count(*) FROM workflows_processing WHERE lease IS NOT NULL"
PLACE = "SELECT file FROM workflows_document"


class Client:
    """A program that speaks to the documents contract."""

    def __init__(self, system: LiveSystem, project: str) -> None:
        answer = system.provision(FILE)["organizations"]["acme"]
        self.key = answer["api_keys"]["robot"]
        self.base = f"{system.url}/v2/{answer['id']}/project/{answer['projects'][project]['id']}"

    def call(self, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        request = Request(self.base + path, body, {"X-API-Key": self.key, "Content-Type": kind})
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def bring(self, name: str, content: str) -> str:
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        made = self.call("/upload", f"{head}{content}\r\n--x--\r\n".encode(), "multipart/form-data; boundary=x")
        return str(made["tasks"][0]["task_id"])

    def status(self, task: str) -> str:
        return str(self.call(f"/task/{task}")["status"])


def asked(system: LiveSystem, question: LiteralString) -> Any:
    """What the database answers, past all programs: they take seconds to start."""
    with psycopg.connect(system.environment["DATABASE_URL"]) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Iterator[str]]:
    """The lines of a program, which is killed at the end."""
    environment |= {"PATH": os.environ["PATH"]}
    with subprocess.Popen([sys.executable, "-I", *command], env=environment, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield iter(process.stdout)
        finally:
            process.kill()


def test_a_worker_killed_while_it_reads_a_document_leaves_it_to_another(live_processes: LiveSystem) -> None:
    live_processes.environment["PROCESSING_LEASE_SECONDS"] = "3"
    live_processes.start("web")
    client = Client(live_processes, "read")
    task = client.bring("a.txt", "Total: 5")
    place = Path(live_processes.environment["TASKHUB_VAR"], "files", asked(live_processes, PLACE))
    content = place.read_bytes()
    place.unlink()
    os.mkfifo(place)  # whoever opens it waits for somebody who writes
    live_processes.start("scheduler")
    killed = live_processes.start("worker")
    wait_until(lambda: asked(live_processes, HELD) == 1, why=f"nobody took it\n{live_processes.logs()}")
    live_processes.kill(killed)
    assert client.status(task) == "PROCESSING"
    place.unlink()
    place.write_bytes(content)
    live_processes.start("worker")
    wait_until(lambda: client.status(task) == "REVIEWING", why=f"not worked again\n{live_processes.logs()}")
    assert asked(live_processes, ENDS) == 1


def test_the_worker_of_the_documentation_takes_over_from_one_that_was_killed(live_embedded: LiveSystem) -> None:
    live_embedded.start("run")
    client = Client(live_embedded, "counted")
    task = client.bring("a.txt", "three small words")
    where = {"TASKHUB_URL": live_embedded.url, "TASKHUB_KEY": client.key}
    with running("-c", DIES, **where) as lines:
        assert next(lines) == "mine\n"
    with running(str(WORKER), **where) as lines:
        assert next(lines) == "a.txt: done\n"
    found = client.call(f"/task/{task}")
    assert (found["status"], found["data"]) == ("COMPLETED", {"words": 3})
    with closing(sqlite3.connect(live_embedded.folder / "taskhub.sqlite3")) as database:
        assert database.execute(ENDS).fetchone() == (1,)


DIES = """
import json, os, time, urllib.request
headers = {"X-API-Key": os.environ["TASKHUB_KEY"], "Content-Type": "application/json"}
body = json.dumps({"processors": ["count-words"], "lease": 2}).encode()
url = os.environ["TASKHUB_URL"] + "/api/hub/v1/processing/fetch"
with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
    assert json.load(answer)["items"]
print("mine", flush=True)
time.sleep(60)
"""


def test_the_worker_of_the_documentation_is_short() -> None:
    lines = [line for line in WORKER.read_text().splitlines() if line.strip() and not line.startswith('"""')]
    assert len(lines) <= 45
