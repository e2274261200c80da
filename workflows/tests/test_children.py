"""Instances that start others and wait for them."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from workflows import commands
from workflows.conftest import open_steps, open_task
from workflows.models import WorkflowInstance
from workflows.starting import MAX_DEPTH

ActorOf = Callable[..., Actor]

CHECK = {
    "key": "check",
    "name": "Check",
    "steps": [
        {
            "key": "look",
            "name": "Look",
            "assign": {"user": "bo"},
            "fields": [{"name": "verdict", "required": True}],
        }
    ],
}


def calling(**more: Any) -> dict[str, Any]:
    call: dict[str, Any] = {
        "key": "call",
        "name": "Have it checked",
        "type": "workflow",
        "workflow": "check",
        "next": "after",
    }
    call |= {"inputs": {"paper": "document"}, "outputs": {"verdict": "result.verdict"}}
    after = {"key": "after", "name": "After", "title": "Now {{verdict}}", "assign": {"user": "ana"}}
    return {"key": "outer", "name": "Outer", "steps": [call | more, after]}


@pytest.fixture
def outer(cast: Cast, publish: Any, start: Any) -> WorkflowInstance:
    publish(CHECK)
    publish(calling())
    return start(cast.ana, "outer", document="d7")


def endless(publish: Any) -> None:
    """Two definitions that start each other; what no single definition shows."""
    publish(CHECK | {"key": "ping"})
    for key, other in (("pong", "ping"), ("ping", "pong")):
        again = {"key": "again", "name": "Again", "type": "workflow", "workflow": other}
        publish({"key": key, "name": key, "steps": [again]})


def child_of(instance: WorkflowInstance) -> WorkflowInstance:
    return WorkflowInstance.objects.get(parent=instance)


def test_a_child_gets_its_inputs_and_gives_back_what_it_has_found(cast: Cast, outer: Any, answer: Any) -> None:
    child = child_of(outer)
    assert child.state["variables"]["paper"] == "d7"
    assert (child.root, child.depth, child.started_by) == (outer, 1, cast.ana)
    done = answer(cast.bo, child, "look", verdict="fine")
    assert done.instance.status == "completed"
    assert open_task(outer, "after").title == "Now fine"
    assert answer(cast.ana, outer, "after").instance.status == "completed"


def test_canceling_the_outer_one_cancels_what_it_started(cast: Cast, outer: Any, actor_of: ActorOf) -> None:
    child = child_of(outer)
    task = open_task(child, "look")
    commands.cancel(actor=actor_of(cast.ana), instance=outer.uuid, reason="Not needed.")
    child.refresh_from_db()
    task.refresh_from_db()
    assert (child.status, task.state) == ("canceled", "canceled")


def test_a_canceled_child_is_an_incident_outside_unless_there_is_a_result_for_it(
    cast: Cast, outer: Any, actor_of: ActorOf, publish: Any, start: Any
) -> None:
    commands.cancel(actor=actor_of(cast.cleo), instance=child_of(outer).uuid)
    outer.refresh_from_db()
    assert outer.has_incident
    results = [{"code": "completed", "next": "after"}, {"code": "canceled", "next": "after"}]
    publish(calling(results=results, outputs={}))
    prepared = start(cast.ana, "outer", document="d8")
    commands.cancel(actor=actor_of(cast.cleo), instance=child_of(prepared).uuid)
    assert open_steps(prepared) == ["after"]


def test_an_incident_outside_is_retried_with_a_new_child(cast: Cast, outer: Any, actor_of: ActorOf) -> None:
    commands.cancel(actor=actor_of(cast.cleo), instance=child_of(outer).uuid)
    commands.retry(actor=actor_of(cast.cleo), instance=outer.uuid)
    children = WorkflowInstance.objects.filter(parent=outer).order_by("pk")
    assert [child.status for child in children] == ["canceled", "running"]


def test_a_child_that_cannot_start_is_an_incident_outside(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf
) -> None:
    row = publish(CHECK)
    publish(calling())
    commands.retire(actor=actor_of(cast.cleo), definition=row.uuid)
    instance = start(cast.ana, "outer", document="d7")
    assert instance.has_incident
    assert instance.runs.get().error == "there is no published workflow 'check'"
    publish(CHECK | {"name": "Check again"})
    commands.retry(actor=actor_of(cast.cleo), instance=instance.uuid)
    assert open_steps(child_of(instance)) == ["look"]


def test_a_child_that_refuses_its_inputs_fails_and_says_so(cast: Cast, publish: Any, start: Any) -> None:
    publish(CHECK)
    publish(calling(inputs={"look": "document"}))  # the name of one of its steps
    instance = start(cast.ana, "outer", document="d7")
    child = child_of(instance)
    assert (child.status, instance.has_incident) == ("failed", True)


def test_definitions_that_start_each_other_stop_at_a_depth(cast: Cast, publish: Any, start: Any) -> None:
    endless(publish)
    start(cast.ana, "ping")
    depths = list(WorkflowInstance.objects.order_by("depth").values_list("depth", "has_incident"))
    assert depths == [(depth, depth == MAX_DEPTH - 1) for depth in range(MAX_DEPTH)]


def test_canceling_the_outermost_reaches_the_innermost(cast: Cast, publish: Any, start: Any, actor_of: ActorOf) -> None:
    endless(publish)
    instance = start(cast.ana, "ping")
    commands.cancel(actor=actor_of(cast.ana), instance=instance.uuid)
    assert set(WorkflowInstance.objects.values_list("status", flat=True)) == {"canceled"}
