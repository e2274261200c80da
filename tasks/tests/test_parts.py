"""Shares, references and history of many tasks, each in order, by one query."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from conftest import Cast
from tasks import events
from tasks.commands import NewReference
from tasks.conftest import share
from tasks.models import Task
from tasks.parts import parts

NewTask, Do = Callable[..., Task], Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_each_task_has_its_own_parts_with_their_people(cast: Cast, new_task: NewTask, do: Do) -> None:
    content = {"amount": 7.5, "lines": [1, None, "x"], "text": "äöü 🏝"}
    task = new_task((cast.ana, "0.4"), (cast.sales, "0.6"), references=[NewReference("invoice", "7", "No. 7", content)])
    other = new_task(references=[NewReference("call", "c", content=None), NewReference("fax", "f", content=[])])
    do(cast.ana, "perform", task, now=NOON, metadata={"note": "fine"})
    found = parts([task.pk, other.pk])
    ana, sales = found[task.pk].shares
    assert (ana.name, ana.user_uuid, ana.username, ana.weight) == ("Ana Diaz", cast.ana.uuid, "ana", Decimal("0.4"))
    assert (ana.state, ana.acted_at, ana.team_uuid) == ("performed", NOON, None)
    assert (sales.name, sales.team_uuid, sales.user_uuid, sales.weight) == (
        "Sales Team",
        cast.sales.uuid,
        None,
        Decimal("0.6"),
    )
    (invoice,) = found[task.pk].references
    assert (invoice.kind, invoice.key, invoice.label, invoice.content) == ("invoice", "7", "No. 7", content)
    assert [(ref.kind, ref.content) for ref in found[other.pk].references] == [("call", None), ("fax", [])]
    created, performed = found[task.pk].events
    assert (created.type, created.name, created.user_uuid) == ("task.created", "Cleo Stone", cast.cleo.uuid)
    assert (performed.type, performed.at, performed.payload["metadata"]) == ("share.performed", NOON, {"note": "fine"})
    assert [event.type for event in found[other.pk].events] == ["task.created"]


def test_history_is_in_order_and_can_be_narrowed(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    for number in range(12):
        do(cast.bo, "comment", task, text=str(number))
    do(cast.ana, "perform", task)
    everything = [event.type for event in parts([task.pk])[task.pk].events]
    assert everything == ["task.created", *["comment.added"] * 12, "share.performed", "task.completed"]
    narrowed = parts([task.pk], events=["task.created", "task.completed"])[task.pk]
    assert [event.type for event in narrowed.events] == ["task.created", "task.completed"]
    assert len(narrowed.shares) == 1


def test_replaced_shares_are_history(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.cleo, "reassign", new_task(cast.ana), assignees=[share(cast.bo)])
    found = parts([task.pk])[task.pk]
    assert [part.state for part in found.shares] == ["replaced", "pending"]
    assert [part.username for part in found.current_shares] == ["bo"]


def test_what_nobody_did_was_taskhub(cast: Cast, new_task: NewTask, raw_rows: None) -> None:
    task = new_task()
    events.record_each(news={task: events.NewEvent("task.overdue")}, now=NOON)
    last = parts([task.pk])[task.pk].events[-1]
    assert (last.name, last.actor_kind, last.user_uuid) == ("TaskHub", "system", None)


def test_however_many_tasks_it_is_one_query_and_for_none_none(
    cast: Cast, new_task: NewTask, counted: Callable[[int], Any]
) -> None:
    with counted(0):
        assert parts([])[1].shares == []
    for amount in (1, 15):
        pks = [new_task(cast.ana, cast.sales, references=[NewReference("a", "b")]).pk for _ in range(amount)]
        with counted(1):
            found = parts(pks)
        assert all(len(found[pk].shares) == 2 and found[pk].references and found[pk].events for pk in pks)


def test_a_task_without_parts_or_unknown_has_empty_ones(cast: Cast, new_task: NewTask) -> None:
    task = new_task()
    assert (parts([task.pk])[task.pk].shares, parts([task.pk])[task.pk].references) == ([], [])
    assert parts([10**9])[10**9].events == []
