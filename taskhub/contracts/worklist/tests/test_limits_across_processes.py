"""The limit of 10 changes a minute over four web processes: of 120 calls at once exactly ten pass, every round."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from taskhub.testing.live import LiveSystem, live_system
from taskhub.testing.services import free_port

from .conftest import LOGIN, TASKS

pytestmark = pytest.mark.processes

PROCESSES, CALLS, LIMIT, ROUNDS = 4, 120, 10, 2
PASSWORD = "correct-horse-battery"
FILE = f"""
organizations:
  - slug: acme
    name: Acme
    hostname: acme.example.com
    users: [{", ".join(f'{{username: p{number}, role: member, password: "{PASSWORD}"}}' for number in range(ROUNDS))}]
    projects: [{{slug: one, name: One}}]
    api_keys: [{{name: robot, user: p0, scopes: [workflow.read, workflow.execute]}}]
"""


@pytest.fixture(params=["redis", "postgresql"])
def system(request: pytest.FixtureRequest, postgres_url: str, tmp_path: Path) -> Iterator[LiveSystem]:
    """With Redis and without it."""
    redis = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    with live_system(tmp_path, postgres=postgres_url, redis=redis) as system:
        yield system


def start_webs(system: LiveSystem) -> list[str]:
    """Four web servers of one process each, and their addresses."""
    addresses = []
    for _ in range(PROCESSES):
        system.environment["PORT"] = str(free_port())
        system.environment["BASE_URL"] = f"http://127.0.0.1:{system.environment['PORT']}"
        system.start("web", WEB_WORKERS="1")
        addresses.append(system.url)
    return addresses


def post(url: str, headers: dict[str, str], body: Any = None) -> tuple[int, Message, Any]:
    """Status, headers and body of an answer."""
    sent = Request(url, json.dumps(body or {}).encode(), {"Content-Type": "application/json", **headers})
    try:
        with urlopen(sent, timeout=60) as response:
            return response.status, response.headers, json.load(response)
    except HTTPError as error:
        return error.code, error.headers, json.load(error)


def test_of_120_calls_at_once_exactly_ten_pass(system: LiveSystem) -> None:
    secret = system.provision(FILE)["organizations"]["acme"]["api_keys"]["robot"]
    shown = {"X-API-Key": secret, "tenant": "acme.example.com"}
    addresses = start_webs(system)

    def call(number: int) -> tuple[int, Message, Any]:
        return post(f"{addresses[number % PROCESSES]}{TASKS}/1/complete", headers)

    with ThreadPoolExecutor(24) as pool:
        for number in range(ROUNDS):
            login = post(addresses[number] + LOGIN, shown, {"username": f"p{number}", "password": PASSWORD})
            headers = shown | {"Authorization": f"Bearer {login[2]['data']['token']}"}

            answers = list(pool.map(call, range(CALLS)))

            # There is no such task, so who is let through is told 404.
            assert Counter(status for status, _, _ in answers) == {404: LIMIT, 429: CALLS - LIMIT}, system.logs()
            left = sorted(int(told["X-RateLimit-Remaining"]) for status, told, _ in answers if status == 404)
            assert left == list(range(LIMIT)), "each of the ten was told another number"
            waits = {int(told["Retry-After"]) for status, told, _ in answers if status == 429}
            assert all(0 < wait <= 60 for wait in waits)
