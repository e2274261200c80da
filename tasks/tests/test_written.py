"""Rows written by the kept statements of `accounts.written`: what `save` and `bulk_create` would write."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Team
from accounts.written import MOST_ROWS, insert, update
from conftest import Cast
from tasks.models import Deadline, Reference, Task

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS = ("due", "escalation")

NewTask = Callable[..., Task]


@pytest.fixture
def task(cast: Cast, new_task: NewTask, raw_rows: None) -> Task:
    """A task without references and deadlines."""
    return new_task(cast.ana)


def references(task: Task, count: int) -> list[Reference]:
    of_task = {"organization_id": task.organization_id, "task": task}
    return [Reference(**of_task, kind="k", key=f"{n}", content={"é": [n, None]}) for n in range(count)]


@pytest.mark.parametrize("count", [1, 3, MOST_ROWS + 1])
def test_rows_are_written_in_their_order_and_know_their_ids(task: Task, count: int) -> None:
    rows = references(task, count)
    insert(rows)
    found = list(Reference.objects.filter(task=task).order_by("pk"))
    assert [(row.pk, row.key, row.label, row.content) for row in rows] == [
        (row.pk, row.key, row.label, row.content) for row in found
    ]
    assert [row.key for row in found] == [str(number) for number in range(count)]
    assert not any(row._state.adding for row in rows)


def test_a_row_of_every_kind_of_column_comes_back_as_it_went(task: Task) -> None:
    task.uuid, task.pk = Task().uuid, None
    task.due_at = task.due_sort = NOON
    task.weight, task.tags, task.metadata = Decimal("2.5"), ["a"], {"x": {"y": 1}}
    insert([task])
    found = Task.objects.get(pk=task.pk)
    assert {**vars(found), "_state": None} == {**vars(Task.objects.get(uuid=task.uuid)), "_state": None}
    same = [field.attname for field in Task._meta.concrete_fields]
    assert [getattr(found, name) for name in same] == [getattr(task, name) for name in same]


def test_none_are_written_without_asking(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        insert([])
    assert len(asked) == 0


def test_a_value_may_be_said_in_sql(task: Task) -> None:
    rows = references(task, 2)
    rows[0].label = RawSQL("SELECT title FROM tasks_task WHERE id = %s", [task.pk])
    insert(rows)
    assert [Reference.objects.get(pk=row.pk).label for row in rows] == [task.title, ""]


@pytest.mark.parametrize("others", [0, MOST_ROWS])
def test_a_row_that_is_there_is_renewed_in_what_was_said(
    cast: Cast, new_task: NewTask, task: Task, others: int
) -> None:
    def deadlines(moment: datetime) -> list[Deadline]:
        of_all = [task, *more]
        return [Deadline(organization_id=task.organization_id, task=one, kind="due", fire_at=moment) for one in of_all]

    more = [new_task(cast.ana) for _ in range(others)]
    insert(deadlines(NOON))
    Deadline.objects.update(attempts=3)
    [first, *_] = rows = deadlines(NOON + timedelta(hours=1))
    insert(rows, unique=["task", "kind"], renewed=["fire_at"])
    found = Deadline.objects.get(task=task)
    assert (found.pk, found.fire_at, found.attempts) == (first.pk, first.fire_at, 3)
    assert Deadline.objects.count() == 1 + others


def test_a_change_writes_what_was_named(task: Task) -> None:
    before = task.description
    task.title, task.description, task.closed_by_id = "Other", "not named", task.created_by_id
    update(task, {"title", "closed_by_id"})
    found = Task.objects.get(pk=task.pk)
    assert (found.title, found.description, found.closed_by_id) == ("Other", before, task.created_by_id)


def test_a_row_that_is_gone_cannot_be_changed(task: Task) -> None:
    [row] = references(task, 1)
    insert([row])
    Reference.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError, match="no Reference"):
        update(row, {"label"})


def test_a_constraint_is_named_as_ever(task: Task) -> None:
    task.pk = None
    with pytest.raises(IntegrityError, match="uuid"), transaction.atomic():
        insert([task])


@pytest.mark.parametrize("row", [Team(slug="parents"), Membership()], ids=["parents", "a moment set when saved"])
def test_what_needs_its_own_save_is_refused(db: None, row: Team | Membership) -> None:
    with pytest.raises(TypeError, match="own save"):
        insert([row])
