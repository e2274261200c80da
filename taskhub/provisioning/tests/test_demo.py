"""The demo: a small world with a past, made by commands only."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from accounts import signin
from accounts.access import identity
from accounts.credentials import authenticate_bearer
from accounts.invariants import REGISTRY
from accounts.models import Organization, User
from taskhub.provisioning.demo import play, story
from taskhub.provisioning.management.commands.demo import KEY, PASSWORD, PEOPLE, PROJECT
from tasks import inbox
from tasks.domain.lifecycle import State
from tasks.models import Delivery, Event, OutboxEntry, Task

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def test_it_shows_every_door_and_every_state() -> None:
    play.load(NOW)
    assert Task.objects.count() >= 40
    assert set(Task.objects.values_list("source", flat=True)) == {
        "customers", "workflow", "bots", "documents", "intake", "inbox",
    }  # fmt: skip
    assert set(Task.objects.values_list("state", flat=True)) == {state.value for state in State}
    assert Task.objects.filter(is_open=True, due_at__lt=NOW).count() >= 5
    assert Task.objects.filter(escalation_level__gt=0).count() >= 3
    assert Event.objects.filter(type="task.overdue").count() >= 5


def test_everything_has_happened_in_its_order_and_by_now() -> None:
    play.load(NOW)
    assert not Event.objects.filter(created_at__gt=NOW).exists()
    moments = list(Event.objects.order_by("id").values_list("created_at", flat=True))
    assert moments == sorted(moments)
    assert not OutboxEntry.objects.exists()
    call_command("verify_invariants")
    assert len(REGISTRY) >= 17


def test_nobody_gets_mail_about_a_past_that_never_was() -> None:
    play.load(NOW)
    assert not Delivery.objects.filter(state=Delivery.State.PENDING).exists()


def test_the_main_people_find_something_to_do_and_something_new() -> None:
    play.load(NOW)
    for name in ("mara", "jonas"):
        actor = identity(User.objects.get(username=name).pk)
        assert inbox.counts(actor, [inbox.UNREAD])[inbox.UNREAD].number >= 2
        assert int(str(inbox.counts(actor, ("mine",))["mine"]).rstrip("+")) >= 4


def test_it_is_loaded_once_and_only_into_an_empty_database(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo")
    tasks = Task.objects.count()
    call_command("demo")
    printed = capsys.readouterr().out
    assert Task.objects.count() == tasks
    assert printed.count("mara / lindenhof-demo") == 2
    Organization.objects.filter(slug=play.SLUG).update(slug="mine")
    call_command("demo")
    assert capsys.readouterr().out == ""
    assert Organization.objects.count() == 1


def test_what_it_prints_opens_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo")
    pairs = re.findall(r"^\s*(\S+) / (\S+)", capsys.readouterr().out, re.MULTILINE)
    assert pairs == [(name, PASSWORD) for name, _ in PEOPLE]
    for name, password in pairs:
        assert signin.check(username=name, password=password).username == name
    actor = authenticate_bearer(KEY)
    assert Organization.objects.get().projects.filter(uuid=PROJECT, is_default=True).exists()
    assert actor.may("task.edit")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("-2d4h", -timedelta(days=2, hours=4)),
        ("+90m", timedelta(minutes=90)),
        ("-1d2h3m", -timedelta(hours=26, minutes=3)),
    ],
)
def test_moments_count_from_now(text: str, span: timedelta) -> None:
    assert story.moment(text, NOW) == NOW + span


@pytest.mark.parametrize("text", ["2d", "-2w", "-", "", "-2d4"])
def test_what_is_no_moment_fails(text: str) -> None:
    with pytest.raises(ValueError, match="Not a moment"):
        story.moment(text, NOW)
