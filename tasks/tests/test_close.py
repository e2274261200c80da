"""Ending a task on purpose, opening it again, and taking it away."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from conftest import Cast
from tasks.conftest import share, types
from tasks.domain.errors import NotAllowed, NotFound, WrongState
from tasks.domain.lifecycle import ClosedReason, State
from tasks.models import Deadline, Task

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_canceling_closes_every_share_and_takes_the_deadlines(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "cancel", new_task(cast.ana, cast.sales, due_at=NOON), reason="Moot", now=LATER)
    assert (task.state, task.closed_reason, task.closed_by, task.closed_at) == (
        "canceled",
        "withdrawn",
        cast.cleo,
        LATER,
    )
    assert not task.assignments.filter(is_open=True).exists()
    assert not Deadline.objects.exists()
    assert task.events.get(type="task.canceled").payload == {
        "state": "canceled",
        "closed_reason": "withdrawn",
        "reason": "Moot",
    }


@pytest.mark.parametrize("reason", ClosedReason)
def test_why_it_was_canceled_is_kept(cast: Cast, new_task: NewTask, do: Do, reason: ClosedReason) -> None:
    task = do(cast.cleo, "cancel", new_task(), closed_reason=reason, metadata={"by": "import"})
    task.refresh_from_db()
    assert task.closed_reason == reason.value
    assert task.events.get(type="task.canceled").payload["metadata"] == {"by": "import"}


def test_what_is_discarded_was_being_worked_on(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "discard", new_task(cast.ana), reason="A blank page")
    assert (task.state, task.closed_reason) == ("canceled", "discarded")
    assert task.events.get(type="task.canceled").payload["reason"] == "A blank page"
    with pytest.raises(WrongState):
        do(cast.cleo, "discard", new_task(cast.ana, state=State.PROCESSING))


def test_failing_ends_it_with_its_reason(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "fail", new_task(cast.ana), reason="Broken file")
    assert (task.state, types(task)) == ("failed", ["task.created", "task.failed"])
    assert task.events.get(type="task.failed").payload == {"state": "failed", "reason": "Broken file"}


@pytest.mark.parametrize("verb", ["cancel", "fail"])
def test_what_has_ended_does_not_end_again(cast: Cast, new_task: NewTask, do: Do, verb: str) -> None:
    for end in ("complete", "cancel", "fail"):
        task = do(cast.cleo, end, new_task(cast.ana))
        with pytest.raises(WrongState):
            do(cast.cleo, verb, task)


def test_reopening_asks_everybody_anew(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, cast.bo, due_at=NOON)
    for somebody in (cast.ana, cast.bo):
        task = do(somebody, "perform", task, outcome="ok")
    task = do(cast.cleo, "reopen", task, reason="A page is missing")
    assert isinstance(task.performed_weight, Decimal)
    task.refresh_from_db()
    assert (task.state, task.performed_weight, task.outcome, task.closed_at, task.closed_by) == (
        "pending", 0, "", None, None,
    )  # fmt: skip
    assert list(task.assignments.values_list("state", "is_open", "acted_at")) == [("pending", True, None)] * 2
    assert {row.kind for row in task.deadlines.all()} == {"due", "escalation"}
    for somebody in (cast.ana, cast.bo):
        task = do(somebody, "perform", task)
    assert task.state == "completed"


@pytest.mark.parametrize("end", ["complete", "cancel", "fail"])
def test_whatever_closed_it_can_be_undone(cast: Cast, new_task: NewTask, do: Do, end: str) -> None:
    task = do(cast.cleo, "reopen", do(cast.cleo, end, new_task(cast.ana)))
    assert do(cast.ana, "perform", task).state == "completed"


def test_an_open_task_is_not_reopened(cast: Cast, new_task: NewTask, do: Do) -> None:
    with pytest.raises(WrongState):
        do(cast.cleo, "reopen", new_task(cast.ana))


def test_who_declined_and_then_performed_is_asked_once_when_it_is_reopened(
    cast: Cast, eve: User, new_task: NewTask, do: Do
) -> None:
    task = do(cast.ana, "decline", new_task((cast.ana, "0.5"), (cast.bo, "0.5"), (eve, "0.5")))
    task = do(cast.cleo, "reassign", task, assignees=[share(cast.ana), share(cast.bo)])
    for somebody in (cast.ana, cast.bo):
        task = do(somebody, "perform", task)
    task = do(cast.cleo, "reopen", task)
    assert list(task.assignments.filter(user=cast.ana).order_by("pk").values_list("state", flat=True)) == [
        "replaced",
        "pending",
    ]
    for somebody in (cast.bo, cast.ana):
        task = do(somebody, "perform", task)
    assert task.state == "completed"


def test_deleting_an_open_task_cancels_it_and_hides_it(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "delete", new_task(cast.ana, due_at=NOON), now=LATER)
    assert (task.state, task.deleted_at, types(task)) == (
        "canceled",
        LATER,
        ["task.created", "task.canceled", "task.deleted"],
    )
    for verb in ("delete", "reopen", "watch"):
        with pytest.raises(NotFound):
            do(cast.cleo, verb, task)


def test_deleting_a_closed_task_leaves_its_end_as_it_was(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "delete", do(cast.ana, "perform", new_task(cast.ana)))
    assert (task.state, types(task)[-1]) == ("completed", "task.deleted")


@pytest.mark.parametrize("verb", ["cancel", "fail", "delete"])
def test_assignees_do_not_end_what_others_made_but_creators_do(
    cast: Cast, new_task: NewTask, do: Do, verb: str
) -> None:
    with pytest.raises(NotAllowed):
        do(cast.ana, verb, new_task(cast.ana))
    assert not do(cast.ana, verb, new_task(by=cast.ana)).is_open
