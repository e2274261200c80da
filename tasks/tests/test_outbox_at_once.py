"""Any number of drains and producers at once: everything owed is done, and done once."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import commands, events, outbox
from tasks.events import NewEvent
from tasks.models import Comment, Event, OutboxEntry, Task

from .at_once import at_once, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


def note(batch: Sequence[Event]) -> None:
    Comment.objects.bulk_create(
        Comment(organization_id=e.organization_id, task_id=e.task_id, text=str(e.pk), created_at=e.created_at)
        for e in batch
    )


@pytest.fixture(autouse=True)
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    table = SimpleNamespace(LOCK_FIRST=(), INLINE={}, RELAYED={"task.updated": (f"{__name__}.note",)})
    monkeypatch.setattr(events, "wiring", lambda: table)


@pytest.fixture
def tasks(cast: Cast, raw_rows: None) -> list[Task]:
    """Eight bare tasks, one for each producer."""
    now = timezone.now()
    return Task.objects.bulk_create(
        Task(organization=cast.acme, project=cast.project, source="x", title="x", due_sort=now, created_at=now,
             updated_at=now)
        for _ in range(8)
    )  # fmt: skip


def produce(task: Task, count: int, seed: int) -> None:
    """So many events in transactions that stay open for up to four milliseconds, ten events each."""
    dice, system = random.Random(seed), Actor.system(task.organization_id)
    for _ in range(count // 10):
        with transaction.atomic():
            now = timezone.now()
            events.record(task=task, actor=system, now=now, events=[NewEvent("task.updated")] * 10)
            time.sleep(dice.uniform(0, 0.004))


def assert_each_event_was_handled_once(count: int) -> None:
    effects = Counter(int(text) for text in Comment.objects.values_list("text", flat=True))
    assert effects == dict.fromkeys(Event.objects.values_list("pk", flat=True), 1)
    assert len(effects) == count
    assert not OutboxEntry.objects.exists()


def test_four_drains_at_once_do_everything_once(tasks: list[Task]) -> None:
    for task in tasks:
        produce(task, 50, seed=0)
    results = at_once(*[outbox.drain] * 4)
    assert sum(results) == 400
    assert_each_event_was_handled_once(400)


@pytest.mark.postgres
def test_nothing_is_missed_of_producers_that_commit_in_any_order(tasks: list[Task]) -> None:
    """An outbox read by "id greater than the last seen" loses rows here: they are not committed in the order of ids."""
    done = []

    def producer(number: int) -> None:
        produce(tasks[number], 500, seed=number)
        done.append(number)

    def drainer() -> int:
        handled = 0
        while len(done) < 8:
            handled += outbox.drain()
        return handled

    results = at_once(*(lambda n=number: producer(n) for number in range(8)), drainer, drainer)
    assert outcomes(results) == {"done": 10}
    outbox.drain()
    assert_each_event_was_handled_once(4000)


@pytest.mark.postgres
def test_a_drain_passes_by_what_another_one_is_at(tasks: list[Task]) -> None:
    produce(tasks[0], 10, seed=0)
    with transaction.atomic():
        held = list(OutboxEntry.objects.select_for_update()[:4])
        assert at_once(outbox.drain) == [6]
    assert OutboxEntry.objects.count() == len(held)
    assert outbox.drain() == 4
    assert_each_event_was_handled_once(10)


@pytest.mark.postgres
def test_a_drain_does_not_wait_for_who_is_at_work_on_the_task(
    tasks: list[Task],
) -> None:
    """What a handler writes refers to the task and so takes a share of its lock; a command's lock allows that."""
    produce(tasks[0], 10, seed=0)
    wired = events.wiring()
    wired.INLINE["task.escalated"] = (f"{__name__}.drain_meanwhile",)
    commands.escalate(actor=Actor.system(tasks[0].organization_id), task=tasks[0].pk)
    assert meanwhile == [10]


meanwhile: list[int] = []


def drain_meanwhile(event: Event) -> None:
    meanwhile[:] = at_once(outbox.drain)
