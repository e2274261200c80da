"""The parts of tasks, as both databases give them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.models import Project, Team, User
from tasks import commands
from tasks.commands import NewReference, NewShare
from tasks.models import Task
from tasks.parts import parts

ActorOf = Callable[[User], Actor]
AccessTo = Callable[[User, Project], ProjectAccess]


@pytest.fixture
def two_tasks(ana: User, bo: User, sales: Team, project: Project, actor_of: ActorOf, access_to: AccessTo) -> list[Task]:
    def make(title: str, *shares: NewShare, **fields: object) -> Task:
        return commands.create(
            actor=actor_of(ana),
            project=access_to(ana, project),
            source="inbox",
            title=title,
            assignees=shares,
            **fields,
        )

    about = NewReference("invoice", "4711", "Invoice 4711", {"total": 12.5, "lines": [1, None, "é"]})
    return [
        make("One", NewShare(user=ana.uuid), NewShare(user=bo.uuid), NewShare(team=sales.uuid), references=[about]),
        make("Two", NewShare(user=bo.uuid)),
    ]


def test_the_parts_of_many_tasks_are_one_query(
    two_tasks: list[Task], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = parts([task.pk for task in two_tasks])
    assert [len(found[task.pk].shares) for task in two_tasks] == [3, 1]
    with django_assert_num_queries(0):
        assert parts([]) == {}


def test_parts_have_the_types_that_the_models_have(
    two_tasks: list[Task], ana: User, bo: User, sales: Team, actor_of: ActorOf
) -> None:
    commands.perform(actor=actor_of(ana), task=two_tasks[0].pk)
    found = parts([two_tasks[0].pk])[two_tasks[0].pk]

    first, second, third = found.shares
    rows = list(two_tasks[0].assignments.order_by("id"))
    assert [share.uuid for share in found.shares] == [row.uuid for row in rows]
    assert [share.weight for share in found.shares] == [Decimal("0.333334"), Decimal("0.333333"), Decimal("0.333333")]
    assert (first.user_uuid, first.name, first.state, first.team_uuid) == (ana.uuid, "Ana Diaz", "performed", None)
    assert (second.user_uuid, third.user_uuid, third.team_uuid, third.name) == (
        bo.uuid, None, sales.uuid, "Sales Team",
    )  # fmt: skip
    assert (first.assigned_at, first.acted_at, second.acted_at) == (rows[0].assigned_at, rows[0].acted_at, None)
    assert timezone.now() - first.assigned_at < timedelta(minutes=5)

    [reference] = found.references
    assert (reference.kind, reference.key, reference.label) == ("invoice", "4711", "Invoice 4711")
    assert reference.content == {"total": 12.5, "lines": [1, None, "é"]}

    created, performed = found.events
    assert (created.type, performed.type, performed.user_uuid) == ("task.created", "share.performed", ana.uuid)
    assert performed.payload["weight"] == "0.333334"
    assert performed.at == first.acted_at


def test_history_is_narrowed_to_the_types_asked_for(two_tasks: list[Task], bo: User, actor_of: ActorOf) -> None:
    commands.complete(actor=actor_of(bo), task=two_tasks[1].pk)
    task_id = two_tasks[1].pk
    assert [event.type for event in parts([task_id], events=["task.completed"])[task_id].events] == ["task.completed"]
    assert parts([task_id], events=())[task_id].events == []
    assert len(parts([task_id])[task_id].events) == 3


def test_a_replaced_share_is_history(two_tasks: list[Task], ana: User, bo: User, actor_of: ActorOf) -> None:
    commands.reassign(actor=actor_of(ana), task=two_tasks[1].pk, assignees=[NewShare(user=ana.uuid)])
    found = parts([two_tasks[1].pk])[two_tasks[1].pk]
    assert [share.user_uuid for share in found.shares] == [bo.uuid, ana.uuid]
    assert [share.user_uuid for share in found.current_shares] == [ana.uuid]
