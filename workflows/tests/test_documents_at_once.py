"""Many at the same documents in the same moment: real threads, each with its own connection, on either database."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from tasks.models import Event, Task
from tasks.tests.at_once import PATIENCE_SECONDS, at_once, outcomes, race
from workflows import commands
from workflows.engine.events import Processed
from workflows.models import DocumentTask, Processing, Upload, WorkflowInstance
from workflows.moving import Move
from workflows.processing.running import run_processors

from .papers import INVOICES, paper
from .test_instances_at_once import many

pytestmark = pytest.mark.django_db(transaction=True)
ActorOf = Callable[..., Actor]
SHORT = {**INVOICES, "steps": [{**INVOICES["steps"][0], "next": "end"}]}


@pytest.fixture
def waiting(cast: Cast, bring: Any, publish: Any, actor_of: ActorOf) -> Callable[[int], tuple[Upload, list[Task]]]:
    """`waiting(100)`: an upload of so many documents whose only step people review."""
    publish(SHORT)

    def make(number: int) -> tuple[Upload, list[Task]]:
        upload = bring(cast.ana, paper()).upload
        for start in range(1, number, 100):
            bring(cast.ana, *[paper()] * min(100, number - start), into=upload.uuid)
        _process_all(cast.acme.pk)
        tasks = list(Task.objects.filter(document_task__upload=upload, state="pending").order_by("pk"))
        assert len(tasks) == number
        return upload, tasks

    return make


def _process_all(organization_id: int) -> None:
    """What processors would do one by one, in one move: the races are what is tested."""
    with transaction.atomic():
        owed = list(Processing.objects.select_related("instance"))
        Processing.objects.all().delete()
        move = Move(Actor.system(organization_id), timezone.now())
        move.make_each(
            [(move.case(row.instance), Processed(row.run, row.attempt, {"total": 10, "net": 8})) for row in owed]
        )


def _work_until_done() -> int:
    done = 0
    while answered := run_processors():
        done += answered
    return done


def test_a_task_is_never_both_exported_and_unlocked(cast: Cast, waiting: Any, actor_of: ActorOf) -> None:
    """The upload's last document is never completed, so that only the export stands in the way of unlocking."""
    upload, tasks = waiting(many(40) + 1)
    bo, cleo = actor_of(cast.bo), actor_of(cast.cleo)
    ready = threading.Barrier(2)

    def export(task: Task) -> Any:
        commands.complete_review(actor=bo, task=task.pk)
        ready.wait(PATIENCE_SECONDS)
        return commands.export(actor=cleo, upload=upload.uuid)

    def unlock(task: Task) -> Any:
        ready.wait(PATIENCE_SECONDS)
        return commands.unlock(actor=bo, task=task.pk)

    rounds = race(tasks[:-1], export, unlock)
    rows = DocumentTask.objects.in_bulk([task.pk for task in tasks])
    states = dict(Task.objects.values_list("pk", "state"))
    for task, (exported, unlocked) in zip(tasks, rounds, strict=False):
        assert outcomes([exported]) == {"done": 1}
        if isinstance(unlocked, Exception):
            assert getattr(unlocked, "code", "") == "exported", unlocked
            assert (states[task.pk], rows[task.pk].exported_at is not None) == ("completed", True)
        else:
            assert (states[task.pk], rows[task.pk].exported_at) == ("pending", None)


def test_a_task_completed_and_discarded_at_once_has_one_end(cast: Cast, waiting: Any, actor_of: ActorOf) -> None:
    _, tasks = waiting(many(40))
    bo, cleo = actor_of(cast.bo), actor_of(cast.cleo)
    rounds = race(
        tasks,
        lambda task: commands.complete_review(actor=bo, task=task.pk),
        lambda task: task_commands.discard(actor=cleo, task=task.pk),
    )
    for results in rounds:
        assert outcomes(results) == {"done": 1, "WrongState": 1}
    ends = Event.objects.filter(type__in=["task.completed", "task.canceled"]).values_list("task_id", flat=True)
    assert sorted(ends) == [task.pk for task in tasks]
    assert set(WorkflowInstance.objects.values_list("status", "has_incident")) == {("completed", False)}


def test_workers_share_the_documents_of_an_upload(cast: Cast, bring: Any, publish: Any) -> None:
    """Each document is worked on once, whoever claims it."""
    publish(SHORT)
    number = many(60)
    upload = bring(cast.ana, *[paper()] * number).upload
    done = at_once(*[_work_until_done] * 2)
    assert sum(done) == number
    assert not Processing.objects.exists()
    assert set(Task.objects.filter(document_task__upload=upload).values_list("state", flat=True)) == {"pending"}
    presented = Counter(Event.objects.filter(type="task.presented").values_list("task_id", flat=True))
    assert set(presented.values()) == {1}


def test_two_that_need_the_built_in_pipeline_for_the_first_time_share_it(
    cast: Cast, bring: Any, actor_of: ActorOf
) -> None:
    done = at_once(*(lambda: bring(cast.ana, paper(), pipeline="").upload.definition for _ in range(2)))
    assert outcomes(done) == {"done": 2}
    assert len(set(done)) == 1
