"""Who is told of what, in which role, by which channel."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor, Role
from accounts.models import Membership, Team, User
from conftest import Cast
from tasks import commands
from tasks.conftest import share
from tasks.models import Delivery, Event, Task
from tasks.notifications.notices import BY_EVENT, NOTICES
from tasks.notifications.plan import plan
from tasks.outbox import drain
from tasks.sweeps import sweep_deadlines

NewTask, Do = Callable[..., Task], Callable[..., Any]
Told = set[tuple[str, str, str]]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
APP, MAIL = ("in_app",), ("in_app", "email")


@pytest.fixture
def gina(cast: Cast, person: Callable[..., User]) -> User:
    return person("gina", cast.acme)


@pytest.fixture
def flo(cast: Cast, person: Callable[..., User]) -> User:
    """The only member of the team "support"."""
    flo = person("flo", cast.acme)
    team = Team.objects.create(organization=cast.acme, name="acme/support", slug="support", title="Support")
    team.user_set.add(flo)
    return flo


@pytest.fixture
def task(cast: Cast, eve: User, flo: User, new_task: NewTask) -> Task:
    """Made by bo, for ana and the team of flo, watched by eve; cleo manages the organization. Nothing is owed."""
    support = Team.objects.get(slug="support")
    made = new_task((cast.ana, "0.5"), (support, "0.5"), by=cast.bo, watchers=[eve.uuid], due_at=NOON)
    drain()
    Delivery.objects.all().delete()
    return made


def told(notice: str) -> Told:
    """Who was told so, by which channel and why."""
    drain()
    rows = Delivery.objects.filter(notice=notice)
    return set(rows.values_list("user__username", "channel", "reason"))


def expected(**people: tuple[str, tuple[str, ...]]) -> Told:
    return {(name, channel, reason) for name, (reason, channels) in people.items() for channel in channels}


def test_new_work_is_told_to_those_who_get_it(cast: Cast, eve: User, flo: User, new_task: NewTask) -> None:
    new_task(cast.ana, Team.objects.get(slug="support"), by=cast.bo, watchers=[eve.uuid])
    assert told("task_assigned") == expected(ana=("assignee", MAIL), flo=("assignee", MAIL))


def test_reassigned_work_is_told_to_the_new_ones_only(cast: Cast, gina: User, task: Task, do: Do) -> None:
    do(cast.bo, "reassign", task, assignees=[share(gina)])
    assert told("task_assigned") == expected(gina=("assignee", MAIL))


@pytest.mark.parametrize(
    ("who", "verb", "notice", "people"),
    [
        ("ana", "perform", "share_performed", {"bo": ("creator", APP), "eve": ("watcher", MAIL)}),
        ("ana", "decline", "task_declined",
         {"bo": ("creator", MAIL), "eve": ("watcher", MAIL), "flo": ("assignee", APP)}),
        ("cleo", "complete", "task_completed",
         {"ana": ("assignee", APP), "flo": ("assignee", APP), "bo": ("creator", MAIL), "eve": ("watcher", MAIL)}),
        ("cleo", "cancel", "task_canceled",
         {"ana": ("assignee", APP), "flo": ("assignee", APP), "bo": ("creator", APP), "eve": ("watcher", MAIL)}),
        ("cleo", "fail", "task_failed",
         {"ana": ("assignee", APP), "flo": ("assignee", APP), "bo": ("creator", MAIL), "eve": ("watcher", MAIL)}),
        ("cleo", "escalate", "task_escalated", {"ana": ("assignee", APP), "flo": ("assignee", APP)}),
        ("ana", "comment", "comment_added",
         {"flo": ("assignee", APP), "bo": ("creator", APP), "eve": ("watcher", MAIL)}),
    ],
)  # fmt: skip
def test_each_notice_reaches_its_roles_by_their_channels(
    cast: Cast, task: Task, do: Do, who: str, verb: str, notice: str, people: dict[str, Any]
) -> None:
    do(getattr(cast, who), verb, task, **({"text": "Hello"} if verb == "comment" else {}))
    assert told(notice) == expected(**people)
    assert set(Delivery.objects.values_list("notice", flat=True)) == {notice}


def test_a_share_that_is_declined_without_ending_the_task(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task((cast.ana, 1), (eve, 1), by=cast.bo)
    do(cast.ana, "decline", task)
    assert told("share_declined") == expected(bo=("creator", MAIL))


def test_the_share_that_completes_tells_only_of_the_completion(cast: Cast, flo: User, task: Task, do: Do) -> None:
    do(flo, "perform", do(cast.ana, "perform", task))
    drain()
    assert Delivery.objects.filter(notice="share_performed", event__actor=flo).count() == 0
    assert told("task_completed") == expected(ana=("assignee", APP), bo=("creator", MAIL), eve=("watcher", MAIL))


def test_a_reopened_task_calls_its_people(cast: Cast, task: Task, do: Do) -> None:
    do(cast.cleo, "reopen", do(cast.cleo, "cancel", task))
    assert told("task_reopened") == expected(
        ana=("assignee", MAIL), flo=("assignee", MAIL), bo=("creator", APP), eve=("watcher", MAIL)
    )


def test_time_calls_those_whose_share_still_waits_and_later_the_managers(cast: Cast, task: Task, do: Do) -> None:
    do(cast.ana, "perform", task)
    sweep_deadlines(NOON + timedelta(days=1))
    assert told("task_overdue") == expected(flo=("assignee", MAIL), bo=("creator", APP), eve=("watcher", APP))
    assert told("task_escalated") == expected(flo=("assignee", APP), cleo=("manager", MAIL))


@pytest.mark.parametrize(
    ("who", "verb", "given"),
    [("ana", "start", {}), ("flo", "claim", {}), ("bo", "update", {"values": {"title": "x"}}), ("cleo", "watch", {}),
     ("cleo", "delete", {})],
)  # fmt: skip
def test_of_the_rest_nobody_is_told(
    cast: Cast, flo: User, task: Task, do: Do, who: str, verb: str, given: dict[str, Any]
) -> None:
    do(flo if who == "flo" else getattr(cast, who), verb, task, **given)
    drain()
    assert not Delivery.objects.exists()


def test_ones_own_hand_is_not_told_but_ones_robot_is(
    cast: Cast, new_task: NewTask, do: Do, actor_of: Callable[..., Actor]
) -> None:
    do(cast.ana, "comment", new_task(cast.ana, by=cast.ana, watchers=[cast.ana.uuid]), text="To myself")
    assert told("comment_added") == set()
    robot = replace(actor_of(cast.ana), kind="key")
    commands.comment(actor=robot, task=new_task(by=cast.ana).pk, text="Done at night")
    assert told("comment_added") == expected(ana=("creator", APP))


def test_who_is_several_things_is_told_once_by_each_channel(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, by=cast.ana, watchers=[cast.ana.uuid])
    do(cast.cleo, "complete", task)
    assert told("task_completed") == {("ana", "in_app", "assignee"), ("ana", "email", "creator")}


def test_who_left_or_was_disabled_is_not_told(cast: Cast, eve: User, flo: User, task: Task, do: Do) -> None:
    Membership.objects.filter(user__in=[cast.ana, eve]).delete()
    User.objects.filter(pk=flo.pk).update(is_active=False)
    do(cast.cleo, "complete", task)
    assert told("task_completed") == expected(bo=("creator", MAIL))


def test_without_an_address_there_is_no_mail(cast: Cast, task: Task, do: Do) -> None:
    User.objects.filter(pk=cast.bo.pk).update(email="")
    do(cast.cleo, "fail", task)
    assert ("bo", "in_app", "creator") in told("task_failed")
    assert ("bo", "email", "creator") not in told("task_failed")


def test_managers_of_other_organizations_hear_nothing(cast: Cast, person: Callable[..., User], task: Task) -> None:
    person("gabe", cast.globex, Role.MANAGER)
    Membership.objects.create(user=cast.dan, organization=cast.acme, role=Role.VIEWER)
    sweep_deadlines(NOON + timedelta(days=1))
    assert {name for name, _, reason in told("task_escalated") if reason == "manager"} == {"cleo"}


def test_a_large_team_is_told_with_a_few_statements(cast: Cast, new_task: NewTask) -> None:
    """PostgreSQL takes 65,535 values in one statement."""
    crowd = User.objects.bulk_create(
        (User(username=f"u{n}", email=f"u{n}@example.com") for n in range(2500)), batch_size=1000
    )
    Membership.objects.bulk_create((Membership(user=u, organization=cast.acme) for u in crowd), batch_size=1000)
    cast.sales.user_set.add(*crowd)
    new_task(cast.sales)
    drain()
    assert Delivery.objects.count() == 2 * 2502


def test_planning_fifty_events_asks_as_often_as_planning_one(cast: Cast, eve: User, new_task: NewTask) -> None:
    def asked(count: int) -> int:
        for _ in range(count):
            new_task(cast.ana, cast.sales, by=cast.bo, watchers=[eve.uuid])
        events = list(Event.objects.select_related("task").order_by("-pk")[:count])
        with CaptureQueriesContext(connection) as captured:
            plan(events)
        reads = [query for query in captured if query["sql"].startswith("SELECT")]
        assert Delivery.objects.count() >= 2 * count
        return len(reads)

    assert asked(1) == asked(50) == 5


def test_every_event_that_is_told_has_a_notice_and_every_notice_an_event() -> None:
    assert set(BY_EVENT.values()) == set(NOTICES)


def test_who_is_mentioned_is_told_once_and_watches_from_then_on(cast: Cast, gina: User, task: Task, do: Do) -> None:
    do(cast.ana, "comment", task, text="Ask @gina or @bo, not @ana nor @nobody.")
    assert told("mentioned") == expected(gina=("mentioned", MAIL), bo=("mentioned", MAIL))
    assert "gina" not in {name for name, _, _ in told("comment_added")}
    assert "bo" not in {name for name, _, _ in told("comment_added")}
    do(cast.ana, "comment", task, text="Never mind.")
    assert ("gina", "email", "watcher") in told("comment_added")
