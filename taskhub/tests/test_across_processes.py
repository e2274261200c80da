"""What several processes share: a revocation is felt by all of them within a second."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from taskhub.testing.live import LiveSystem

pytestmark = pytest.mark.processes

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
