"""What several processes share: exact limits, and a revocation felt by all of them within a second."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from taskhub.testing.live import LiveSystem, live_system

pytestmark = pytest.mark.processes

PROCESSES, CALLS, LIMIT = 4, 30, 10
KNOCK = f"""
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from accounts import limiter
def call(_):
    try:
        return limiter.hit("{LIMIT}/minute", "everybody").allowed
    finally:
        connection.close()
with ThreadPoolExecutor(6) as pool:
    print("passed", sum(pool.map(call, range({CALLS}))))
"""

FILE = """
organizations:
  - slug: acme
    name: Acme
    users: [{username: ana, role: member}]
    projects: [{slug: one, name: One}]
    api_keys: [{name: robot, user: ana, scopes: [task.read, task.edit]}]
"""
REVOKE = """
from accounts import commands
from accounts.actor import Actor
from accounts.models import ApiKey
key = ApiKey.objects.get()
commands.revoke_key(actor=Actor.system(key.organization_id), key_id=key.pk)
"""


@pytest.mark.parametrize("shared", ["redis", "postgresql"])
def test_of_120_calls_from_four_processes_exactly_ten_pass(
    postgres_url: str, request: pytest.FixtureRequest, tmp_path: Path, shared: str
) -> None:
    redis = request.getfixturevalue("redis_url") if shared == "redis" else ""
    with live_system(tmp_path, postgres=postgres_url, redis=redis) as system, ThreadPoolExecutor(PROCESSES) as pool:
        printed = list(pool.map(lambda _: system.manage("shell", "-c", KNOCK), range(PROCESSES)))
    passed = [int(text.rsplit("passed", 1)[1]) for text in printed]
    assert sum(passed) == LIMIT, passed


def test_a_revoked_key_is_refused_by_every_process_within_a_second(live_processes: LiveSystem) -> None:
    answer = live_processes.provision(FILE)["organizations"]["acme"]
    live_processes.start("web", WEB_WORKERS="2")
    address = f"{live_processes.url}/v1/customers/{answer['projects']['one']['id']}/tasks"
    ask = status_of(address, answer["api_keys"]["robot"])
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {200}
        live_processes.manage("shell", "-c", REVOKE)
        time.sleep(1.0)  # the second that was promised
        assert set(pool.map(ask, range(40))) == {401}


def status_of(address: str, key: str) -> Callable[[int], int]:
    def ask(_: int) -> int:
        try:
            with urlopen(Request(address, headers={"X-API-Key": key}), timeout=10) as response:
                return response.status
        except HTTPError as error:
            return error.code

    return ask
