"""Steps that a processor works on first: their tasks, what is owed, and how they are judged, failed and unlocked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from tasks.domain.errors import InvalidInput, NotAllowed, WrongState
from tasks.domain.lifecycle import ClosedReason
from tasks.models import Assignment, Deadline, Delivery, Event, Task
from workflows import commands, sweeps
from workflows.engine.events import Start, StepFailed
from workflows.models import InstanceEvent, Processing, StepRun, Timer, WorkflowInstance
from workflows.moving import Move
from workflows.starting import new_row

READ: dict[str, Any] = {
    "key": "read",
    "name": "Read it",
    "type": "automatic",
    "processor": "text",
    "title": "Check {{file}}",
    "fields": [{"name": "total", "type": "number", "required": True}, {"name": "net", "type": "number"}],
    "rules": [{"must": "data.net == null || total >= net", "field": "total", "message": "Less than net."}],
    "filters": [{"when": "metadata.pages == 0", "reason": "Empty"}],
    "assign": {"team": "sales"},
    "due_in": "P1D",
    "retry": {"attempts": 2},
}
PIPELINE = {"key": "pipeline", "name": "Pipeline", "steps": [READ | {"next": "pay"}, {"key": "pay", "name": "Pay"}]}
Answers = Callable[..., Task]


@pytest.fixture
def begin(publish: Any, start: Any, cast: Cast) -> Callable[..., WorkflowInstance]:
    """`begin(review="never")`: an instance of the pipeline whose first step says so."""

    def make(**more: Any) -> WorkflowInstance:
        first, *others = PIPELINE["steps"]
        publish({**PIPELINE, "steps": [{**first, **more}, *others]})  # type: ignore[dict-item]
        instance: WorkflowInstance = start(cast.ana, "pipeline", file="a.pdf")
        return instance

    return make


def task_of(instance: WorkflowInstance, step: str = "read") -> Task:
    return Task.objects.get(step_run__instance=instance, step_run__step=step, step_run__visit=1)


def last(task: Task) -> Event:
    return Event.objects.filter(task=task).latest("seq")


def holders(task: Task) -> list[tuple[str | None, str]]:
    return [(share.team and share.team.slug, share.state) for share in Assignment.objects.filter(task=task)]


def test_a_task_opens_that_is_nobodys_and_work_is_owed(begin: Any, cast: Cast) -> None:
    instance = begin(options={"fields": {"total": "Total"}})
    task, owed = task_of(instance), Processing.objects.get()
    assert (task.state, task.title, task.source, task.due_at) == ("processing", "Check a.pdf", "documents", None)
    assert (owed.processor, owed.options, owed.attempt) == ("text", {"fields": {"total": "Total"}}, 1)
    assert (owed.task, owed.instance, owed.lease) == (task, instance, None)
    assert not Assignment.objects.exists()
    assert [field["name"] for field in task.form_fields] == ["total", "net"]


def test_what_is_found_is_presented_to_people_who_are_told(
    begin: Any, processed: Answers, settle: Any, cast: Cast
) -> None:
    instance = begin()
    before = timezone.now()
    task = processed(instance, total=5, net=7, words=["a"])
    assert (task.state, task.form_data) == ("pending", {"total": 5, "net": 7})
    assert task.due_at is not None
    assert before + timedelta(days=1) <= task.due_at == task.due_sort
    assert Deadline.objects.filter(task=task).count() == 2
    assert holders(task) == [("sales", "pending")]
    assert last(task).type == "task.presented"
    settle()
    told = Delivery.objects.filter(task=task, notice="task_assigned", channel="in_app")
    assert {each.user for each in told} == {cast.ana, cast.bo}
    assert StepRun.objects.get(task=task).state == "open"
    assert not Processing.objects.exists()


def test_a_person_is_judged_and_the_next_step_opens(begin: Any, processed: Answers, answer: Any, cast: Cast) -> None:
    instance = begin()
    processed(instance, total=5, words=["a"])
    with pytest.raises(InvalidInput) as caught:
        answer(cast.ana, instance, "read", total=5, net=7)
    assert (caught.value.code, caught.value.facts["faults"]) == ("invalid_form", {"total": "Less than net."})
    assert task_of(instance).state == "pending", "nothing has changed"
    done = answer(cast.ana, instance, "read", total=7, net=7)
    assert (done.task.state, done.next_steps) == ("completed", ("Pay",))
    done.instance.refresh_from_db()
    assert done.instance.state["variables"]["read"] == {"total": 7, "net": 7, "words": ["a"]}
    assert StepRun.objects.get(task=done.task).completed_by == cast.ana


def test_nobody_completes_what_is_being_processed(begin: Any, actor_of: Callable[..., Actor], cast: Cast) -> None:
    with pytest.raises(WrongState):
        task_commands.complete(actor=actor_of(cast.cleo), task=task_of(begin()).pk, form_data={"total": 1})


def test_what_needs_nobody_is_completed_by_taskhub(begin: Any, processed: Answers) -> None:
    instance = begin(review="invalid")
    task = processed(instance, total=5)
    assert (task.state, task.form_data, task.closed_by) == ("completed", {"total": 5}, None)
    assert (last(task).type, last(task).actor_kind) == ("task.completed", "system")
    assert task_of(instance, "pay").state == "pending"


def test_what_a_filter_takes_out_is_canceled_and_ends_the_instance(begin: Any, processed: Answers) -> None:
    instance = begin()
    task = processed(instance, metadata={"pages": 0}, net=3)
    assert (task.state, task.closed_reason, task.form_data) == ("canceled", "filtered", {"net": 3})
    assert last(task).payload == {"state": "canceled", "closed_reason": "filtered", "reason": "Empty"}
    instance.refresh_from_db()
    assert (instance.status, StepRun.objects.get(task=task).outcome) == ("completed", "filtered")


def test_what_people_discard_ends_its_path(begin: Any, processed: Answers, actor_of: Any, cast: Cast) -> None:
    instance = begin()
    task = processed(instance)
    task_commands.discard(actor=actor_of(cast.bo), task=task.pk, reason="Illegible")
    instance.refresh_from_db()
    assert (instance.status, instance.has_incident) == ("completed", False)
    assert StepRun.objects.get(task=task).outcome == "discarded"


@pytest.mark.parametrize("verb", [task_commands.cancel, task_commands.fail, task_commands.delete])
def test_what_people_stop_while_it_is_processed_is_owed_no_more(
    begin: Any, actor_of: Callable[..., Actor], cast: Cast, verb: Any
) -> None:
    instance = begin()
    verb(actor=actor_of(cast.cleo), task=task_of(instance).pk)
    assert not Processing.objects.exists()
    instance.refresh_from_db()
    is_stuck = verb is task_commands.fail
    assert (instance.has_incident, instance.status) == (is_stuck, "running" if is_stuck else "completed")


def test_what_an_end_takes_back_at_once_is_not_owed(publish: Any, start: Any, cast: Cast) -> None:
    go = {"key": "go", "type": "automatic", "set": {"x": "1"}}
    steps = [go | {"next": ["read", "on"]}, READ, go | {"key": "on", "next": "stop"}]
    publish({"key": "short", "name": "Short", "steps": [*steps, {"key": "stop", "type": "end", "terminate": True}]})
    assert start(cast.ana, "short", file="a").status == "completed"
    assert (Processing.objects.exists(), Task.objects.exists()) == (False, False)


def test_a_canceled_instance_owes_nothing_and_leaves_no_task_open(begin: Any, actor_of: Any, cast: Cast) -> None:
    instance = begin()
    commands.cancel(actor=actor_of(cast.ana), instance=instance.pk)
    assert (task_of(instance).state, Processing.objects.exists()) == ("canceled", False)


def test_a_failure_rests_is_tried_again_and_fails_the_task(
    begin: Any, processor: Any, processed: Answers, actor_of: Callable[..., Actor], cast: Cast
) -> None:
    instance = begin()
    task = task_of(instance)
    processor(task, lambda row: StepFailed(row.run, "boom", row.attempt))
    timer = Timer.objects.get()
    assert (timer.kind, Processing.objects.exists()) == ("retry", False)
    assert sweeps.fire_timers(timer.fire_at) == 1
    assert Processing.objects.get().attempt == 2
    processor(task, lambda row: StepFailed(row.run, "boom", row.attempt))
    task.refresh_from_db()
    instance.refresh_from_db()
    assert (task.state, last(task).payload["reason"], instance.has_incident) == ("failed", "boom", True)
    commands.retry(actor=actor_of(cast.cleo), instance=instance.pk)
    task.refresh_from_db()
    assert (task.state, task.closed_at, last(task).type) == ("processing", None, "task.reprocessed")
    assert (last(task).actor, Processing.objects.get().attempt) == (cast.cleo, 3)
    assert processed(instance, total=5).state == "pending"


def test_what_people_fail_is_processed_again_and_given_anew(
    begin: Any, processed: Answers, actor_of: Callable[..., Actor], cast: Cast
) -> None:
    instance = begin()
    task = processed(instance, total=1)
    task_commands.claim(actor=actor_of(cast.bo), task=task.pk)
    task_commands.fail(actor=actor_of(cast.cleo), task=task.pk, reason="Wrong file")
    commands.retry(actor=actor_of(cast.cleo), instance=instance.pk)
    task.refresh_from_db()
    assert (task.state, task.due_at, [state for _, state in holders(task)]) == ("processing", None, ["replaced"])
    again = processed(instance, total=2)
    assert (again.pk, again.form_data) == (task.pk, {"total": 2})
    assert holders(task) == [(None, "replaced"), ("sales", "pending")]


def test_the_failed_task_of_an_incident_that_was_deleted_is_not_tried_again(
    begin: Any, actor_of: Callable[..., Actor], cast: Cast
) -> None:
    instance = begin()
    cleo, task = actor_of(cast.cleo), task_of(instance)
    task_commands.fail(actor=cleo, task=task.pk)
    task_commands.delete(actor=cleo, task=task.pk)
    with pytest.raises(WrongState, match="deleted"):
        commands.retry(actor=cleo, instance=instance.pk)


def test_what_can_be_given_to_nobody_has_failed(begin: Any, processed: Answers, cast: Cast) -> None:
    instance = begin(assign={"variable": "file"})
    task = processed(instance, total=1)
    assert task.state == "failed"
    instance.refresh_from_db()
    assert "there is nobody called 'a.pdf' here" in StepRun.objects.get(task=task).error
    assert instance.has_incident


def test_unlocking_takes_back_what_has_come_of_it(
    begin: Any, processed: Answers, answer: Any, actor_of: Callable[..., Actor], cast: Cast
) -> None:
    instance = begin()
    processed(instance, total=5, words=["a"])
    task = answer(cast.ana, instance, "read", total=5).task
    later = task_of(instance, "pay")
    unlocked = task_commands.unlock(actor=actor_of(cast.ana), task=task.pk, reason="A typo")
    assert (unlocked.state, unlocked.form_data["total"], unlocked.is_open) == ("pending", 5, True)
    assert (last(task).type, last(task).payload["reason"]) == ("task.unlocked", "A typo")
    later.refresh_from_db()
    assert (later.state, later.closed_reason) == ("canceled", ClosedReason.SUPERSEDED)
    assert StepRun.objects.get(task=task).state == "open"
    answer(cast.ana, instance, "read", total=6)
    instance.refresh_from_db()
    assert instance.state["variables"]["read"]["words"] == ["a"]
    assert StepRun.objects.filter(instance=instance, step="pay", state="open").count() == 1


def test_an_instance_that_was_unlocked_ends_again(
    begin: Any, processed: Answers, answer: Any, actor_of: Callable[..., Actor], settle: Any, cast: Cast
) -> None:
    instance = begin()
    task = processed(instance, metadata={"pages": 0}, total=3)
    unlocked = task_commands.unlock(actor=actor_of(cast.bo), task=task.pk)
    assert (unlocked.state, unlocked.closed_reason, holders(task)) == ("pending", "", [("sales", "pending")])
    assert unlocked.due_at is not None, "its time begins"
    told = list(Event.objects.filter(task=task).order_by("seq").values_list("type", flat=True))
    assert told == ["task.created", "task.canceled", "task.unlocked", "task.presented"]
    instance.refresh_from_db()
    assert (instance.status, instance.ended_at) == ("running", None)
    settle()
    answer(cast.bo, instance, "read", total=3)
    answer(cast.cleo, instance, "pay")
    instance.refresh_from_db()
    assert instance.status == "completed"
    ends = InstanceEvent.objects.filter(instance=instance).values_list("type", flat=True)
    assert list(ends) == ["instance.started", "instance.completed", "instance.reopened", "instance.completed"]


def test_who_may_unlock_and_what(
    begin: Any, processed: Answers, answer: Any, new_task: Any, actor_of: Callable[..., Actor], cast: Cast
) -> None:
    instance = begin(assign={"user": "bo"})
    task = processed(instance, total=5)
    answer(cast.bo, instance, "read", total=5)
    with pytest.raises(NotAllowed):
        task_commands.unlock(actor=actor_of(cast.ana), task=task.pk)
    task_commands.unlock(actor=actor_of(cast.cleo), task=task.pk)
    with pytest.raises(WrongState):
        task_commands.unlock(actor=actor_of(cast.cleo), task=task.pk)
    other = new_task(cast.ana)
    task_commands.cancel(actor=actor_of(cast.cleo), task=other.pk)
    with pytest.raises(WrongState):
        task_commands.unlock(actor=actor_of(cast.cleo), task=other.pk)


def test_a_step_of_another_kind_is_not_unlocked(
    publish: Any, start: Any, answer: Any, actor_of: Callable[..., Actor], cast: Cast
) -> None:
    publish(
        {"key": "two", "name": "Two", "steps": [{"key": "a", "assign": {"user": "ana"}, "next": "b"}, {"key": "b"}]}
    )
    task = answer(cast.ana, start(cast.ana, "two"), "a").task
    with pytest.raises(WrongState):
        task_commands.unlock(actor=actor_of(cast.ana), task=task.pk)
    task.refresh_from_db()
    assert task.state == "completed"


def test_many_begin_in_as_many_statements_as_two(publish: Any, actor_of: Callable[..., Actor], cast: Cast) -> None:
    row, costs = publish(PIPELINE), []
    for count in (2, 2, 20):  # the first looks up what is then known
        now = timezone.now()
        instances = [new_row(row, cast.project.pk, cast.ana.pk, now) for _ in range(count)]
        WorkflowInstance.objects.bulk_create(instances)
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            move = Move(actor_of(cast.ana), now)
            cases = [move.case(instance) for instance in instances]
            for case in cases:
                move.note(case, InstanceEvent.Type.STARTED)
            move.make_each([(case, Start({"file": f"{place}.pdf"}, "ana")) for place, case in enumerate(cases)])
        costs.append(len(asked))
        assert Processing.objects.filter(instance__in=instances, task__state="processing").count() == count
    assert costs[1] == costs[2]


REVIEWED = 12
"""A person's answer to what was processed, and the opening of the next step that a processor works on; of a document
two more, for what it keeps beside the task."""
ANSWERED = 15
"""A processor's answer that is given to people: the fence and the tree's lock; who is meant, and the step; the task
with what it is given, its shares and deadlines; the event, and to whom it is owed; what was found; the instance."""


@pytest.mark.parametrize("length", [3, 60])
def test_each_turn_costs_the_same_in_every_pipeline(
    publish: Any, start: Any, processed: Answers, counted: Any, actor_of: Callable[..., Actor], cast: Cast, length: int
) -> None:
    steps = [READ | {"key": f"s{number}", "next": f"s{number + 1}"} for number in range(length)]
    publish({"key": "long", "name": "Long", "steps": [*steps, {"key": f"s{length}"}]})
    instance, ana = start(cast.ana, "long", file="a"), actor_of(cast.ana)
    with counted(ANSWERED + 3, together=1):  # the fixture looks up the task and what is owed, and looks again
        processed(instance, "s0", metadata={"pages": 1}, total=1)
    task = task_of(instance, "s0")
    with counted(REVIEWED, together=1):
        task_commands.complete(actor=ana, task=task.pk, form_data={"total": 1})
