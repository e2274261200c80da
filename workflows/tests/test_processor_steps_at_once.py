"""Processors, people and TaskHub at one task in the same moment: real threads, each with its own connection."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from tasks.models import Event, Task
from tasks.tests.at_once import outcomes, race
from workflows import commands
from workflows.models import Processing, StepRun, WorkflowInstance

from .test_processor_steps import PIPELINE

pytestmark = pytest.mark.django_db(transaction=True)
ActorOf = Callable[..., Actor]
ROUNDS = 8


@pytest.fixture
def instances(publish: Any, start: Any, cast: Cast) -> list[WorkflowInstance]:
    publish(PIPELINE)
    return [start(cast.ana, "pipeline", file="a.pdf") for _ in range(ROUNDS)]


def task_of(instance: WorkflowInstance) -> int:
    return Task.objects.only("pk").get(step_run__instance=instance, step_run__step="read").pk


def test_an_answer_and_a_cancel_at_once_leave_nothing_owed_and_nothing_open(
    instances: list[WorkflowInstance], processed: Any, actor_of: ActorOf, cast: Cast
) -> None:
    cleo = actor_of(cast.cleo)

    def cancel(instance: WorkflowInstance) -> Any:
        return commands.cancel(actor=cleo, instance=instance.pk)

    for canceled, _ in race(instances, cancel, lambda instance: processed(instance, total=1)):
        assert outcomes([canceled]) == {"done": 1}
    assert not Processing.objects.exists()
    assert not Task.objects.filter(is_open=True).exists()
    assert Event.objects.filter(type="task.canceled").count() == len(instances)


def test_of_two_who_unlock_at_once_one_does_and_of_its_answers_one_goes_on(
    instances: list[WorkflowInstance], processed: Any, actor_of: ActorOf, cast: Cast
) -> None:
    ana, cleo = actor_of(cast.ana), actor_of(cast.cleo)
    for instance in instances:
        processed(instance, total=1)
        task_commands.complete(actor=ana, task=task_of(instance), form_data={"total": 1})

    def unlocking(actor: Actor) -> Callable[[WorkflowInstance], Any]:
        return lambda instance: task_commands.unlock(actor=actor, task=task_of(instance))

    for results in race(instances, unlocking(ana), unlocking(cleo)):
        assert outcomes(results) == {"done": 1, "WrongState": 1}

    def complete(instance: WorkflowInstance) -> Any:
        return task_commands.complete(actor=ana, task=task_of(instance), form_data={"total": 2})

    def discard(instance: WorkflowInstance) -> Any:
        return task_commands.discard(actor=cleo, task=task_of(instance))

    for results in race(instances, complete, discard):
        assert outcomes(results) == {"done": 1, "WrongState": 1}
    went_on = StepRun.objects.filter(step="pay", state="open").count()
    discarded = StepRun.objects.filter(step="read", outcome="discarded").count()
    assert went_on + discarded == len(instances)


def test_unlocking_while_the_next_step_is_completed_is_one_after_the_other(
    instances: list[WorkflowInstance], processed: Any, actor_of: ActorOf, cast: Cast
) -> None:
    ana, cleo = actor_of(cast.ana), actor_of(cast.cleo)
    later: dict[int, int] = {}
    for instance in instances:
        processed(instance, total=1)
        task_commands.complete(actor=ana, task=task_of(instance), form_data={"total": 1})
        later[instance.pk] = Task.objects.only("pk").get(step_run__instance=instance, step_run__step="pay").pk

    def pay(instance: WorkflowInstance) -> Any:
        return task_commands.complete(actor=cleo, task=later[instance.pk])

    def unlock(instance: WorkflowInstance) -> Any:
        return task_commands.unlock(actor=ana, task=task_of(instance))

    for paid, unlocked in race(instances, pay, unlock):
        assert outcomes([unlocked]) == {"done": 1}
        assert outcomes([paid]) in ({"done": 1}, {"WrongState": 1})
    assert set(StepRun.objects.filter(state="open").values_list("step", flat=True)) == {"read"}
    assert set(WorkflowInstance.objects.values_list("status", flat=True)) == {"running"}
