"""Rules act by themselves: real workers hear what happened, also with every message lost and a worker killed.

From a bot's request over HTTP to the tasks that a person finds.
"""

import json
from time import sleep
from typing import Any
from urllib.request import Request, urlopen

import pytest

from taskhub.testing.live import LiveSystem
from taskhub.testing.services import wait_until

pytestmark = pytest.mark.processes

PACE_SECONDS = 1.2
"""Lists may be asked for 60 times a minute."""

FILE = """
organizations:
  - slug: acme
    name: Acme
    users: [{username: ana, name: Ana Diaz, role: member}, {username: cleo, name: Cleo Stone, role: manager}]
    teams: [{slug: sales, name: Sales, members: [ana]}]
    projects: [{slug: main, name: Main}]
    api_keys: [{name: robot, user: cleo, scopes: [task.read, task.edit, workflow.read, workflow.execute]}]
    rules:
      - name: Call back
        trigger: {type: conversation_tag, value: urgent}
        actions:
          - {type: create_task, title: "Call {{context.customer}}", auto_assign: true, team: sales, priority: urgent}
      - name: Greet
        trigger: {type: task.created}
        condition: task.source == 'rule'
        actions: [{type: add_tag, tag: by-rule}]
      - name: Tick
        trigger: {type: schedule, value: "* * * * *"}
        actions: [{type: create_task, title: Tick}]
"""


class Bot:
    """A chat bot that fires triggers and looks at the tasks."""

    def __init__(self, system: LiveSystem) -> None:
        self.system = system
        self.key = system.provision(FILE)["organizations"]["acme"]["api_keys"]["robot"]

    def fire(self, customer: str) -> None:
        self._ask("/triggers", {"type": "conversation_tag", "value": "urgent", "context": {"customer": customer}})

    def calls(self) -> list[tuple[str, str]]:
        """Title and assignee of the tasks that the rules made and tagged."""
        return sorted((task["title"], task["assignee"]) for task in self._tasks() if task["title"] != "Tick")

    def ticks(self) -> int:
        return sum(task["title"] == "Tick" for task in self._tasks())

    def _tasks(self) -> list[dict[str, Any]]:
        sleep(PACE_SECONDS)
        found: list[dict[str, Any]] = self._ask("/tasks?tags=by-rule&limit=100")["tasks"]
        return found

    def wait_for(self, *customers: str) -> None:
        wanted = sorted((f"Call {customer}", "ana") for customer in customers)
        wait_until(lambda: len(self.calls()) >= len(wanted), seconds=60, why="no rule has acted")
        assert self.calls() == wanted

    def _ask(self, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        body = None if said is None else json.dumps(said).encode()
        with urlopen(Request(f"{self.system.url}/api/v1{path}", body, headers), timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


def test_in_the_embedded_default(live_embedded: LiveSystem) -> None:
    bot = Bot(live_embedded)
    live_embedded.start("run")
    bot.fire("Ms Ito")
    bot.wait_for("Ms Ito")
    wait_until(lambda: bot.ticks() >= 1, seconds=90, why="the schedule has not come")


def test_with_workers_of_which_one_is_killed(live_processes: LiveSystem) -> None:
    bot = Bot(live_processes)
    live_processes.start("web")
    workers = [live_processes.start("worker") for _ in range(2)]
    for _ in range(2):
        live_processes.start("scheduler")
    names = [f"customer {number:02}" for number in range(20)]
    for name in names[:10]:
        bot.fire(name)
    live_processes.kill(workers[0])
    for name in names[10:]:
        bot.fire(name)
    bot.wait_for(*names)
