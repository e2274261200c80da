"""Points are added, ticked off and taken back by who works on the task or manages it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from conftest import Cast
from tasks.conftest import types
from tasks.domain import content
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from tasks.models import ChecklistItem, Task

NewTask, Do = Callable[..., Task], Callable[..., Any]


def texts(task: Task) -> list[str]:
    return [item.text for item in task.checklist.all()]


def test_a_task_comes_with_its_points_in_order(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, checklist=["Review", "Call"])
    do(cast.ana, "add_item", task, text="Close")
    assert texts(task) == ["Review", "Call", "Close"]


def test_a_point_is_ticked_off_and_taken_back(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, checklist=["Review"])
    item = task.checklist.get().uuid
    for done in (True, True):
        row = do(cast.ana, "change_item", task, item=item, done=done)
        assert (row.done_by_id, row.done_at is not None) == (cast.ana.pk, True)
    row = do(cast.cleo, "change_item", task, item=item, done=False, text="Review it all")
    assert (row.done_by_id, row.done_at, row.text) == (None, None, "Review it all")
    assert types(task)[1:] == ["checklist.ticked", "checklist.changed", "checklist.unticked"]


def test_a_point_is_removed_and_remembered(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, checklist=["Review", "Call"])
    do(cast.ana, "remove_item", task, item=task.checklist.first().uuid)
    assert texts(task) == ["Call"]
    assert task.events.get(type="checklist.removed").payload["text"] == "Review"


def test_points_are_for_who_works_on_an_open_task(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, checklist=["Review"])
    with pytest.raises(NotAllowed):
        do(eve, "add_item", task, text="x")
    do(cast.ana, "perform", task)
    with pytest.raises(WrongState):
        do(cast.cleo, "add_item", task, text="x")


def test_a_point_of_another_task_is_no_point_of_this_one(cast: Cast, new_task: NewTask, do: Do) -> None:
    task, other = (new_task(cast.ana, checklist=["Review"]) for _ in range(2))
    with pytest.raises(NotFound) as refused:
        do(cast.ana, "change_item", task, item=other.checklist.get().uuid, done=True)
    assert refused.value.code == "item_not_found"


def test_a_checklist_is_bounded(cast: Cast, new_task: NewTask, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.commands.checklist.MAX_ITEMS", 1)
    task = new_task(cast.ana, checklist=["Review"])
    for text in ("x" * 501, " ", "one more"):
        with pytest.raises(InvalidInput):
            do(cast.ana, "add_item", task, text=text)
    with pytest.raises(InvalidInput):
        new_task(cast.ana, checklist=["x"] * (content.MAX_ITEMS + 1))
    assert ChecklistItem.objects.count() == 1
