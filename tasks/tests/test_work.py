"""People do their shares: start, perform, complete and decline, and what that does to the task."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts import access
from accounts.actor import Actor, Role
from accounts.models import Membership, User
from conftest import Cast
from tasks import commands
from tasks.conftest import types
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from tasks.domain.lifecycle import State
from tasks.models import Task

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_starting_puts_the_task_in_progress_once(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "start", new_task(cast.ana), now=NOON)
    assert (task.state, task.started_at, task.version) == ("in_progress", NOON, 2)
    with pytest.raises(WrongState) as refused:
        do(cast.ana, "start", task)
    assert refused.value.facts == {"verb": "start", "state": "in_progress"}
    assert types(task) == ["task.created", "task.started"]


def test_performing_the_only_share_completes_the_task(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, due_at=NOON), outcome="ok", resolution="Signed.", now=NOON)
    task.refresh_from_db()
    assert (task.state, task.performed_weight, task.closed_by, task.closed_at) == ("completed", 1, cast.ana, NOON)
    assert (task.outcome, task.resolution, task.is_open) == ("ok", "Signed.", False)
    share = task.assignments.get()
    assert (share.state, share.is_open, share.acted_at) == ("performed", False, NOON)
    assert types(task) == ["task.created", "share.performed", "task.completed"]
    assert not task.deadlines.exists()


def test_each_share_moves_the_task_on_until_the_weight_is_met(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task((cast.ana, "0.5"), (cast.bo, "0.5"), (eve, "0.5"))
    task = do(cast.ana, "perform", task, metadata={"note": 1})
    assert (task.state, task.performed_weight) == ("in_progress", Decimal("0.5"))
    task = do(eve, "perform", task)
    assert (task.state, task.performed_weight) == ("completed", 1)
    left = task.assignments.get(user=cast.bo)
    assert (left.state, left.is_open) == ("pending", False)
    performed = task.events.filter(type="share.performed").order_by("seq")
    assert [event.payload["closes"] for event in performed] == [False, True]
    assert (performed[0].payload["metadata"], performed[0].payload["state"]) == ({"note": 1}, "in_progress")


def test_three_thirds_and_ten_tenths_complete_a_task(
    cast: Cast, eve: User, person: Callable[..., User], new_task: NewTask, do: Do
) -> None:
    for people, weight in ([cast.ana, cast.bo, eve], None), ([person(f"p{n}", cast.acme) for n in range(10)], "0.1"):
        task = new_task(*((somebody, weight) for somebody in people))
        for somebody in people:
            assert task.state != "completed"
            task = do(somebody, "perform", task)
        assert (task.state, task.performed_weight) == ("completed", 1)


def test_a_share_is_performed_once(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, cast.bo))
    with pytest.raises(WrongState, match="already been performed") as refused:
        do(cast.ana, "perform", task)
    assert refused.value.facts == {"verb": "perform", "state": "performed"}
    task.refresh_from_db()
    assert task.performed_weight == Decimal("0.5")


@pytest.mark.parametrize("verb", ["perform", "complete", "decline"])
def test_who_has_done_their_own_share_does_not_get_the_teams_by_asking_again(
    cast: Cast, new_task: NewTask, do: Do, verb: str
) -> None:
    task = do(cast.ana, verb, new_task((cast.ana, "0.5"), (cast.sales, "0.5"), (cast.bo, "0.5")))
    for again in ("perform", "complete", "decline", "claim"):
        with pytest.raises(WrongState, match="already"):
            do(cast.ana, again, task)
    assert task.assignments.get(team=cast.sales).state == "pending"


def test_completing_as_an_assignee_performs_ones_share(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "complete", new_task(cast.ana, cast.bo), outcome="fine")
    assert (task.state, task.performed_weight) == ("in_progress", Decimal("0.5"))
    assert do(cast.bo, "complete", task).state == "completed"


def test_completing_as_a_manager_closes_the_whole_task(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "complete", new_task(cast.ana, cast.bo), outcome="moot", metadata={"why": "settled"})
    assert (task.state, task.performed_weight, task.closed_by) == ("completed", 0, cast.cleo)
    assert not task.assignments.filter(is_open=True).exists()
    assert task.events.get(type="task.completed").payload == {
        "state": "completed",
        "outcome": "moot",
        "metadata": {"why": "settled"},
    }
    with pytest.raises(WrongState):
        do(cast.ana, "perform", task)


def test_the_creator_may_complete_a_task_without_assignees(cast: Cast, new_task: NewTask, do: Do) -> None:
    assert do(cast.ana, "complete", new_task(by=cast.ana)).state == "completed"


def test_declining_the_only_share_declines_the_task(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "decline", new_task(cast.ana, due_at=NOON), reason="Not mine", now=NOON)
    assert (task.state, task.closed_by, task.closed_at) == ("declined", cast.ana, NOON)
    declined = task.events.get(type="share.declined").payload
    assert (declined["reason"], declined["closes"]) == ("Not mine", True)
    assert types(task) == ["task.created", "share.declined", "task.declined"]


def test_declining_is_survived_while_the_others_can_still_reach_the_weight(
    cast: Cast, eve: User, new_task: NewTask, do: Do
) -> None:
    task = new_task((cast.ana, "0.5"), (cast.bo, "0.5"), (eve, "0.5"))
    task = do(cast.ana, "decline", task)
    assert task.state == "pending"
    task = do(cast.bo, "perform", task)
    assert do(eve, "decline", task).state == "declined"
    assert types(task)[-2:] == ["share.declined", "task.declined"]


def test_who_has_no_share_may_not_work(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    for verb in ("start", "perform", "complete", "decline", "claim"):
        with pytest.raises(NotAllowed) as refused:
            do(eve, verb, task)
        assert refused.value.code == "not_assignee"
    assert types(task) == ["task.created"]


@pytest.mark.parametrize("end", ["cancel", "fail", "delete"])
def test_a_task_that_was_stopped_takes_no_more_work(cast: Cast, new_task: NewTask, do: Do, end: str) -> None:
    task = do(cast.cleo, end, new_task(cast.ana))
    for verb in ("start", "perform", "complete", "decline"):
        with pytest.raises(NotFound if end == "delete" else WrongState):
            do(cast.ana, verb, task)


def test_a_task_still_being_processed_is_not_worked(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, state=State.PROCESSING)
    for verb in ("start", "perform", "complete", "decline"):
        with pytest.raises(WrongState):
            do(cast.ana, verb, task)


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        ("perform", {"outcome": "x" * 81}, "outcome"),
        ("complete", {"resolution": "x" * 10_001}, "resolution"),
        ("decline", {"reason": "x" * 2_001}, "reason"),
    ],
)
def test_texts_out_of_bounds_change_nothing(
    cast: Cast, new_task: NewTask, do: Do, verb: str, given: dict[str, str], field: str
) -> None:
    task = new_task(cast.ana)
    with pytest.raises(InvalidInput) as refused:
        do(cast.ana, verb, task, **given)
    assert refused.value.field == field
    task.refresh_from_db()
    assert (task.state, task.version, types(task)) == ("pending", 1, ["task.created"])


def test_someone_demoted_to_viewer_no_longer_works(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    Membership.objects.filter(user=cast.ana).update(role=Role.VIEWER)
    access.forget()
    with pytest.raises(NotAllowed, match="look at"):
        do(cast.ana, "perform", task)


def test_performing_takes_seven_queries_whatever_the_number_of_shares(
    cast: Cast,
    eve: User,
    new_task: NewTask,
    actor_of: Callable[..., Actor],
    counted: Callable[..., AbstractContextManager[None]],
) -> None:
    ana = actor_of(cast.ana)
    commands.perform(actor=ana, task=new_task(cast.ana, cast.bo).pk)  # now the project is remembered
    for people in ([cast.bo], [cast.bo, eve, cast.sales]):
        task = new_task(cast.ana, *people)
        with counted(6, together=1):  # lock, shares, share, task, event and outbox
            commands.perform(actor=ana, task=task.pk)
    task = new_task(cast.ana, due_at=NOON)
    with counted(7, together=1):  # and the deadlines of a task that closes; its two events go in one
        commands.perform(actor=ana, task=task.pk)
