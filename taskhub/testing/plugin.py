"""The pytest plugin of this repository: which tests run on which database, and fixtures for services and processes.

Markers (pytest.ini) say what a test needs. On SQLite everything runs but `postgres`; on PostgreSQL everything that uses
the database runs again, so that each is tried on both. A test whose service the machine lacks is skipped; `bin/test`
says so.
"""

import gc
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from playwright.sync_api import expect

from . import programs
from .live import LiveSystem, live_system
from .looks import THOROUGH
from .migrated import SQLITE_VARIABLE
from .services import TALLY_VARIABLE, Missing, postgresql, redis_server
from .smtp import MailServer, mail_server

BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
BROWSER_PATIENCE = 30_000
"""Milliseconds that a page may take to become what is expected; only those that wait in vain wait so long."""
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
ONCE = ("browser", "processes", "sqlite")
"""Marks of tests that gain nothing from a second run on the other database."""

ENOUGH_ON_SQLITE = (
    "taskhub/automation/",
    "taskhub/basic/",
    "taskhub/documents/",
    "taskhub/inbox/",
    "taskhub/processes/definitions/",
    "taskhub/templating/",
    "taskhub/contracts/bots/tests/test_auth",
    "taskhub/contracts/bots/tests/test_scripts",
    "taskhub/contracts/customers/tests/test_errors",
    "taskhub/contracts/documents/tests/test_isolation",
    "taskhub/contracts/documents/tests/test_refusals",
    "taskhub/contracts/hub/tests/test_pages",
    "taskhub/contracts/hub/tests/test_problems",
    "taskhub/contracts/tests/test_checks",
    "taskhub/contracts/tests/test_fallback",
    "taskhub/contracts/tests/test_hostile_input.py::test_json_that_is_none",
    "taskhub/contracts/tests/test_fuzz",
    "taskhub/contracts/tests/test_openapi",
    "taskhub/contracts/tests/test_strict_json",
    "taskhub/contracts/worklist/tests/test_credentials",
    "taskhub/contracts/worklist/tests/test_forms",
    "taskhub/contracts/worklist/tests/test_hostile.py::test_json_that_is_none",
    "taskhub/provisioning/tests/test_demo",
    "taskhub/tests/admin/test_looking",
)
"""Tests of pages and shapes. What these ask of the database they ask through tasks, workflows and accounts, whose tests
run on both; so one run is enough, unless TASKHUB_THOROUGH=1. Everything that is not named here runs on both.
"""
_redis_numbers = count(32)


def on_postgresql() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("postgresql"))


# --- Which tests run --------------------------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = _wanted_on_postgresql if on_postgresql() else _wanted_on_sqlite
    left_out = [item for item in items if not wanted(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if wanted(item)]
    if hasattr(config, "workerinput"):
        # One worker begins with what mostly waits, while the others compute; at the end of the run all would wait.
        items.sort(key=lambda item: item.get_closest_marker("processes") is None)


def _wanted_on_sqlite(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgres") is None


def _wanted_on_postgresql(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(mark) for mark in ONCE):
        return False
    if not THOROUGH and item.nodeid.startswith(ENOUGH_ON_SQLITE):
        return False
    test_class = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("postgres") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (isinstance(test_class, type) and issubclass(test_class, TransactionTestCase))
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[_started] = time.monotonic()


_started = pytest.StashKey[float]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Leaves the outcome where `bin/test` adds up the runs."""
    path = os.environ.get(TALLY_VARIABLE)
    if path:
        counts = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
        seconds = time.monotonic() - config.stash[_started]
        Path(path).write_text(json.dumps({"counts": counts, "seconds": seconds}))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been imported by now stays; the garbage collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


# --- Django's own database --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, django_db_keepdb: bool) -> bool:
    """On SQLite each test process starts from a copy of the file that `bin/test` has migrated, if it has."""
    made = os.environ.get(SQLITE_VARIABLE)
    if on_postgresql() or not made:
        return django_db_keepdb
    shutil.copyfile(made, settings.DATABASES["default"]["TEST"]["NAME"])
    return True


# --- Services ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A private PostgreSQL server, database `postgres`; make your own database in it."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(postgresql())
        except Missing as missing:
            pytest.skip(f"no {missing} on this machine")


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """A private Redis server. Most tests want `redis_url`."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(redis_server())
        except Missing as missing:
            pytest.skip(f"no {missing} on this machine")


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """An empty database of a private Redis."""
    import redis

    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    number = 32 + (worker * 8 + next(_redis_numbers) % 8) % 32
    url = f"{redis_server_url.rsplit('/', 1)[0]}/{number}"
    client = redis.Redis.from_url(url)
    client.flushdb()
    client.close()
    return url


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A real mail server on loopback that keeps what it gets."""
    with mail_server() as server:
        yield server


# --- Processes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def live_processes(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[LiveSystem]:
    """A system of real processes on a fresh PostgreSQL database and Redis: `live_processes.start("web")` and so on."""
    with live_system(tmp_path, postgres=postgres_url, redis=redis_url) as system:
        yield system


@pytest.fixture
def live_embedded(tmp_path: Path) -> Iterator[LiveSystem]:
    """The same for the embedded default: SQLite, no Redis; `live_embedded.start("run")`."""
    with live_system(tmp_path) as system:
        yield system


# --- Browser ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium. Playwright's fixtures `page` and `context` use it."""
    chromium = programs.CHROMIUM.find()
    if chromium is None or programs.FONT.find() is None:
        pytest.skip("no Chromium, or no font for it, on this machine")
    expect.set_options(timeout=BROWSER_PATIENCE)
    return browser_type_launch_args | {"executable_path": str(chromium), "args": BROWSER_OPTIONS}
