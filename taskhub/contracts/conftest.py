"""The cast as clients of the contracts: each of them has an API key with the scopes of tasks and workflows."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from django.db import connection

from accounts.models import Organization, User

from .testing import Caller, make_key

Calls = Callable[..., Caller]


@pytest.fixture
def as_caller(acme: Organization, globex: Organization, dan: User) -> Calls:
    """`as_caller(ana)`: a client with a new key of that person, narrowed to `scopes` if given."""

    def make(user: User, **options: tuple[str, ...]) -> Caller:
        where = globex if user == dan else acme
        return Caller(make_key(user, where, **options), tenant=where.hostname or "")

    return make


@pytest.fixture
def ana_calls(as_caller: Calls, ana: User) -> Caller:
    return as_caller(ana)


@pytest.fixture
def bo_calls(as_caller: Calls, bo: User) -> Caller:
    return as_caller(bo)


@pytest.fixture
def cleo_calls(as_caller: Calls, cleo: User) -> Caller:
    return as_caller(cleo)


@pytest.fixture
def dan_calls(as_caller: Calls, dan: User) -> Caller:
    return as_caller(dan)


@pytest.fixture
def hold() -> Callable[..., Any]:
    """`with hold("INSERT INTO x", call) as running:` runs the call in a thread and stops it after that statement."""

    @contextmanager
    def holding(statement: str, call: Callable[[], Any]) -> Iterator[Future[Any]]:
        reached, released = Event(), Event()

        def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            result = execute(sql, params, many, context)
            if statement in sql.replace('"', ""):
                reached.set()
                assert released.wait(30)
            return result

        def run() -> Any:
            try:
                with connection.execute_wrapper(stop):
                    return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(run)
            try:
                assert reached.wait(30), "the statement was never reached"
                yield running
            finally:
                released.set()
                running.exception(timeout=30)

    return holding
