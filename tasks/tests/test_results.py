"""Tasks that end with one of several results, and ask for something besides."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import commands
from tasks.commands import NewTask, Opening
from tasks.commands.assign import Recipient
from tasks.conftest import types
from tasks.domain.errors import InvalidInput
from tasks.domain.form import Field, FieldType, Option
from tasks.domain.lifecycle import ClosedReason
from tasks.domain.results import Result, chosen, weightiest
from tasks.models import Assignment, Deadline, Task

YES_NO = (Result("yes", "Yes"), Result("no", "No"))
FORM = (
    Field("f_sum", "sum", FieldType.NUMBER, required=True, min=0),
    Field("f_kind", "kind", FieldType.SELECT, options=(Option("a", "a"), Option("b", "Second")), default="a"),
)


@pytest.fixture
def asking(cast: Cast, new_task: Any) -> Callable[..., Task]:
    """A task with two results and a form."""
    return lambda *holders, **more: new_task(*holders, **{"outcomes": YES_NO, "form_fields": FORM} | more)


def test_it_is_completed_with_one_of_its_results_and_cleaned_answers(cast: Cast, asking: Any, do: Any) -> None:
    done = do(cast.ana, "complete", asking(cast.ana), outcome="no", form_data={"sum": 12})
    done.refresh_from_db()
    assert (done.state, done.outcome, done.form_data) == ("completed", "no", {"sum": 12, "kind": "a"})
    assert done.events.get(type="task.completed").payload["outcome"] == "no"


@pytest.mark.parametrize("verb", ["complete", "perform"])
@pytest.mark.parametrize("outcome", ["", "maybe", "YES"])
def test_another_outcome_is_refused_with_those_there_are(
    cast: Cast, asking: Any, do: Any, verb: str, outcome: str
) -> None:
    task = asking(cast.ana)
    with pytest.raises(InvalidInput) as caught:
        do(cast.ana, verb, task, outcome=outcome, form_data={"sum": 12})
    assert (caught.value.field, caught.value.facts["outcomes"]) == ("outcome", ["yes", "no"])
    task.refresh_from_db()
    assert (task.state, task.version) == ("pending", 1)


def test_every_wrong_answer_is_named_at_once(cast: Cast, asking: Any, do: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        do(cast.ana, "complete", asking(cast.ana), outcome="yes", form_data={"sum": -1, "kind": "c", "x": 1})
    assert (caught.value.code, caught.value.field) == ("invalid_form", "form_data.sum")
    assert set(caught.value.facts["faults"]) == {"sum", "kind", "x"}


def test_answers_to_a_task_that_asks_nothing_are_refused(cast: Cast, new_task: Any, do: Any) -> None:
    with pytest.raises(InvalidInput):
        do(cast.ana, "complete", new_task(cast.ana), form_data={"sum": 1})


def test_a_manager_who_closes_the_whole_task_answers_as_well(cast: Cast, asking: Any, do: Any) -> None:
    task = asking(cast.ana)
    with pytest.raises(InvalidInput):
        do(cast.cleo, "complete", task)
    assert do(cast.cleo, "complete", task, outcome="yes", form_data={"sum": 1}).outcome == "yes"


def test_a_single_result_needs_no_naming(cast: Cast, new_task: Any, do: Any) -> None:
    task = new_task(cast.ana, outcomes=[Result("done", "Done")])
    assert do(cast.ana, "perform", task).outcome == "done"


def test_the_outcome_of_shared_work_is_the_weightiest(cast: Cast, asking: Any, do: Any) -> None:
    task = asking((cast.ana, 1), (cast.bo, 1), (cast.cleo, 3), weight=5)
    for person, outcome in ((cast.cleo, "no"), (cast.ana, "yes"), (cast.bo, "yes")):
        task = do(person, "perform", task, outcome=outcome, form_data={"sum": 1})
    assert (task.state, task.outcome) == ("completed", "no")


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ([], ""),
        ([("a", "1")], "a"),
        ([("a", "1"), ("b", "1")], "b"),
        ([("b", "1"), ("a", "1"), ("b", "1")], "b"),
        ([("a", "0.4"), ("b", "0.3"), ("c", "0.3")], "a"),
        ([("a", "1"), ("b", "1"), ("a", "0.5"), ("c", "1.5")], "c"),
    ],
)
def test_of_equal_outcomes_the_latest_counts(given: list[tuple[str, str]], outcome: str) -> None:
    assert weightiest([(code, Decimal(weight)) for code, weight in given]) == outcome


def test_without_results_an_outcome_is_free_words() -> None:
    assert chosen((), "any words") == "any words"
    with pytest.raises(InvalidInput):
        chosen((), "x" * 81)


def test_a_field_is_kept_as_the_shortest_that_says_the_same() -> None:
    assert [field.to_json() for field in FORM] == [
        {"id": "f_sum", "name": "sum", "type": "number", "required": True, "min": 0},
        {
            "id": "f_kind",
            "name": "kind",
            "type": "select",
            "default": "a",
            "options": ["a", {"value": "b", "label": "Second"}],
        },
    ]
    assert tuple(Field.from_json(field.to_json()) for field in FORM) == FORM


def test_reopened_work_is_answered_anew(cast: Cast, asking: Any, do: Any) -> None:
    task = asking((cast.ana, 1), (cast.bo, 2), weight=3)
    do(cast.bo, "perform", task, outcome="no", form_data={"sum": 1})
    do(cast.ana, "perform", task, outcome="yes", form_data={"sum": 1})
    do(cast.cleo, "reopen", task)
    do(cast.ana, "perform", task, outcome="yes", form_data={"sum": 2})
    task.refresh_from_db()
    assert (task.outcome, task.state) == ("yes", "in_progress")


def test_it_is_escalated_at_its_own_moment_without_a_due_time(cast: Cast, new_task: Any, do: Any) -> None:
    moment = timezone.now() + timedelta(hours=3)
    task = new_task(cast.ana, escalate_at=moment)
    assert list(Deadline.objects.filter(task=task).values_list("kind", "fire_at")) == [("escalation", moment)]
    do(cast.ana, "complete", task)
    assert not Deadline.objects.exists()


def test_many_are_made_and_canceled_like_one(cast: Cast, actor_of: Callable[..., Actor], counted: Any) -> None:
    cleo = actor_of(cast.cleo)
    now = timezone.now()
    openings = [
        Opening(NewTask(title=f"Task {number}", outcomes=YES_NO), [Recipient(cast.ana.pk, None, None)])
        for number in range(7)
    ]
    with counted(4, together=2):  # tasks and shares, events and outbox
        tasks = commands.create_each(
            actor=cleo, project_id=cast.project.pk, source="workflow", openings=openings, now=now
        )
    assert [task.title for task in tasks] == [f"Task {number}" for number in range(7)]
    assert Assignment.objects.filter(is_open=True, user=cast.ana).count() == 7
    with counted(7, together=1):  # tasks, shares, deadlines, tasks, last numbers, events and outbox
        commands.cancel_each(
            actor=cleo, task_ids=[task.pk for task in tasks], closed_reason=ClosedReason.SUPERSEDED, reason="x", now=now
        )
    assert types(tasks[0]) == ["task.created", "task.canceled"]
    assert set(Task.objects.values_list("state", "closed_reason", "version")) == {("canceled", "superseded", 2)}
    assert commands.cancel_each(actor=cleo, task_ids=[tasks[0].pk], closed_reason=ClosedReason.WITHDRAWN, now=now) == []


def test_one_bad_task_among_many_leaves_none(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    openings = [Opening(NewTask(title="Good")), Opening(NewTask(title=" "))]
    with pytest.raises(InvalidInput):
        commands.create_each(
            actor=actor_of(cast.cleo),
            project_id=cast.project.pk,
            source="workflow",
            openings=openings,
            now=timezone.now(),
        )
    assert not Task.objects.exists()
