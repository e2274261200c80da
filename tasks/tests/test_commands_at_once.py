"""Several people at one task in the same moment: real threads, each with its own connection, on either database."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.ids import uuid7
from accounts.models import Membership, User
from conftest import Cast
from tasks import commands
from tasks.conftest import share, types
from tasks.models import Task

from .at_once import outcomes, race

pytestmark = pytest.mark.django_db(transaction=True)
NewTask, Do, ActorOf = Callable[..., Task], Callable[..., Any], Callable[..., Actor]
Runner = Callable[[Task], Any]


@pytest.fixture
def hand(actor_of: ActorOf) -> Callable[..., Runner]:
    """`hand(ana, "perform")`: what ana does with each task of a race."""

    def make(who: User, verb: str, **given: Any) -> Runner:
        actor = actor_of(who)
        return lambda task: getattr(commands, verb)(actor=actor, task=task.pk, **given)

    return make


@pytest.fixture
def crowd(cast: Cast) -> Callable[[int], list[User]]:
    def make(count: int) -> list[User]:
        people = User.objects.bulk_create(User(username=f"p{number}") for number in range(count))
        Membership.objects.bulk_create(Membership(user=user, organization=cast.acme) for user in people)
        return people

    return make


def test_one_share_performed_by_eight_clients_at_once_counts_once(cast: Cast, new_task: NewTask, hand: Any) -> None:
    tasks = [new_task((cast.ana, "0.5"), (cast.bo, "0.5")) for _ in range(25)]
    for results in race(tasks, *[hand(cast.ana, "perform")] * 8):
        assert outcomes(results) == {"done": 1, "WrongState": 7}
    for task in tasks:
        task.refresh_from_db()
        assert (task.performed_weight, task.state) == (Decimal("0.5"), "in_progress")
        assert types(task) == ["task.created", "share.performed"]


@pytest.mark.parametrize(("people", "weight"), [(8, "0.125"), (10, "0.1"), (3, None)])
def test_shares_performed_at_once_complete_the_task_once_when_all_are_done(
    crowd: Callable[[int], list[User]], new_task: NewTask, hand: Any, people: int, weight: str | None
) -> None:
    shares = crowd(people)
    tasks = [new_task(*((person, weight) for person in shares)) for _ in range(6)]
    for results in race(tasks, *(hand(person, "perform") for person in shares)):
        assert outcomes(results) == {"done": people}
        assert sorted(task.state for task in results) == ["completed"] + ["in_progress"] * (people - 1)
    for task in tasks:
        task.refresh_from_db()
        assert (task.performed_weight, task.version) == (1, people + 1)
        assert types(task).count("task.completed") == 1


def test_the_last_approval_and_a_refusal_that_would_end_it_leave_one_outcome(
    cast: Cast, eve: User, new_task: NewTask, do: Do, hand: Any
) -> None:
    tasks = [
        do(cast.cleo, "perform", new_task((cast.cleo, "0.5"), (cast.ana, "0.5"), (eve, "0.5"), weight=1))
        for _ in range(12)
    ]
    for task, results in zip(tasks, race(tasks, hand(cast.ana, "perform"), hand(eve, "decline")), strict=True):
        assert results[0].state == "completed"
        assert outcomes(results) in ({"done": 2}, {"done": 1, "WrongState": 1})
        assert types(task).count("task.completed") == 1
        assert "task.declined" not in types(task)


def test_an_approval_and_a_refusal_of_which_both_are_needed_decline_the_task(
    cast: Cast, eve: User, new_task: NewTask, hand: Any
) -> None:
    tasks = [new_task((cast.ana, "0.5"), (eve, "0.5")) for _ in range(12)]
    race(tasks, hand(cast.ana, "perform"), hand(eve, "decline"))
    for task in tasks:
        task.refresh_from_db()
        assert task.state == "declined"
        assert types(task).count("task.declined") == 1


def test_of_fifty_who_claim_one_task_one_gets_it(
    cast: Cast, crowd: Callable[[int], list[User]], new_task: NewTask, hand: Any
) -> None:
    members = crowd(50)
    cast.sales.user_set.add(*members)
    tasks = [new_task(cast.sales) for _ in range(3)]
    for task, results in zip(tasks, race(tasks, *(hand(member, "claim") for member in members)), strict=True):
        assert outcomes(results) == {"done": 1, "WrongState": 49}
        (winner,) = (member for member, result in zip(members, results, strict=True) if isinstance(result, Task))
        assert task.assignments.get().user_id == winner.pk


def test_performing_and_canceling_at_once_end_the_task_once(cast: Cast, new_task: NewTask, hand: Any) -> None:
    tasks = [new_task(cast.ana) for _ in range(12)]
    for task, results in zip(tasks, race(tasks, hand(cast.ana, "perform"), hand(cast.cleo, "cancel")), strict=True):
        assert outcomes(results) == {"done": 1, "WrongState": 1}
        ends = {"task.completed", "task.canceled"} & set(types(task))
        assert len(ends) == 1


def test_performing_and_being_replaced_at_once_never_loses_the_work(
    cast: Cast, eve: User, new_task: NewTask, hand: Any
) -> None:
    tasks = [new_task((eve, "0.5"), (cast.ana, "0.5")) for _ in range(12)]
    hand_over = hand(cast.cleo, "reassign", assignees=[share(cast.bo)])
    for task, results in zip(tasks, race(tasks, hand(eve, "perform"), hand_over), strict=True):
        worked = not isinstance(results[0], Exception)
        task.refresh_from_db()
        assert task.performed_weight == (Decimal("0.5") if worked else 0)
        assert task.assignments.get(user=cast.bo).weight == 1 - task.performed_weight


def test_changes_of_different_fields_at_once_both_last(cast: Cast, new_task: NewTask, hand: Any) -> None:
    tasks = [new_task(by=cast.bo) for _ in range(10)]
    fields = [{"title": "New"}, {"priority": 4}, {"tags": ["x"]}, {"description": "Long"}]
    for results in race(tasks, *(hand(cast.cleo, "update", values=values) for values in fields)):
        assert outcomes(results) == {"done": 4}
    for task in tasks:
        task.refresh_from_db()
        assert (task.title, task.priority, task.tags, task.description) == ("New", 4, ["x"], "Long")
        assert task.version == 5


def test_of_changes_that_rest_on_the_same_version_one_is_made(cast: Cast, new_task: NewTask, hand: Any) -> None:
    tasks = [new_task() for _ in range(10)]
    writers = [hand(cast.cleo, "update", values={"title": f"by {n}"}, version=1) for n in range(6)]
    for results in race(tasks, *writers):
        assert outcomes(results) == {"done": 1, "StaleVersion": 5}


def test_an_id_that_several_clients_choose_at_once_is_given_once(cast: Cast, actor_of: ActorOf, access_to: Any) -> None:
    given = {"actor": actor_of(cast.cleo), "project": access_to(cast.cleo, cast.project), "source": "x", "title": "x"}
    chosen = [uuid7() for _ in range(8)]
    for results in race(chosen, *[lambda uuid: commands.create(uuid=uuid, **given)] * 4):
        assert outcomes(results) == {"done": 1, "Conflict": 3}
    assert Task.objects.count() == 8


def test_starting_commenting_and_watching_at_once_number_the_history_without_a_gap(
    cast: Cast, new_task: NewTask, hand: Any
) -> None:
    tasks = [new_task(cast.ana) for _ in range(8)]
    talk = partial(hand, verb="comment", text="Hello")
    for results in race(
        tasks, hand(cast.ana, "start"), talk(cast.bo), talk(cast.cleo), hand(cast.bo, "watch"), hand(cast.bo, "watch")
    ):
        assert outcomes(results) == {"done": 5}
    for task in tasks:
        assert sorted(types(task)) == ["comment.added"] * 2 + ["task.created", "task.started", "watcher.added"]
