"""Whatever people do to a task in whatever order, its rows agree; what is refused has changed nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from accounts.models import Team, User
from conftest import Cast
from tasks import commands
from tasks.conftest import share
from tasks.domain.errors import DomainError
from tasks.domain.lifecycle import State
from tasks.models import Delivery, Event, OutboxEntry, Task
from tasks.outbox import drain
from tasks.sweeps import sweep_deadlines

from .consistency import faults_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = ("ana", "bo", "eve", "vera", "cleo", "dan")
HOLDERS = ("ana", "bo", "eve", "cleo", "sales", "support")
PLAIN = ("start", "perform", "complete", "decline", "claim", "release", "cancel", "fail", "reopen", "escalate", "watch",
         "unwatch")  # fmt: skip

holders = st.lists(
    st.tuples(st.sampled_from(HOLDERS), st.sampled_from([None, None, "0.3", "0.5", "1"])), min_size=1, max_size=4
)
moments = st.none() | st.integers(-3, 30).map(lambda hours: NOON + timedelta(hours=hours))
values = st.fixed_dictionaries(
    {}, optional={"title": st.sampled_from(["A", "B", ""]), "due_at": moments, "priority": st.integers(0, 4)}
)
verbs = st.one_of(
    st.sampled_from(PLAIN * 2).map(lambda verb: (verb, {})),
    st.tuples(st.just("perform"), st.fixed_dictionaries({"outcome": st.sampled_from(["ok", "x" * 81])})),
    st.tuples(st.just("reassign"), st.fixed_dictionaries({"assignees": holders})),
    st.tuples(st.just("update"), st.fixed_dictionaries({"values": values})),
    st.tuples(st.just("comment"), st.fixed_dictionaries({"text": st.sampled_from(["Hello", " "])})),
    st.tuples(st.just("delete"), st.just({})),
    st.tuples(st.just("sweep"), st.integers(0, 40).map(lambda hours: {"hours": hours})),
    st.tuples(st.just("start"), st.integers(1, 4).map(lambda version: {"version": version})),
)
steps = st.lists(st.tuples(st.sampled_from(PEOPLE), verbs), min_size=1, max_size=14)
beginnings = st.fixed_dictionaries(
    {"due_at": moments, "weight": st.sampled_from([1, "0.5", 2]), "state": st.sampled_from([*State][:3])}
)


@pytest.mark.sqlite
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=holders, beginning=beginnings, steps=steps)
def test_any_history_leaves_rows_that_agree(
    cast: Cast, house: "House", first: list[Any], beginning: dict[str, Any], steps: list[Any]
) -> None:
    with transaction.atomic():
        house.play(first, beginning, steps)
        transaction.set_rollback(True)


class House:
    """The people, and what they do to one task."""

    def __init__(self, named: dict[str, Any], actors: dict[str, Actor], new_task: Callable[..., Task]) -> None:
        self.named, self.actors, self.new_task = named, actors, new_task

    def play(self, first: list[Any], beginning: dict[str, Any], steps: list[Any]) -> None:
        try:
            task = self.new_task(*self.shares(first), by=self.named["bo"], now=NOON, **beginning)
        except DomainError:
            return
        for number, (who, (verb, given_)) in enumerate(steps):
            before = fingerprint(task)
            done = self.step(task, who, verb, dict(given_), NOON + timedelta(minutes=number))
            assert done or fingerprint(task) == before, f"{verb} was refused and has changed something"
            assert list(faults_of(Task.objects.get(pk=task.pk))) == []
        drain()
        assert not OutboxEntry.objects.exists(), OutboxEntry.objects.values_list("last_error", flat=True)
        assert not Delivery.objects.filter(user=self.named["dan"]).exists()

    def step(self, task: Task, who: str, verb: str, given_: dict[str, Any], now: datetime) -> bool:
        if verb == "sweep":
            sweep_deadlines(NOON + timedelta(hours=given_["hours"]))
            return True
        if "assignees" in given_:
            given_["assignees"] = [share(holder) for holder in self.shares(given_["assignees"])]
        try:
            getattr(commands, verb)(actor=self.actors[who], task=task.pk, now=now, **given_)
        except DomainError:
            return False
        return True

    def shares(self, drawn: list[Any]) -> list[Any]:
        return [(self.named[name], weight) for name, weight in drawn]


def fingerprint(task: Task) -> list[Any]:
    rows = Task.objects.filter(pk=task.pk)
    related = (task.assignments, task.deadlines, task.watchers, task.comments)
    return [list(rows.values()), *(list(manager.values()) for manager in related), Event.objects.count()]


@pytest.fixture
def house(cast: Cast, eve: User, vera: User, new_task: Callable[..., Task], actor_of: Callable[..., Actor]) -> House:
    support = Team.objects.create(organization=cast.acme, name="acme/support", slug="support", title="Support")
    support.user_set.set([cast.ana, eve])
    people = {"ana": cast.ana, "bo": cast.bo, "eve": eve, "vera": vera, "cleo": cast.cleo, "dan": cast.dan}
    actors = {name: actor_of(person) for name, person in people.items()}
    return House({**people, "sales": cast.sales, "support": support}, actors, new_task)
