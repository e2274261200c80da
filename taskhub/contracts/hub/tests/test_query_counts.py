"""How many statements a request costs with a warm credential, whatever the number of rows and steps."""

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Cast
from taskhub.contracts.testing import Caller
from workflows.models import WorkflowInstance
from workflows.tests.samples import chain

from .conftest import DEFINITIONS, INSTANCES, Hub, renamed

Costs = Callable[..., int]


@pytest.fixture
def costs(ana_calls: Caller, cleo_calls: Caller, running: WorkflowInstance, settings: Any) -> Costs:
    """`costs("GET", path)`: the statements of one request with a warm credential and warm rights."""
    settings.CREDENTIAL_CACHE_SECONDS = 600  # warm, however slow the machine is
    for caller in (ana_calls, cleo_calls):
        assert caller.get(f"{INSTANCES}/{running.uuid}").status_code == 200

    def count(method: str, path: str, body: Any = None, *, by: Caller = ana_calls, **headers: str) -> int:
        return by.cost(method, path, body, headers)

    return count


@pytest.mark.parametrize("rows", [1, 12])
def test_lists_cost_at_most_four(costs: Costs, rows: int, start: Any, cast: Cast, cleo_hub: Hub, running: Any) -> None:
    for number in range(rows):
        start(cast.ana, "account-onboarding")
        cleo_hub.publish(renamed(f"n{number}"))
    address = f"{INSTANCES}/{running.uuid}"
    for path in (INSTANCES, f"{INSTANCES}?status=running&incident=false", DEFINITIONS, f"{DEFINITIONS}?q=a"):
        assert costs("GET", path) == 1
        assert costs("GET", f"{path}{'&' if '?' in path else '?'}total=true") == 2
    assert costs("GET", f"{DEFINITIONS}/{running.definition.uuid}/versions?total=true") == 3
    assert costs("GET", f"{address}/steps?total=true") == 3
    assert costs("GET", f"{address}/history") == 5


@pytest.mark.parametrize("rounds", [0, 5])
def test_an_instance_costs_two_and_a_definition_two(
    costs: Costs, rounds: int, running: WorkflowInstance, answer: Any, cast: Cast
) -> None:
    for _ in range(rounds):
        answer(cast.ana, running, "verify", "approved", contact_verified=True)
        answer(cast.bo, running, "welcome", "failed", email_address="x", template="Basic Welcome")
    address, definition = f"{INSTANCES}/{running.uuid}", f"{DEFINITIONS}/{running.definition.uuid}"
    assert costs("GET", address) == 2
    assert costs("GET", f"{address}/diagram") == 2
    assert costs("GET", definition) == 2
    assert costs("GET", f"{definition}/diagram") == 1


@pytest.mark.parametrize("length", [1, 40])
def test_what_is_changed_costs_the_same_whatever_the_length(
    costs: Costs, length: int, publish: Any, ana_hub: Hub, cleo_calls: Caller
) -> None:
    publish(chain(length))
    [key] = {item["key"] for item in ana_hub.read(DEFINITIONS)["items"]} - {"account-onboarding"}
    assert costs("POST", INSTANCES, {"definition": key}) <= 14
    instance = ana_hub.start(key)["id"]
    assert costs("POST", f"{INSTANCES}/{instance}/cancel") <= 16
    other = chain(length) | {"key": "other"}
    assert costs("POST", DEFINITIONS, other, by=cleo_calls) <= 8
    draft = cleo_calls.get(f"{DEFINITIONS}?key=other").json()["items"][0]["id"]
    address = f"{DEFINITIONS}/{draft}"
    assert costs("PUT", address, other, by=cleo_calls, **{"If-Match": "*"}) <= 8
    assert costs("POST", f"{address}/publish", by=cleo_calls) <= 8
