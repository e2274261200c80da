"""Pages found by the keys of the row before them: every row exactly once, whatever happens in between."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Team
from conftest import Cast
from tasks import inbox
from tasks.models import Task

NewTask, Do, ActorOf = Callable[..., Task], Callable[..., Any], Callable[..., Actor]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SORTS = [(view, sort) for view in inbox.VIEWS for sort in inbox.SORTS if (view == "completed") == (sort == "finished")]


def walk(actor: Actor, view: str, sort: str, limit: int = 4) -> Iterator[list[int]]:
    """The ids of each page in turn."""
    after: str | None = ""
    while after is not None:
        page = inbox.page(actor, view, now=NOON, sort=sort, after=after, limit=limit)
        assert len(page.tasks) <= limit
        yield [task.pk for task in page.tasks]
        after = page.next


@pytest.fixture
def full(cast: Cast, new_task: NewTask, do: Do) -> list[Task]:
    """Tasks with many ties, in every view of ana."""
    support = Team.objects.create(organization=cast.acme, name="acme/support", slug="support", title="Support")
    support.user_set.set([cast.ana])
    moments = (None, NOON, NOON, NOON + timedelta(microseconds=1), NOON + timedelta(days=1))
    made = [
        new_task(cast.ana, cast.sales, support, by=cast.ana, watchers=[cast.ana.uuid], due_at=due_at, priority=priority)
        for due_at in moments
        for priority in (1, 4, 4)
    ]
    for number in range(9):
        done = new_task(cast.ana, cast.bo) if number % 2 else new_task(by=cast.ana)
        made.append(do(cast.ana, "complete", done, now=NOON + timedelta(seconds=number // 3)))
    return made


def test_walking_the_pages_meets_every_row_once_and_in_order(cast: Cast, full: list[Task], actor_of: ActorOf) -> None:
    ana = actor_of(cast.ana)
    for view, sort in SORTS:
        whole = next(walk(ana, view, sort, limit=1000))
        walked = [pk for page in walk(ana, view, sort) for pk in page]
        assert walked == whole, (view, sort)
        assert len(set(walked)) == len(walked) >= 9


def test_what_is_there_throughout_is_met_once_while_rows_come_and_go(
    cast: Cast, full: list[Task], new_task: NewTask, do: Do, actor_of: ActorOf
) -> None:
    ana, dice = actor_of(cast.ana), random.Random(7)

    def come_and_go(view: str) -> None:
        due_at = dice.choice([None, NOON - timedelta(days=1), NOON, NOON + timedelta(days=1)])
        added = new_task(cast.ana, cast.sales, by=cast.ana, watchers=[cast.ana.uuid], due_at=due_at)
        if view == "completed":
            do(cast.ana, "perform", added, now=NOON + timedelta(days=1))
        gone = dice.choice(list(Task.objects.filter(is_open=True)))
        do(cast.cleo, "cancel", gone)

    for view, sort in SORTS:
        before = {pk for page in walk(ana, view, sort) for pk in page}
        walked: list[int] = []
        for page in walk(ana, view, sort, limit=5):
            walked += page
            come_and_go(view)
        after = {pk for page in walk(ana, view, sort) for pk in page}
        assert len(set(walked)) == len(walked), (view, sort)
        assert before & after <= set(walked), (view, sort)


def test_a_cursor_means_the_same_in_every_time_zone(cast: Cast, full: list[Task], actor_of: ActorOf) -> None:
    ana = actor_of(cast.ana)
    for view in ("mine", "team"):
        whole = next(walk(ana, view, "due", limit=1000))
        for zone in ("Asia/Tokyo", "America/Los_Angeles"):
            with timezone.override(ZoneInfo(zone)):
                assert [pk for page in walk(ana, view, "due") for pk in page] == whole


NO_CURSORS = (
    "x",
    "{}",
    "null",
    "3",
    "[]",
    "[1]",
    "[1, 2]",
    '["x", 1]',
    '["2026-03-02T12:00:00", "2026-03-02T12:00:00"]',
    '[1, "2026-03-02T12:00:00", 3]',
    "[Infinity, 1]",
    "[NaN, 1]",
    '["2026-03-02T12:00:00+00:00", Infinity]',
    '["2026-03-02T12:00:00+00:00", 1' + 60 * "0" + "]",
    '["2026-03-02T12:00:00+00:00", null]',
    '["2026-03-02T12:00:00+00:00", [1]]',
    '["2026-03-02T12:00:00+00:00", true]',
    '["0001-01-01T00:00:00+14:00", 1]',
    '["9999-12-31T23:59:59-14:00", 1]',
    "[" * 100_000,
    "1" * 5000,
)


@pytest.mark.parametrize("view", ["mine", "team", "completed"])
def test_what_is_no_cursor_gives_the_first_page_or_an_empty_one_and_never_fails(
    cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf, view: str
) -> None:
    ana = actor_of(cast.ana)
    task = new_task((cast.ana, 1), (cast.sales, 1))
    do(cast.ana, "perform", task) if view == "completed" else None
    for sort in ("due", "priority", "newest"):
        for cursor in NO_CURSORS:
            assert inbox.page(ana, view, now=NOON, sort=sort, after=cursor).tasks in ([], [task]), cursor
