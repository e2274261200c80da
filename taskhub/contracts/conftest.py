"""The cast as clients of the contracts: each of them has an API key with the scopes of tasks."""

from collections.abc import Callable

import pytest

from accounts.models import Organization, User

from .testing import Caller, make_key

Calls = Callable[..., Caller]


@pytest.fixture
def as_caller(acme: Organization, globex: Organization, dan: User) -> Calls:
    """`as_caller(ana)`: a client with a new key of that person, narrowed to `scopes` if given."""

    def make(user: User, **options: tuple[str, ...]) -> Caller:
        return Caller(make_key(user, globex if user == dan else acme, **options))

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
