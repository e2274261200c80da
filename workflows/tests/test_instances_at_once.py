"""Many clients at one instance in the same moment: real threads, each with its own connection, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.actor import Actor
from conftest import Cast
from tasks.models import Event, Task
from tasks.tests.at_once import at_once, outcomes, race
from workflows import actions, commands, store, sweeps
from workflows.conftest import open_steps, open_task
from workflows.models import InstanceEvent, StepRun, WorkflowInstance

from .samples import ONE_STEP, PARALLEL

pytestmark = pytest.mark.django_db(transaction=True)
ActorOf = Callable[..., Actor]
Runner = Callable[[WorkflowInstance], Any]
ENDS = (InstanceEvent.Type.COMPLETED, InstanceEvent.Type.CANCELED)


def branching(branches: int, *, joins: bool = True) -> dict[str, Any]:
    """A process that splits at once into so many branches, and joins them in one more step or just ends."""
    keys = [f"b{number}" for number in range(branches)]
    tail: dict[str, Any] = {"next": "join"} if joins else {}
    steps: list[dict[str, Any]] = [
        {"key": "split", "name": "Split", "type": "automatic", "set": {"n": "1"}, "next": keys}
    ]
    steps += [{"key": key, "name": key, "assign": {"team": "sales"}, **tail} for key in keys]
    if joins:
        steps.append({"key": "join", "name": "Join", "assign": {"team": "sales"}, "join": "all"})
    return {"key": "branching", "name": "Branching", "steps": steps}


def many(large: int) -> int:
    """So many on PostgreSQL; SQLite has one writer at a time, and a few show that it waits its turn."""
    return large if connection.vendor == "postgresql" else max(large // 20, 5)


@pytest.fixture
def complete(cast: Cast, actor_of: ActorOf) -> Callable[[str], Runner]:
    """`complete("b0")`: what a client does with each instance of a race."""
    ana = actor_of(cast.ana)
    return lambda step: lambda instance: commands.complete(actor=ana, task=open_task(instance, step).pk)


def tasks_of(instances: list[WorkflowInstance], step: str) -> dict[int, int]:
    rows = StepRun.objects.filter(instance__in=instances, step=step)
    return dict(rows.values_list("instance_id", "task_id"))


@pytest.mark.parametrize(("branches", "large"), [(2, 600), (8, 100)])
def test_branches_completed_at_one_barrier_join_exactly_once(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf, branches: int, large: int
) -> None:
    publish(branching(branches))
    instances = [start(cast.ana, "branching") for _ in range(many(large))]
    ana = actor_of(cast.ana)

    def client(number: int) -> Runner:
        tasks = tasks_of(instances, f"b{number}")
        return lambda instance: commands.complete(actor=ana, task=tasks[instance.pk])

    for results in race(instances, *(client(number) for number in range(branches))):
        assert outcomes(results) == {"done": branches}
        assert sorted(done.next_steps for done in results) == [()] * (branches - 1) + [("Join",)]
    joins = StepRun.objects.filter(step="join")
    assert (joins.count(), joins.filter(state="open", task__is_open=True, visit=1).count()) == (len(instances),) * 2
    assert Task.objects.filter(is_open=True).count() == len(instances)
    assert set(WorkflowInstance.objects.values_list("status", "has_incident")) == {("running", False)}


def test_a_last_branch_completed_while_the_instance_is_canceled_leaves_nothing_open(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf
) -> None:
    publish(branching(2))
    instances = [start(cast.ana, "branching") for _ in range(many(100))]
    ana, cleo = actor_of(cast.ana), actor_of(cast.cleo)
    left, right = tasks_of(instances, "b0"), tasks_of(instances, "b1")
    for instance in instances:
        commands.complete(actor=ana, task=left[instance.pk])

    def finish(instance: WorkflowInstance) -> Any:
        return commands.complete(actor=ana, task=right[instance.pk])

    def cancel(instance: WorkflowInstance) -> Any:
        return commands.cancel(actor=cleo, instance=instance.pk)

    for finished, canceled in race(instances, finish, cancel):
        assert outcomes([canceled]) == {"done": 1}
        assert outcomes([finished]) in ({"done": 1}, {"WrongState": 1})
    assert not Task.objects.filter(is_open=True).exists()
    assert set(WorkflowInstance.objects.values_list("status", flat=True)) == {"canceled"}
    assert InstanceEvent.objects.filter(type__in=ENDS).count() == len(instances)
    closings = Event.objects.filter(type__in=["task.completed", "task.canceled"])
    assert closings.count() == Task.objects.count()


def test_an_end_and_a_cancel_at_once_are_one_end(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf, complete: Any
) -> None:
    publish(ONE_STEP | {"steps": [{"key": "do", "name": "Do it", "assign": {"user": "ana"}}]})
    instances = [start(cast.ana, "one-step") for _ in range(many(100))]
    ana, cleo = actor_of(cast.ana), actor_of(cast.cleo)
    tasks = tasks_of(instances, "do")
    finish: Runner = lambda instance: commands.complete(actor=ana, task=tasks[instance.pk])  # noqa: E731
    cancel: Runner = lambda instance: commands.cancel(actor=cleo, instance=instance.pk)  # noqa: E731
    for results in race(instances, finish, cancel):
        assert outcomes(results) == {"done": 1, "WrongState": 1}
    assert InstanceEvent.objects.filter(type__in=ENDS).count() == len(instances)
    assert not Task.objects.filter(is_open=True).exists()


def test_a_child_that_ends_while_its_parent_is_canceled_does_not_lock_up(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf
) -> None:
    publish(ONE_STEP | {"steps": [{"key": "do", "name": "Do it", "assign": {"user": "ana"}}]})
    call = {"key": "call", "name": "Call", "type": "workflow", "workflow": "one-step", "next": "after"}
    publish({"key": "outer", "name": "Outer", "steps": [call, {"key": "after", "name": "After"}]})
    outers = [start(cast.ana, "outer") for _ in range(many(100))]
    ana, cleo = actor_of(cast.ana), actor_of(cast.cleo)
    children = {child.parent_id: child for child in WorkflowInstance.objects.filter(parent__isnull=False)}
    finish: Runner = lambda outer: commands.complete(actor=ana, task=open_task(children[outer.pk], "do").pk)  # noqa: E731
    cancel: Runner = lambda outer: commands.cancel(actor=cleo, instance=outer.pk)  # noqa: E731
    for finished, canceled in race(outers, finish, cancel):
        assert outcomes([canceled]) == {"done": 1}
        assert outcomes([finished]) in ({"done": 1}, {"WrongState": 1}, {"DoesNotExist": 1})
    assert not Task.objects.filter(is_open=True).exists()


def test_one_business_key_started_by_eight_clients_at_once_is_one_instance(
    cast: Cast, publish: Any, actor_of: ActorOf
) -> None:
    publish(PARALLEL)
    ana = actor_of(cast.ana)

    def begin(key: str) -> Any:
        return commands.start(actor=ana, definition="parallel", business_key=key)

    for results in race([f"order {number}" for number in range(10)], *[begin] * 8):
        assert outcomes(results) == {"done": 8}
        assert sorted(result.is_new for result in results) == [False] * 7 + [True]
        assert len({result.instance.pk for result in results}) == 1
    assert Task.objects.count() == 10


def test_timers_swept_by_several_workers_fire_once(
    cast: Cast, publish: Any, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setitem(actions._registry, "note", lambda inputs, call: calls.append(call.key))
    act = {"key": "act", "name": "Act", "type": "automatic", "action": "note", "next": "after"}
    publish({"key": "k", "name": "K", "steps": [act, {"key": "after", "name": "After", "assign": {"user": "ana"}}]})
    instances = [start(cast.ana, "k") for _ in range(many(200))]
    assert outcomes(at_once(*[sweeps.fire_timers] * 4)) == {"done": 4}
    sweeps.fire_timers()  # what a sweep has passed by, because somebody held it
    assert (len(calls), len(set(calls))) == (len(instances),) * 2
    assert all(open_steps(instance) == ["after"] for instance in instances)
    assert Task.objects.count() == len(instances)


def test_one_message_sent_by_many_at_once_is_taken_once(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf
) -> None:
    wait = {"key": "paid", "name": "Wait", "type": "wait", "message": "payment", "next": "after"}
    publish({"key": "k", "name": "K", "steps": [wait, {"key": "after", "name": "After", "assign": {"user": "ana"}}]})
    instances = [start(cast.ana, "k") for _ in range(10)]
    send = partial(commands.send_message, actor=actor_of(cast.ana), name="payment")
    for results in race(instances, *[lambda instance: send(instance=instance.pk)] * 4):
        assert outcomes(results) == {"done": 1, "WrongState": 3}
    assert Task.objects.count() == 10


@pytest.mark.postgres
def test_a_command_holds_the_tree_before_it_holds_the_task(
    cast: Cast, publish: Any, start: Any, actor_of: ActorOf
) -> None:
    """While it waits for the instance, the task is free: whoever holds the instance can always go on to its tasks."""
    publish(PARALLEL)
    instance = start(cast.ana, "parallel")
    ana, task = actor_of(cast.ana), open_task(instance, "begin")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            store.lock(cast.acme.pk, instance.pk)
            waiting = pool.submit(_in_own_connection, partial(commands.complete, actor=ana, task=task.pk))
            _until_somebody_waits_for_a_lock()
            assert Task.objects.select_for_update(nowait=True).get(pk=task.pk) == task
            assert not waiting.done()
        assert waiting.result(30).next_steps == ("Left", "Right")


def _in_own_connection(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def _until_somebody_waits_for_a_lock() -> None:
    deadline = monotonic() + 30
    while monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    raise AssertionError("Nobody waits for a lock.")
