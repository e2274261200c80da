"""How far an instance is and when it ends: by its definition first, by what steps took once somebody has done them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from workflows import commands, compiled, estimating
from workflows.conftest import open_task
from workflows.estimating import Outlook, outlook
from workflows.models import WorkflowInstance

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def document(**hours: float) -> dict[str, Any]:
    names = list(hours)
    return {
        "name": "Onboarding",
        "steps": [
            {
                "key": name,
                "name": name.title(),
                "assign": {"user": "ana"},
                "depends_on": names[place - 1 : place] if place else [],
                **({"duration_hours": hours[name]} if hours[name] else {}),
            }
            for place, name in enumerate(names)
        ],
    }


@pytest.fixture
def begin(cast: Cast, actor_of: ActorOf) -> Callable[..., WorkflowInstance]:
    def make(at: datetime = MORNING, **hours: float) -> WorkflowInstance:
        return commands.start_inline(actor=actor_of(cast.ana), document=document(**hours), now=at)

    return make


@pytest.fixture
def finish(cast: Cast, actor_of: ActorOf) -> Callable[..., None]:
    def act(instance: WorkflowInstance, step: str, at: datetime) -> None:
        commands.complete(actor=actor_of(cast.ana), task=open_task(instance, step).pk, now=at)

    return act


def seen(instance: WorkflowInstance, at: datetime) -> Outlook:
    return outlook(WorkflowInstance.objects.get(pk=instance.pk), at)


def test_a_new_instance_takes_what_its_definition_says(begin: Callable[..., WorkflowInstance]) -> None:
    now = seen(begin(setup=2, training=4), MORNING)
    assert (now.progress.percent, now.progress.completed, now.progress.total) == (0, 0, 2)
    assert (now.current, now.has_begun, now.ends_at) == ("Setup", False, MORNING + 6 * HOUR)


def test_an_instance_has_begun_once_somebody_has(
    cast: Cast, actor_of: ActorOf, begin: Callable[..., WorkflowInstance]
) -> None:
    instance = begin(setup=2)
    task_commands.start(actor=actor_of(cast.ana), task=open_task(instance, "setup").pk)
    assert seen(instance, MORNING).has_begun


def test_what_is_done_and_what_is_spent_is_taken_off(
    begin: Callable[..., WorkflowInstance], finish: Callable[..., None]
) -> None:
    instance = begin(setup=2, training=4)
    finish(instance, "setup", MORNING + HOUR)
    now = seen(instance, MORNING + 2 * HOUR)
    assert (now.progress.percent, now.current, now.has_begun) == (50, "Training", True)
    assert now.ends_at == MORNING + 5 * HOUR


def test_history_corrects_what_the_definition_says_by_the_median(
    begin: Callable[..., WorkflowInstance], finish: Callable[..., None]
) -> None:
    for hours in (1, 3, 50):
        past = begin(setup=2, training=4)
        finish(past, "training" if hours == 0 else "setup", MORNING + hours * HOUR)
    assert seen(begin(setup=2, training=4), MORNING).ends_at == MORNING + 7 * HOUR
    assert seen(begin(setup=2, other=4), MORNING).ends_at == MORNING + 6 * HOUR, "another definition has its own"


def test_history_alone_is_enough(begin: Callable[..., WorkflowInstance], finish: Callable[..., None]) -> None:
    past = begin(setup=0, training=0)
    assert seen(past, MORNING).ends_at is None
    finish(past, "setup", MORNING + 3 * HOUR)
    assert seen(begin(setup=0, training=0), MORNING).ends_at == MORNING + 3 * HOUR


def test_an_ended_instance_has_ended(
    cast: Cast, actor_of: ActorOf, begin: Callable[..., WorkflowInstance], finish: Callable[..., None]
) -> None:
    done, stopped = begin(setup=2), begin(setup=2)
    finish(done, "setup", MORNING + HOUR)
    commands.cancel(actor=actor_of(cast.ana), instance=stopped.pk)
    assert (seen(done, MORNING + 9 * HOUR).ends_at, seen(done, MORNING).progress.percent) == (MORNING + HOUR, 100)
    assert (seen(stopped, MORNING).ends_at, seen(stopped, MORNING).current) == (None, None)


def test_only_the_latest_instances_are_looked_at(
    begin: Callable[..., WorkflowInstance], finish: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimating, "INSTANCES", 2)
    for hours in (10, 1, 1):
        finish(begin(setup=2), "setup", MORNING + hours * HOUR)
    assert seen(begin(setup=2), MORNING).ends_at == MORNING + HOUR


def test_the_outlook_asks_as_much_for_one_instance_as_with_many(
    begin: Callable[..., WorkflowInstance],
    finish: Callable[..., None],
    counted: Callable[[int], AbstractContextManager[None]],
) -> None:
    instance = begin(setup=2, training=4)
    for hours in range(5):
        finish(begin(setup=2, training=4), "setup", MORNING + hours * HOUR)
    row = WorkflowInstance.objects.get(pk=instance.pk)
    compiled.settled(row.definition_id)
    outlook(row, MORNING)
    with counted(4):
        outlook(row, MORNING)
