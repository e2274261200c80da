"""How many statements a request costs with a warm credential, whatever the number of rows and assignees."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from taskhub.contracts.testing import Caller, statements

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def people(acme: Organization, ana: User) -> list[User]:
    """Ana and eleven others."""
    others = User.objects.bulk_create(User(username=f"p{n}", name=f"P {n}") for n in range(11))
    Membership.objects.bulk_create(Membership(user=user, organization=acme, role=2) for user in others)
    return [ana, *others]


@pytest.fixture
def many(people: list[User], make_task: Make) -> list[dict[str, Any]]:
    """Twelve tasks of one to twelve assignees."""
    return [make_task(people[: count + 1]) for count in range(12)]


@pytest.fixture
def costs(ana_calls: Caller, base: str, settings: Any) -> Callable[..., int]:
    """`costs("GET", path)`: the statements of one request with a warm credential."""
    settings.CREDENTIAL_CACHE_SECONDS = 600  # warm, however slow the machine is
    ana_calls.get(base)

    def count(method: str, path: str, body: Any = None, **headers: str) -> int:
        return ana_calls.cost(method, path, body, headers)

    return count


def test_a_list_costs_two(costs: Callable[..., int], many: Any, base: str) -> None:
    assert costs("GET", base) <= 2
    assert costs("GET", f"{base}?limit=2&status=pending,completed&is_urgent=false&category=approve") <= 2


def test_a_task_by_id_costs_two(costs: Callable[..., int], many: Any, base: str) -> None:
    assert costs("GET", f"{base}/{many[-1]['id']}") <= 2
    assert costs("GET", f"{base}/{many[-1]['id']}/assignees") <= 2


@pytest.mark.parametrize("assignees", [1, 12])
def test_creating_costs_the_same_for_one_and_for_twelve(
    costs: Callable[..., int], people: list[User], base: str, assignees: int, make_task: Make
) -> None:
    body = {"title": "t", "category": "sign", "assignees": [str(user.uuid) for user in people[:assignees]]}
    objects = [{"type": "invoice", "content": str(number)} for number in range(assignees)]
    least = statements(postgresql=4, sqlite=6)  # people, task and shares, event and outbox, what is shown
    costs("POST", base, body)
    assert costs("POST", base, body) == least
    assert costs("POST", base, body | {"objects": objects}) == least + 1


def performing() -> int:
    """Task, shares, my share, task, event and outbox, what is shown."""
    return statements(postgresql=6, sqlite=7)


@pytest.mark.parametrize("others", [0, 1, 11])
def test_performing_costs_the_same_whoever_else_is_there(
    costs: Callable[..., int], many: Any, base: str, others: int
) -> None:
    assert costs("PATCH", f"{base}/{many[others]['id']}/perform") == performing()


@pytest.mark.parametrize("weight", [0.001, 1000])
def test_performing_the_share_that_decides_costs_one_more(
    costs: Callable[..., int], people: list[User], base: str, weight: float, make_task: Make
) -> None:
    task = make_task(people, weights=[1000] * len(people), weight=weight)
    more = 1  # the shares of the others leave their inboxes
    assert costs("PATCH", f"{base}/{task['id']}/perform") == performing() + more


def test_an_idempotency_key_costs_three_more(costs: Callable[..., int], many: Any, base: str) -> None:
    plain = costs("PATCH", f"{base}/{many[1]['id']}/perform")
    assert costs("PATCH", f"{base}/{many[2]['id']}/perform", **{"Idempotency-Key": "k"}) <= plain + 3
