"""Handing messages over: leased, marked, tried again, given up, and given a new life."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Membership
from conftest import Cast
from tasks.models import Delivery, Task
from tasks.notifications import send
from tasks.notifications.channels import Channel
from tasks.notifications.send import FIRST_PAUSE, MAX_ATTEMPTS, send_due
from tasks.outbox import drain

NewTask = Callable[..., Task]
HOUR = timedelta(hours=1)


class Pigeon(Channel):
    """Stands where mail does; notes what it was given and does what the test says."""

    name = "email"
    sent: list[int] = []
    closed: bool = False
    refuse: Callable[[Delivery], None]
    open: Callable[[], None]

    def __enter__(self) -> "Pigeon":
        Pigeon.open()
        return self

    def notify(self, delivery: Delivery) -> str:
        Pigeon.refuse(delivery)
        Pigeon.sent.append(delivery.pk)
        return f"pigeon-{delivery.pk}"


@pytest.fixture
def pigeon(monkeypatch: pytest.MonkeyPatch) -> type[Pigeon]:
    Pigeon.sent = []
    Pigeon.refuse = staticmethod(lambda delivery: None)
    Pigeon.open = staticmethod(lambda: None)
    monkeypatch.setattr(send, "CHANNELS", {"email": Pigeon})
    return Pigeon


@pytest.fixture
def owed(cast: Cast, new_task: NewTask) -> Callable[[int], list[Delivery]]:
    """`owed(3)`: three messages to ana that wait to be sent."""

    def make(count: int) -> list[Delivery]:
        for _ in range(count):
            new_task(cast.ana)
        drain()
        return list(Delivery.objects.filter(channel="email").order_by("pk"))

    return make


def fail(_: object = None) -> None:
    raise ConnectionRefusedError("nobody listens" + 600 * "!")


def test_what_is_owed_is_sent_once_and_marked(owed: Any, pigeon: type[Pigeon]) -> None:
    rows = owed(3)
    assert (send_due(), send_due()) == (3, 0)
    assert pigeon.sent == [row.pk for row in rows]
    for row in Delivery.objects.filter(channel="email"):
        assert (row.state, row.external_id, row.attempts, row.lease) == ("sent", f"pigeon-{row.pk}", 1, None)
        assert row.sent_at is not None


def test_nothing_owed_takes_one_query(cast: Cast, pigeon: type[Pigeon], counted: Callable[[int], Any]) -> None:
    with counted(1):
        assert send_due() == 0


def test_in_the_app_nothing_needs_to_be_sent(owed: Any) -> None:
    owed(1)
    row = Delivery.objects.get(channel="in_app")
    assert (row.state, row.sent_at is not None) == ("sent", True)


def test_while_one_sender_holds_it_no_other_takes_it(owed: Any, pigeon: type[Pigeon], settings: Any) -> None:
    (row,) = owed(1)
    now = timezone.now()
    assert [held.pk for held in send._claim("email", now)] == [row.pk]
    assert send_due(now + settings.DELIVERY_LEASE - timedelta(microseconds=1)) == 0
    assert pigeon.sent == []


def test_a_message_whose_sender_died_is_sent_by_another_when_the_lease_ends(
    owed: Any, pigeon: type[Pigeon], settings: Any
) -> None:
    (row,) = owed(1)
    now = timezone.now()
    send._claim("email", now)  # and then nothing: the process is gone
    assert send_due(now + settings.DELIVERY_LEASE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, pigeon.sent) == ("sent", 2, [row.pk])


def test_who_comes_too_late_to_mark_changes_nothing(owed: Any, pigeon: type[Pigeon], settings: Any) -> None:
    owed(1)
    now = timezone.now()
    (late,) = send._claim("email", now)
    (current,) = send._claim("email", now + settings.DELIVERY_LEASE)
    send._failed(late, TimeoutError("late"))
    with pigeon() as channel:
        send._send_one(channel, late)
    row = Delivery.objects.get(pk=current.pk)
    assert (row.state, row.lease, row.last_error) == ("pending", current.lease, "")


def test_a_sender_that_is_killed_between_claim_and_mark_leaves_it_owed(owed: Any, pigeon: type[Pigeon]) -> None:
    owed(2)

    def die(delivery: Delivery) -> None:
        raise KeyboardInterrupt

    pigeon.refuse = staticmethod(die)
    with pytest.raises(KeyboardInterrupt):
        send_due()
    assert set(Delivery.objects.filter(channel="email").values_list("state", "attempts")) == {("pending", 1)}


def test_one_refused_message_waits_and_the_others_go(owed: Any, pigeon: type[Pigeon]) -> None:
    bad, *good = owed(4)
    pigeon.refuse = staticmethod(lambda delivery: fail() if delivery.pk == bad.pk else None)
    before = timezone.now()
    assert send_due() == 3
    assert pigeon.sent == [row.pk for row in good]
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, bad.lease) == ("pending", 1, None)
    assert bad.run_at >= before + FIRST_PAUSE
    assert bad.last_error.startswith("ConnectionRefusedError: nobody listens")
    assert len(bad.last_error) == 500


def test_a_channel_that_is_down_is_asked_once_a_look_and_all_is_sent_later(
    owed: Any, pigeon: type[Pigeon], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "BATCH", 2)
    rows = owed(5)
    opened: list[int] = []

    def nobody_listens() -> None:
        opened.append(1)
        fail()

    pigeon.open = staticmethod(nobody_listens)
    assert send_due() == 0
    assert len(opened) == 1, "a server that hangs must not keep the worker for every batch"
    assert sorted(Delivery.objects.filter(channel="email").values_list("attempts", flat=True)) == [0, 0, 0, 1, 1]
    pigeon.open = staticmethod(lambda: None)
    assert send_due() == 3
    assert send_due(timezone.now() + FIRST_PAUSE) == 2
    assert sorted(pigeon.sent) == [row.pk for row in rows]


def test_pauses_double_and_the_last_failure_gives_it_up(owed: Any, pigeon: type[Pigeon]) -> None:
    (row,) = owed(1)
    pigeon.refuse = staticmethod(fail)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert row.state == "pending"
        before = timezone.now()
        send_due(row.run_at)
        row.refresh_from_db()
        assert row.attempts == attempt
        assert timedelta(0) <= row.run_at - before - FIRST_PAUSE * 2 ** (attempt - 1) < timedelta(minutes=1)
    assert row.state == "failed"
    assert FIRST_PAUSE * (2 ** (MAX_ATTEMPTS - 1) - 1) > 20 * HOUR
    pigeon.refuse = staticmethod(lambda delivery: None)
    assert send_due(row.run_at + 1000 * HOUR) == 0


def test_what_was_given_up_can_be_given_a_new_life(owed: Any, pigeon: type[Pigeon]) -> None:
    first, second = owed(2)
    send_due()
    Delivery.objects.filter(pk=first.pk).update(state="failed", attempts=MAX_ATTEMPTS)
    assert send.retry([first.pk, second.pk]) == 1
    assert send_due() == 1
    assert pigeon.sent == [first.pk, second.pk, first.pk]


def test_a_message_that_kills_every_sender_is_given_up(owed: Any, pigeon: type[Pigeon], settings: Any) -> None:
    poison, good = owed(2)
    Delivery.objects.filter(pk=poison.pk).update(attempts=MAX_ATTEMPTS, lease=uuid4())
    assert send_due() == 1
    poison.refresh_from_db()
    assert (poison.state, pigeon.sent) == ("failed", [good.pk])


@pytest.mark.parametrize("gone", ["membership", "person", "task"])
def test_who_or_what_is_gone_by_now_is_not_written_about(
    cast: Cast, owed: Any, pigeon: type[Pigeon], do: Callable[..., Any], gone: str
) -> None:
    (row,) = owed(1)
    if gone == "membership":
        Membership.objects.filter(user=cast.ana).delete()
    elif gone == "person":
        cast.ana.is_active = False
        cast.ana.save()
    else:
        do(cast.cleo, "delete", row.task)
    assert send_due() == 0
    row.refresh_from_db()
    assert (row.state, pigeon.sent) == ("failed", [])


def test_a_slow_channel_gives_back_what_the_lease_leaves_no_time_for(
    owed: Any, pigeon: type[Pigeon], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, clock = owed(5), [0.0]
    monkeypatch.setattr(send, "monotonic", lambda: clock[0])

    def slowly(delivery: Delivery) -> None:
        clock[0] += 11.0

    pigeon.refuse = staticmethod(slowly)
    assert send_due() == 2, "a lease of 30 s less the 10 s that one message may take"
    left = Delivery.objects.filter(channel="email", state="pending").order_by("pk")
    assert [(row.pk, row.attempts, row.lease) for row in left] == [(row.pk, 0, None) for row in rows[2:]]
    assert (send_due(), send_due()) == (2, 1)


def test_a_lease_shorter_than_one_try_still_sends_one_message_a_look(
    owed: Any, pigeon: type[Pigeon], settings: Any
) -> None:
    settings.DELIVERY_LEASE = timedelta(seconds=settings.EMAIL_TIMEOUT / 2)
    owed(2)
    assert [send_due() for _ in range(3)] == [1, 1, 0]
