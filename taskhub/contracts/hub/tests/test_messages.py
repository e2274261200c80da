"""Messages to instances: to one of them, or to all that wait for it."""

from typing import Any

import pytest

from taskhub.contracts.testing import Caller
from workflows.models import WorkflowInstance

from .conftest import INSTANCES, MESSAGES, WAITING, Hub, problem


@pytest.fixture
def waiting(publish: Any, ana_hub: Hub) -> Any:
    """An instance that waits for the payment of order 7."""
    publish(WAITING)
    return ana_hub.start("waiting", variables={"order": "7"})


def test_what_an_instance_waits_for_is_shown(waiting: Any) -> None:
    [step] = waiting["steps"]
    assert (step["type"], step["waits_for"]) == ("wait", {"name": "paid", "correlation": "7"})


def test_a_message_leads_its_instance_on(ana_hub: Hub, waiting: Any) -> None:
    body = {"name": "paid", "payload": {"amount": 12.5}, "correlation": "7"}
    after = ana_hub.make(f"{INSTANCES}/{waiting['id']}/messages", body)
    assert after["variables"]["amount"] == 12.5
    assert [(step["step"], step["status"]) for step in after["steps"]] == [("payment", "done"), ("ship", "open")]
    assert after["steps"][0]["waits_for"] is None
    problem(ana_hub.caller.post(f"{INSTANCES}/{waiting['id']}/messages", body), 409, "wrong_state")


def test_a_message_reaches_all_that_wait_for_its_correlation(ana_hub: Hub, waiting: Any) -> None:
    same, other = (ana_hub.start("waiting", variables={"order": order}) for order in ("7", "8"))
    body = {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}
    assert ana_hub.make(MESSAGES, body) == {"instances": [waiting["id"], same["id"]]}
    assert ana_hub.make(MESSAGES, body) == {"instances": []}
    assert len(ana_hub.read(f"{INSTANCES}/{other['id']}")["steps"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "refunded", "correlation": "7"}, 409, "wrong_state"),
        ({"name": "paid", "correlation": "8"}, 409, "wrong_state"),
        ({"correlation": "7"}, 422, "invalid_input"),
        ({"name": "", "correlation": "7"}, 422, "invalid_input"),
        ({"name": "x" * 101, "correlation": "7"}, 422, "invalid_input"),
        ({"name": "paid", "correlation": 7}, 422, "invalid_input"),
        ({"name": "paid", "correlation": "x" * 201}, 422, "invalid_input"),
        ({"name": "paid", "correlation": "7", "payload": [1]}, 422, "invalid_input"),
        ({"name": "paid", "correlation": "7", "data": {}}, 422, "invalid_input"),
    ],
    ids=str,
)
def test_a_message_that_fits_nowhere(ana_calls: Caller, waiting: Any, body: Any, status: int, code: str) -> None:
    problem(ana_calls.post(f"{INSTANCES}/{waiting['id']}/messages", body), status, code)
    assert WorkflowInstance.objects.get().runs.count() == 1


def test_a_message_to_all_needs_a_correlation(ana_calls: Caller, waiting: Any) -> None:
    for body in ({"name": "paid"}, {"name": "paid", "correlation": ""}, {"name": "paid", "correlation": None}):
        problem(ana_calls.post(MESSAGES, body), 422, "invalid_input")


def test_who_may_send_one(vera_hub: Hub, dan_hub: Hub, bo_calls: Caller, waiting: Any) -> None:
    address = f"{INSTANCES}/{waiting['id']}/messages"
    body = {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}
    problem(dan_hub.caller.post(address, body), 404, "instance_not_found")
    assert dan_hub.make(MESSAGES, body) == {"instances": []}
    problem(vera_hub.caller.post(address, body), 403, "forbidden")
    assert bo_calls.post(address, body).status_code == 200


def test_a_message_that_is_sent_again_takes_effect_once(ana_hub: Hub, waiting: Any) -> None:
    body = {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}
    key = {"Idempotency-Key": "m1"}
    first = ana_hub.make(MESSAGES, body, **key)
    assert ana_hub.make(MESSAGES, body, **key) == first == {"instances": [waiting["id"]]}
