"""Numbers about the work: right on the edges, equal to the lists, few queries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import User
from conftest import Cast
from tasks.analytics import Analytics, Scope, analytics
from tasks.models import Priority, Task
from tasks.queries import visible_to

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
Make = Callable[..., Task]
Do = Callable[..., Any]


@pytest.fixture
def numbers(actor_of: Callable[..., Actor]) -> Callable[..., Analytics]:
    """`numbers(cleo, project_id=1)`: what that person is told of that scope."""
    return lambda who, now=NOW, **scope: analytics(actor_of(who), Scope(**scope), now)


@pytest.fixture
def finished(new_task: Make, do: Do) -> Callable[..., Task]:
    """`finished(ana, hours=3)`: a task that took somebody that long."""

    def make(who: User, hours: float, **fields: Any) -> Task:
        task = new_task(who, now=NOW, **fields)
        done: Task = do(who, "perform", task, now=NOW + timedelta(hours=hours))
        return done

    return make


def test_without_tasks_every_number_is_nothing(numbers: Callable[..., Analytics], cleo: User) -> None:
    found = numbers(cleo)
    assert (found.summary.total, found.summary.completion_rate, found.summary.average_hours) == (0, 0.0, 0.0)
    assert [(found.by_priority[priority].total) for priority in Priority] == [0, 0, 0, 0]
    assert found.by_assignee == []


def test_the_summary_counts_by_state_and_what_is_late(
    numbers: Callable[..., Analytics], finished: Callable[..., Task], new_task: Make, do: Do, cast: Cast
) -> None:
    finished(cast.ana, 2)
    finished(cast.bo, 4, priority=Priority.URGENT)
    do(cast.ana, "start", new_task(cast.ana, due_at=NOW - timedelta(minutes=1), now=NOW))
    new_task(cast.ana, due_at=NOW, now=NOW)
    do(cast.bo, "decline", new_task(cast.bo, due_at=NOW - timedelta(days=1), now=NOW), reason="no")
    summary = numbers(cast.cleo).summary
    assert (summary.total, summary.completed, summary.in_progress, summary.overdue) == (5, 2, 1, 1)
    assert (summary.completion_rate, summary.average_hours) == (0.4, 3.0)
    urgent = numbers(cast.cleo).by_priority[Priority.URGENT]
    assert (urgent.total, urgent.completed) == (1, 1)


def test_a_reopened_task_is_completed_no_more_and_then_took_the_whole_time(
    numbers: Callable[..., Analytics], finished: Callable[..., Task], do: Do, cast: Cast
) -> None:
    task = finished(cast.ana, 2)
    do(cast.cleo, "reopen", task, now=NOW + timedelta(hours=3))
    assert (numbers(cast.cleo).summary.completed, numbers(cast.cleo).by_assignee) == (0, [])
    do(cast.ana, "perform", task, now=NOW + timedelta(hours=5))
    found = numbers(cast.cleo)
    assert (found.summary.average_hours, found.by_assignee[0].average_hours) == (5.0, 5.0)


def test_whoever_holds_a_share_completed_it_and_who_declined_did_not(
    numbers: Callable[..., Analytics], new_task: Make, do: Do, finished: Callable[..., Task], cast: Cast
) -> None:
    task = new_task((cast.ana, "0.5"), (cast.bo, "0.5"), weight="0.5")
    do(cast.bo, "decline", task, reason="no")
    do(cast.ana, "perform", task)
    finished(cast.ana, 1)
    finished(cast.bo, 1)
    by_assignee = numbers(cast.cleo).by_assignee
    assert [(person.username, person.completed) for person in by_assignee] == [("ana", 2), ("bo", 1)]
    assert by_assignee[0].name == "Ana Diaz"


def test_a_share_that_was_claimed_counts_for_who_claimed_it_and_for_the_team(
    numbers: Callable[..., Analytics], new_task: Make, do: Do, cast: Cast
) -> None:
    task = new_task(cast.sales)
    new_task(cast.ana)
    do(cast.ana, "claim", task)
    do(cast.ana, "perform", task)
    found = numbers(cast.cleo, team_id=cast.sales.pk)
    assert (found.summary.total, found.summary.completed) == (1, 1)
    assert [person.username for person in found.by_assignee] == ["ana"]


def test_a_range_begins_with_its_first_moment_and_ends_before_its_last(
    numbers: Callable[..., Analytics], new_task: Make, cast: Cast
) -> None:
    for hour in (0, 1, 2):
        new_task(cast.ana, now=NOW + timedelta(hours=hour))
    assert numbers(cast.cleo, since=NOW, until=NOW + timedelta(hours=2)).summary.total == 2
    assert numbers(cast.cleo, since=NOW + timedelta(hours=1)).summary.total == 2


def test_deleted_tasks_and_those_of_others_do_not_count(
    numbers: Callable[..., Analytics], new_task: Make, do: Do, cast: Cast
) -> None:
    do(cast.cleo, "delete", new_task(cast.ana))
    new_task(project=cast.vault)
    new_task(cast.ana, project=cast.vault)
    new_task(cast.ana)
    assert (numbers(cast.cleo).summary.total, numbers(cast.ana).summary.total, numbers(cast.bo).summary.total) == (
        3,
        2,
        1,
    )
    assert numbers(cast.dan).summary.total == 0
    assert numbers(cast.cleo, project_id=cast.vault.pk).summary.total == 2


def test_the_numbers_are_those_of_the_lists(
    numbers: Callable[..., Analytics],
    finished: Callable[..., Task],
    new_task: Make,
    do: Do,
    actor_of: Callable[..., Actor],
    cast: Cast,
) -> None:
    for number in range(6):
        finished(cast.ana, number, priority=number % 4 + 1, project=cast.project)
        do(cast.ana, "start", new_task(cast.ana, project=cast.vault))
        new_task(cast.sales, cast.bo)
    for who in (cast.ana, cast.bo, cast.cleo):
        rows, found = visible_to(actor_of(who)), numbers(who)
        assert found.summary.total == rows.count()
        assert found.summary.completed == rows.filter(state="completed").count()
        assert found.summary.in_progress == rows.filter(state="in_progress").count()
        for priority, tally in found.by_priority.items():
            assert tally.total == rows.filter(priority=priority).count()


@pytest.mark.parametrize("size", [1, 40])
def test_four_queries_however_many_there_are(
    size: int,
    numbers: Callable[..., Analytics],
    finished: Callable[..., Task],
    counted: Callable[[int], Any],
    actor_of: Callable[..., Actor],
    cast: Cast,
) -> None:
    for number in range(size):
        finished((cast.ana, cast.bo)[number % 2], 1, priority=number % 4 + 1)
    actor = actor_of(cast.ana)
    with counted(4):
        found = analytics(actor, Scope(since=NOW), NOW)
    assert found.summary.completed == size
    with counted(3):
        found = analytics(actor, Scope(team_id=cast.sales.pk, project_id=cast.project.pk), NOW)
    assert found.summary.total == 0
