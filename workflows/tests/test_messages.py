"""Messages from other systems to instances that wait for them."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from workflows import commands
from workflows.models import WorkflowInstance

ActorOf = Callable[..., Actor]


@pytest.fixture
def waiting(cast: Cast, publish: Any, start: Any) -> Callable[[str], WorkflowInstance]:
    wait = {"key": "paid", "name": "Wait", "type": "wait", "message": "payment", "correlation": "invoice"}
    publish({"key": "k", "name": "K", "steps": [wait | {"outputs": {"sum": "result.sum"}}]})
    return lambda invoice: start(cast.ana, "k", invoice=invoice)


def test_a_message_reaches_whoever_waits_for_its_correlation(cast: Cast, waiting: Any, actor_of: ActorOf) -> None:
    first, second = waiting("i1"), waiting("i2")
    reached = commands.send_message(actor=actor_of(cast.ana), name="payment", correlation="i2", payload={"sum": 5})
    assert [(row.pk, row.status) for row in reached] == [(second.pk, "completed")]
    assert reached[0].state["variables"]["sum"] == 5
    assert [event.text for event in second.events.filter(type="message.received")] == ["payment"]
    first.refresh_from_db()
    assert first.status == "running"


def test_a_message_to_one_instance_needs_one_that_waits(cast: Cast, waiting: Any, actor_of: ActorOf) -> None:
    instance = waiting("i1")
    send: dict[str, Any] = {"actor": actor_of(cast.ana), "instance": instance.uuid, "name": "payment"}
    for wrong in ({"correlation": "i9"}, {"correlation": None}, {"correlation": "i1", "name": "other"}):
        with pytest.raises(WrongState):
            commands.send_message(**send | wrong)
    commands.send_message(**send | {"correlation": "i1"})
    with pytest.raises(WrongState):
        commands.send_message(**send | {"correlation": "i1"})


def test_nobody_is_reached_across_organizations(cast: Cast, waiting: Any, actor_of: ActorOf) -> None:
    instance = waiting("i1")
    dan = actor_of(cast.dan)
    assert commands.send_message(actor=dan, name="payment", correlation="i1") == []
    with pytest.raises(NotFound):
        commands.send_message(actor=dan, name="payment", correlation="i1", instance=instance.uuid)


def test_what_is_wrong_with_a_message_is_named(cast: Cast, vera: Any, waiting: Any, actor_of: ActorOf) -> None:
    ana, instance = actor_of(cast.ana), waiting("i1")
    bad: list[tuple[str, dict[str, Any]]] = [
        ("name", {"name": ""}),
        ("name", {"name": "x" * 101}),
        ("correlation", {"name": "payment"}),
        ("correlation", {"name": "payment", "correlation": "x" * 201}),
        ("payload", {"name": "payment", "correlation": "i1", "payload": {"x": "\x00"}, "instance": instance.pk}),
    ]
    for field, given in bad:
        with pytest.raises(InvalidInput) as caught:
            commands.send_message(actor=ana, **given)
        assert caught.value.field == field
    with pytest.raises(NotAllowed):
        commands.send_message(actor=actor_of(vera), name="payment", correlation="i1", instance=instance.pk)
