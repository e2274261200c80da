"""A report whose receiver was down is delivered later by the real workers, signed, with the id of the first try."""

import json
import sqlite3
from contextlib import closing
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from taskhub.testing.live import live_system
from taskhub.testing.services import wait_until
from tasks.tests.endpoints import TAKING, Endpoint, answering, endpoint

pytestmark = pytest.mark.processes
SECRET = "whsec_" + 40 * "A"

PEOPLE = """
organizations:
  - slug: acme
    name: Acme
    users: [{{username: ana, role: manager, password: correct-horse-battery}}]
    projects: [{{slug: main, name: Main, report_url: "{url}", report_secret: {secret}}}]
"""
REPORTED = """
import json, sys
from django.utils import timezone
from accounts.access import identity, project_access
from accounts.models import Project, User
from taskhub.provisioning.apply import provision
from tasks import commands
from tasks.reports.forward import forward
provision(sys.stdin.read())
ana = identity(User.objects.get().pk)
project = project_access(ana, id=Project.objects.get().pk)
task = commands.create(actor=ana, project=project, source="inbox", title="Read the scan")
row = commands.report(actor=ana, task=task.pk, reason="Unreadable scan")
row = forward(row.pk)
print(json.dumps([str(row.uuid), row.state, row.error]))
task.reports.update(fire_at=timezone.now())  # the pause is over
"""


def state_in(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "taskhub.sqlite3")) as database:
        return str(database.execute("SELECT state FROM tasks_report").fetchone()[0])


def test_a_report_that_could_not_be_forwarded_is_delivered_later_by_the_workers(tmp_path: Path) -> None:
    moods = chain([answering(503)], repeat(TAKING))

    def moody(server: Endpoint, line: Any, request: bytes) -> None:
        next(moods)(server, line, request)

    with endpoint(moody) as server, live_system(tmp_path, TASKHUB_OUTBOUND_ALLOW=server.host) as system:
        people = PEOPLE.format(url=server.url, secret=SECRET)
        told = system.manage("shell", "-v", "0", "-c", REPORTED, stdin=people)
        identity, state, error = json.loads(told.splitlines()[-1])
        assert (state, error) == ("owed", "It answered 503.")
        system.start("run")
        wait_until(lambda: len(server.requests) == 2, why="the workers forward nothing")
        wait_until(lambda: state_in(tmp_path) == "sent", why="the report is delivered and not marked so")
        assert [headers["webhook-id"] for headers, _ in server.requests] == [identity] * 2
        (_, first), (headers, again) = server.requests
        assert first == again
        assert Webhook(SECRET).verify(again, headers)["data"]["reason"] == "Unreadable scan"
        assert SECRET not in system.logs()
