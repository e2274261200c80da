"""Open shares are handed over for good; what was done stays done."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from conftest import Cast
from tasks.conftest import share
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from tasks.models import Task

NewTask, Do = Callable[..., Task], Callable[..., Any]
HALF = Decimal("0.5")


def rows(task: Task) -> list[tuple[Any, ...]]:
    return [
        (row.user or row.team, row.weight, row.state)
        for row in task.assignments.select_related("user", "team").order_by("pk")
    ]


def test_open_shares_are_replaced_by_the_new_ones(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "reassign", new_task(cast.ana, cast.sales), assignees=[share(eve)], metadata={"why": "away"})
    assert rows(task) == [(cast.ana, HALF, "replaced"), (cast.sales, HALF, "replaced"), (eve, 1, "pending")]
    assert task.version == 2
    payload = task.events.get(type="task.reassigned").payload
    assert (payload["users"], payload["teams"]) == ([eve.pk], [])
    assert (payload["from_users"], payload["from_teams"]) == ([cast.ana.pk], [cast.sales.pk])
    assert payload["metadata"] == {"why": "away"}


def test_performed_shares_stay_and_the_missing_weight_is_divided(
    cast: Cast, eve: User, new_task: NewTask, do: Do
) -> None:
    task = do(cast.ana, "perform", new_task((cast.ana, "0.4"), (cast.bo, "0.6")))
    task = do(cast.cleo, "reassign", task, assignees=[share(eve), share(cast.sales)])
    assert rows(task) == [
        (cast.ana, Decimal("0.4"), "performed"),
        (cast.bo, Decimal("0.6"), "replaced"),
        (eve, Decimal("0.3"), "pending"),
        (cast.sales, Decimal("0.3"), "pending"),
    ]
    do(eve, "perform", task)
    assert do(cast.bo, "perform", task).state == "completed"


def test_the_same_person_may_be_given_it_again(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "reassign", new_task(cast.ana), assignees=[share(cast.ana), share(cast.bo)])
    assert rows(task) == [(cast.ana, 1, "replaced"), (cast.ana, HALF, "pending"), (cast.bo, HALF, "pending")]


def test_who_declined_may_be_asked_again_by_name(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "decline", new_task((cast.ana, "0.5"), (cast.bo, "0.5"), (eve, "0.5")))
    task = do(cast.cleo, "reassign", task, assignees=[share(cast.ana)])
    assert do(cast.ana, "perform", task).state == "completed"


def test_who_has_performed_is_refused(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, cast.bo))
    with pytest.raises(InvalidInput, match="already performed") as refused:
        do(cast.cleo, "reassign", task, assignees=[share(cast.ana)])
    assert refused.value.field == "assignees"


def test_who_has_performed_does_not_get_at_it_through_a_team(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, cast.bo))
    task = do(cast.cleo, "reassign", task, assignees=[share(cast.sales)])
    with pytest.raises(WrongState):
        do(cast.ana, "perform", task)
    assert do(cast.bo, "perform", task).state == "completed"


def test_weights_that_cannot_reach_what_is_missing_are_refused(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    for weight in ("0.5", "0", "-1"):
        with pytest.raises(InvalidInput):
            do(cast.cleo, "reassign", task, assignees=[share((cast.bo, weight))])
    assert rows(task) == [(cast.ana, 1, "pending")]


def test_somebody_must_be_named_and_known(cast: Cast, vera: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    with pytest.raises(InvalidInput, match="at least one"):
        do(cast.cleo, "reassign", task, assignees=[])
    for stranger in (uuid4(), cast.dan):
        with pytest.raises(NotFound) as refused:
            do(cast.cleo, "reassign", task, assignees=[share(stranger)])
        assert refused.value.code == "assignees_not_found"
    with pytest.raises(InvalidInput, match="viewer"):
        do(cast.cleo, "reassign", task, assignees=[share(vera)])
    assert rows(task) == [(cast.ana, 1, "pending")]


def test_assignees_do_not_hand_over_by_themselves_but_creators_do(cast: Cast, new_task: NewTask, do: Do) -> None:
    with pytest.raises(NotAllowed):
        do(cast.ana, "reassign", new_task(cast.ana), assignees=[share(cast.bo)])
    assert rows(do(cast.ana, "reassign", new_task(by=cast.ana), assignees=[share(cast.bo)])) == [
        (cast.bo, 1, "pending")
    ]


def test_a_closed_task_is_not_reassigned(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana))
    with pytest.raises(WrongState):
        do(cast.cleo, "reassign", task, assignees=[share(cast.bo)])


def test_the_former_assignee_no_longer_works_it(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "reassign", new_task(eve), assignees=[share(cast.bo)])
    with pytest.raises(NotAllowed):
        do(eve, "perform", task)
