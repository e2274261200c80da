"""Tasks that TaskHub works on before people do: presented, finished, filtered, failed and worked on again, in bulk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from conftest import Cast
from tasks import commands
from tasks.commands import Presentation
from tasks.commands.assign import Recipient
from tasks.domain.deadlines import NEVER
from tasks.domain.lifecycle import State
from tasks.models import Assignment, Deadline, Event, Task

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 13, tzinfo=UTC)


@pytest.fixture
def taskhub(cast: Cast) -> Actor:
    return Actor.system(cast.acme.pk)


@pytest.fixture
def processing(new_task: NewTask) -> Callable[..., Task]:
    """`processing(cast.ana)`: a task that is being processed, with a share of hers already."""
    return lambda *people, **more: new_task(*people, state=State.PROCESSING, **more)


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def present(taskhub: Actor, *presentations: Presentation, now: datetime = NOON) -> list[Task]:
    with transaction.atomic():
        return commands.present_each(actor=taskhub, presentations=presentations, now=now)


def given(task: Task, *people: Any, **more: Any) -> Presentation:
    return Presentation(task.pk, recipients=[Recipient(person.pk, None, None) for person in people], **more)


def test_what_is_presented_is_given_to_people_and_its_time_begins(
    cast: Cast, taskhub: Actor, processing: Callable[..., Task]
) -> None:
    task = processing(form_data={"a": 1})
    present(taskhub, given(task, cast.ana, cast.bo, due_at=LATER, form_data={"a": 2}))
    task = fresh(task)
    assert (task.state, task.due_at, task.due_sort, task.form_data) == ("pending", LATER, LATER, {"a": 2})
    assert set(Assignment.objects.values_list("user", "is_open", "due_sort")) == {
        (person.pk, True, LATER) for person in (cast.ana, cast.bo)
    }
    assert Deadline.objects.filter(task=task).count() == 2
    told = Event.objects.get(type="task.presented")
    assert told.payload == {"state": "pending", "users": [cast.ana.pk, cast.bo.pk], "teams": []}


def test_whose_it_is_already_keeps_it(cast: Cast, taskhub: Actor, processing: Callable[..., Task]) -> None:
    task = processing(cast.bo, due_at=NOON + timedelta(days=9))
    present(taskhub, given(task, cast.ana, due_at=LATER))
    assert list(Assignment.objects.values_list("user", "is_open", "due_sort")) == [(cast.bo.pk, True, LATER)]
    assert set(Deadline.objects.filter(kind="due").values_list("fire_at", flat=True)) == {LATER}
    assert Event.objects.get(type="task.presented").payload["users"] == [cast.bo.pk]


def test_what_was_unlocked_is_told_only_where_somebody_gets_it(cast: Cast, taskhub: Actor, new_task: NewTask) -> None:
    kept, nobodys = new_task(cast.bo), new_task()
    present(taskhub, given(kept, cast.ana, due_at=LATER), given(nobodys, cast.ana))
    (told,) = Event.objects.filter(type="task.presented")
    assert (told.task, told.payload) == (nobodys, {"users": [cast.ana.pk], "teams": []})
    assert fresh(kept).due_at == LATER


def test_a_task_that_cannot_take_it_any_more_is_left_alone(
    cast: Cast, taskhub: Actor, processing: Callable[..., Task], new_task: NewTask, do: Do
) -> None:
    over, open_still = do(cast.cleo, "cancel", processing()), new_task(cast.ana)
    failed = do(cast.cleo, "delete", do(cast.cleo, "fail", new_task(cast.ana)))
    before = [fresh(task).version for task in (over, open_still, failed)]
    with transaction.atomic():
        assert not commands.present_each(actor=taskhub, presentations=[given(over)], now=NOON)
        assert not commands.finish_each(actor=taskhub, answers={over.pk: {}, open_still.pk: {}}, now=NOON)
        assert not commands.filter_each(actor=taskhub, filtered={over.pk: ({}, "Empty")}, now=NOON)
        assert not commands.fail_each(actor=taskhub, reasons={over.pk: "boom"}, now=NOON)
        assert not commands.process_each(actor=taskhub, task_ids=[over.pk, open_still.pk, failed.pk], now=NOON)
    assert [fresh(task).version for task in (over, open_still, failed)] == before


def test_what_ends_takes_its_shares_and_deadlines_along(
    cast: Cast, taskhub: Actor, processing: Callable[..., Task]
) -> None:
    done, out, broken = (processing(cast.ana, due_at=LATER) for _ in range(3))
    with transaction.atomic():
        commands.finish_each(actor=taskhub, answers={done.pk: {"a": 1}}, now=NOON)
        commands.filter_each(actor=taskhub, filtered={out.pk: ({"a": 2}, "Empty")}, now=NOON)
        commands.fail_each(actor=taskhub, reasons={broken.pk: "boom"}, now=NOON)
    ends = [(task.state, task.closed_reason, task.form_data) for task in map(fresh, (done, out, broken))]
    assert ends == [("completed", "", {"a": 1}), ("canceled", "filtered", {"a": 2}), ("failed", "", {})]
    assert not Assignment.objects.filter(is_open=True).exists()
    assert not Deadline.objects.exists()


def test_what_has_failed_is_worked_on_again_as_if_nobody_had_had_it(
    cast: Cast, taskhub: Actor, new_task: NewTask, do: Do
) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, cast.bo, due_at=LATER))
    do(cast.cleo, "fail", task)
    with transaction.atomic():
        commands.process_each(actor=taskhub, task_ids=[task.pk], now=NOON)
    task = fresh(task)
    assert (task.state, task.due_sort, task.performed_weight, task.closed_by) == ("processing", NEVER, 0, None)
    assert set(task.assignments.values_list("state", "is_open")) == {("replaced", False)}
    present(taskhub, given(task, cast.ana))
    assert task.assignments.filter(is_open=True).count() == 1


def test_many_cost_as_much_as_two(cast: Cast, taskhub: Actor, processing: Callable[..., Task]) -> None:
    costs = []
    for count in (2, 2, 20):  # the first looks up what is then known
        tasks = [processing() for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            present(taskhub, *(given(task, cast.ana, due_at=LATER, form_data={"a": 1}) for task in tasks))
        with transaction.atomic(), CaptureQueriesContext(connection) as more:
            commands.fail_each(actor=taskhub, reasons={task.pk: "boom" for task in tasks}, now=NOON)
        costs.append((len(asked), len(more)))
    assert costs[1] == costs[2]
