"""What one has been told in the app, what of it is read, and what one wants to be told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Membership, User
from conftest import Cast
from tasks import inbox
from tasks.domain.errors import InvalidInput
from tasks.models import Delivery, NotificationPreference, Task
from tasks.notifications import bell, message
from tasks.notifications.notices import CHANNELS, NOTICES
from tasks.outbox import drain

NewTask, Do, ActorOf = Callable[..., Task], Callable[..., Any], Callable[..., Actor]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASSIGNED_BY_MAIL = ("task_assigned", "email", "assignee")


def unread(actor: Actor) -> int:
    return inbox.counts(actor, [inbox.UNREAD])[inbox.UNREAD].number


def test_the_newest_stands_first_and_says_what_happened(
    cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf, counted: Callable[[int], Any]
) -> None:
    task = new_task(cast.ana, by=cast.bo, title="Sign {title} %s")
    do(cast.bo, "comment", task, text="Please")
    drain()
    ana = actor_of(cast.ana)
    with counted(1):
        told = list(bell.told(ana))
        words = [message.sentence(delivery) for delivery in told]
    assert words == ["Bo Berg commented on: Sign {title} %s", "Bo Berg assigned you: Sign {title} %s"]
    assert message.reason(told[0]) == "You are told because you are assigned to it."
    assert message.link(told[0]) == f"http://testserver/tasks/{task.uuid}/"


def test_unread_is_counted_until_it_is_read(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    tasks = [new_task(cast.ana) for _ in range(4)]
    drain()
    ana = actor_of(cast.ana)
    assert unread(ana) == 4
    first = bell.told(ana).last()
    assert first is not None
    assert bell.mark_read(actor=ana, deliveries=[first.uuid], now=NOON) == 1
    assert bell.mark_read(actor=ana, deliveries=[first.uuid]) == 0
    first.refresh_from_db()
    assert first.read_at == NOON
    assert bell.mark_read(actor=ana, task_id=tasks[1].pk) == 1
    assert [row.task_id for row in bell.told(ana, unread=True)] == [tasks[3].pk, tasks[2].pk]
    assert bell.mark_read(actor=ana) == 2
    assert (unread(ana), bell.told(ana).count()) == (0, 4)


def test_nobody_reads_or_marks_what_others_were_told(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    new_task(cast.ana)
    drain()
    delivery = bell.told(actor_of(cast.ana)).get()
    for stranger in (cast.bo, cast.dan):
        assert not bell.told(actor_of(stranger)).exists()
        assert bell.mark_read(actor=actor_of(stranger), deliveries=[delivery.uuid]) == 0
    assert unread(actor_of(cast.ana)) == 1


def test_each_organization_has_its_own_bell(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    Membership.objects.create(user=cast.ana, organization=cast.globex)
    new_task(cast.ana)
    new_task(cast.ana, by=cast.dan, project=cast.elsewhere)
    drain()
    for organization in (cast.acme, cast.globex):
        actor = actor_of(cast.ana, organization)
        assert unread(actor) == 1
        assert bell.told(actor).get().organization_id == organization.pk


def test_a_deleted_task_rings_no_longer(cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf) -> None:
    task = new_task(cast.ana)
    drain()
    do(cast.cleo, "delete", task)
    assert unread(actor_of(cast.ana)) == 0


def test_the_number_stops_at_a_hundred(
    cast: Cast, new_task: NewTask, actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "UNREAD_CAP", 2)
    for _ in range(3):
        new_task(cast.ana)
    drain()
    assert unread(actor_of(cast.ana)) == 2


def test_until_one_says_otherwise_the_defaults_hold(cast: Cast, actor_of: ActorOf) -> None:
    chosen = bell.preferences(actor_of(cast.ana))
    assert set(chosen) == {
        (notice.name, channel, role)
        for notice in NOTICES.values()
        for channel in CHANNELS
        for role in notice.recipients
    }
    assert all(enabled for (_, channel, _), enabled in chosen.items() if channel == "in_app")
    mailed = {(notice, role) for (notice, channel, role), enabled in chosen.items() if channel == "email" and enabled}
    assert mailed == {
        ("task_assigned", "assignee"),
        ("share_performed", "watcher"),
        ("share_declined", "creator"),
        ("share_declined", "watcher"),
        ("task_completed", "creator"),
        ("task_completed", "watcher"),
        ("task_declined", "creator"),
        ("task_declined", "watcher"),
        ("task_canceled", "watcher"),
        ("task_failed", "creator"),
        ("task_failed", "watcher"),
        ("task_reopened", "assignee"),
        ("task_reopened", "watcher"),
        ("task_overdue", "assignee"),
        ("task_escalated", "manager"),
        ("comment_added", "watcher"),
        ("mentioned", "mentioned"),
        ("told", "mentioned"),
    }


def test_what_one_chooses_holds_from_then_on_for_oneself(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    bell.prefer(
        actor=actor_of(cast.ana), choices={ASSIGNED_BY_MAIL: False, ("task_canceled", "email", "creator"): True}
    )
    assert bell.preferences(actor_of(cast.ana))[ASSIGNED_BY_MAIL] is False
    assert bell.preferences(actor_of(cast.bo))[ASSIGNED_BY_MAIL] is True
    new_task(cast.ana, cast.bo)
    drain()
    told = Delivery.objects.filter(notice="task_assigned").values_list("user__username", "channel")
    assert sorted(told) == [("ana", "in_app"), ("bo", "email"), ("bo", "in_app")]


def test_who_wants_nothing_of_it_is_not_told(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    ana = actor_of(cast.ana)
    bell.prefer(actor=ana, choices={(notice, "in_app", role): False for notice, _, role in bell.preferences(ana)})
    bell.prefer(actor=ana, choices={ASSIGNED_BY_MAIL: False})
    new_task(cast.ana)
    drain()
    assert not Delivery.objects.exists()


def test_going_back_to_the_default_leaves_no_row(cast: Cast, actor_of: ActorOf) -> None:
    ana = actor_of(cast.ana)
    for enabled, rows in ((False, 1), (False, 1), (True, 0)):
        bell.prefer(actor=ana, choices={ASSIGNED_BY_MAIL: enabled})
        assert NotificationPreference.objects.count() == rows


@pytest.mark.parametrize(
    "key",
    [("task_assigned", "email", "manager"), ("task_assigned", "pigeon", "assignee"), ("nothing", "email", "assignee")],
)
def test_what_there_is_not_cannot_be_chosen(cast: Cast, actor_of: ActorOf, key: tuple[str, str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        bell.prefer(actor=actor_of(cast.ana), choices={ASSIGNED_BY_MAIL: False, key: True})
    assert refused.value.field == "preferences"
    assert not NotificationPreference.objects.exists()


def test_a_choice_is_of_one_organization(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    Membership.objects.create(user=cast.ana, organization=cast.globex)
    bell.prefer(actor=actor_of(cast.ana, cast.globex), choices={ASSIGNED_BY_MAIL: False})
    new_task(cast.ana)
    drain()
    assert Delivery.objects.filter(channel="email", user=cast.ana).exists()


def test_a_choice_ends_with_its_person(cast: Cast, actor_of: ActorOf, person: Callable[..., User]) -> None:
    zoe = person("zoe", cast.acme)
    bell.prefer(actor=actor_of(zoe), choices={ASSIGNED_BY_MAIL: False})
    zoe.delete()
    assert not NotificationPreference.objects.exists()
