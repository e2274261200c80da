"""What stands in each view of the inbox, in which order, narrowed by what, and how it is counted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts import access
from accounts.actor import Actor, Role
from accounts.models import Membership, User
from conftest import Cast
from tasks import inbox
from tasks.conftest import share
from tasks.inbox import Count, Filters
from tasks.models import Task

NewTask, Do, ActorOf = Callable[..., Task], Callable[..., Any], Callable[..., Actor]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def titles(actor: Actor, view: str, **narrowed: Any) -> list[str]:
    sort = narrowed.pop("sort", "")
    found = inbox.page(actor, view, now=NOON, filters=Filters(**narrowed), sort=sort)
    return [task.title for task in found.tasks]


def test_each_view_holds_its_own_work(cast: Cast, eve: User, new_task: NewTask, do: Do, actor_of: ActorOf) -> None:
    new_task(cast.ana, title="mine")
    new_task(cast.sales, title="team's")
    do(cast.ana, "claim", new_task(cast.sales, title="claimed"))
    do(cast.ana, "perform", new_task(cast.ana, cast.bo, title="my share done"))
    do(cast.cleo, "cancel", new_task(cast.ana, title="canceled"))
    do(cast.cleo, "reassign", new_task(cast.ana, title="handed over"), assignees=[share(eve)])
    new_task(eve, by=cast.ana, title="created")
    do(cast.ana, "complete", new_task(eve, by=cast.ana, title="closed by me"))
    do(cast.ana, "watch", new_task(eve, title="watched"))
    new_task(eve, project=cast.vault, title="hidden")
    ana = actor_of(cast.ana)
    assert titles(ana, "mine") == ["mine", "claimed"]
    assert titles(ana, "team") == ["team's"]
    assert titles(ana, "created") == ["created"]
    assert titles(ana, "watching") == ["watched"]
    assert set(titles(ana, "completed")) == {"my share done", "closed by me"}
    everything = {"mine", "team's", "claimed", "my share done", "handed over", "created", "watched"}
    assert set(titles(ana, "all")) == everything
    assert set(titles(actor_of(cast.cleo), "all")) == everything | {"hidden"}
    for view in inbox.VIEWS:
        assert titles(actor_of(cast.dan), view) == []


def test_work_is_ordered_by_its_due_time_and_then_by_age(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    for title, due_at in (("none", None), ("late", NOON + DAY), ("tie 1", NOON), ("tie 2", NOON), ("none too", None)):
        new_task(cast.ana, title=title, due_at=due_at)
    assert titles(actor_of(cast.ana), "mine") == ["tie 1", "tie 2", "late", "none", "none too"]
    assert titles(actor_of(cast.ana), "mine", sort="newest") == ["none too", "tie 2", "tie 1", "late", "none"]


def test_the_most_urgent_comes_first_when_asked_for(cast: Cast, new_task: NewTask, actor_of: ActorOf) -> None:
    for title, priority, due_at in (("low", 1, NOON), ("urgent later", 4, NOON + DAY), ("urgent", 4, NOON)):
        new_task(cast.ana, title=title, priority=priority, due_at=due_at)
    assert titles(actor_of(cast.ana), "mine", sort="priority") == ["urgent", "urgent later", "low"]


def test_what_was_done_last_stands_first(cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf) -> None:
    for number, (verb, holders) in enumerate([("perform", [cast.ana]), ("complete", []), ("perform", [cast.ana])]):
        do(cast.ana, verb, new_task(*holders, by=cast.ana, title=str(number)), now=NOON + number * DAY)
    assert titles(actor_of(cast.ana), "completed") == ["2", "1", "0"]


def test_a_task_that_somebody_acted_on_twice_stands_there_once(
    cast: Cast, eve: User, new_task: NewTask, do: Do, actor_of: ActorOf
) -> None:
    task = do(cast.ana, "decline", new_task((cast.ana, "0.5"), (cast.bo, "0.5"), (eve, "0.5")), now=NOON)
    task = do(cast.cleo, "reassign", task, assignees=[share((cast.ana, "0.5")), share((cast.bo, "0.5"))])
    do(cast.ana, "perform", task, now=NOON + DAY)
    assert titles(actor_of(cast.ana), "completed") == ["Check the contract"]


def test_what_one_closed_is_listed_while_one_may_see_it(
    cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf
) -> None:
    for project in (cast.project, cast.vault):
        do(cast.cleo, "complete", new_task(project=project, by=cast.cleo, creator=cast.bo.uuid, title=project.slug))
    assert set(titles(actor_of(cast.cleo), "completed")) == {"dorfman-ag", "vault"}
    Membership.objects.filter(user=cast.cleo).update(role=Role.MEMBER)
    access.forget()
    assert titles(actor_of(cast.cleo), "completed") == ["dorfman-ag"]


def test_filters_narrow_every_view(cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf) -> None:
    chosen = {
        "title": "Wanted 100%_sure",
        "priority": 4,
        "source": "hub",
        "category": "sign",
        "tags": ["vip"],
        "due_at": NOON - DAY,
    }
    for given in (chosen, {"title": "Other", "due_at": NOON + DAY}):
        task = new_task(cast.ana, cast.sales, by=cast.ana, watchers=[cast.ana.uuid], **given)
        do(cast.bo, "start", task) if given is chosen else None
    narrow: list[dict[str, Any]] = [
        {"q": "wanted"},
        {"q": "100%_s"},
        {"states": ("in_progress",)},
        {"priorities": (4, 3)},
        {"sources": ("hub", "intake")},
        {"category": "sign"},
        {"tag": "vip"},
        {"overdue": True},
        {"project_id": cast.project.pk, "q": "Wanted"},
    ]
    ana = actor_of(cast.ana)
    for view in ("mine", "created", "watching", "all"):
        assert len(titles(ana, view)) == 2
        for filters in narrow:
            assert titles(ana, view, **filters) == ["Wanted 100%_sure"], (view, filters)
        assert titles(ana, view, q="%") == ["Wanted 100%_sure"]
        assert titles(ana, view, project_id=cast.vault.pk) == []


def test_counts_are_those_of_the_views(cast: Cast, new_task: NewTask, do: Do, actor_of: ActorOf) -> None:
    for _ in range(3):
        new_task(cast.ana, cast.sales, by=cast.ana)
    do(cast.ana, "watch", new_task())
    ana = actor_of(cast.ana)
    assert inbox.counts(ana) == {
        view: Count(number, capped=False)
        for view, number in (("mine", 3), ("team", 3), ("created", 3), ("watching", 1))
    }
    assert inbox.counts(ana, ["all", "completed"])["all"] == Count(4, capped=False)
    assert inbox.counts(actor_of(cast.dan))["team"] == Count(0, capped=False)


def test_counting_stops_at_the_cap(
    cast: Cast, new_task: NewTask, actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "COUNT_CAP", 2)
    for expected in ("1", "2", "2+", "2+"):
        new_task(cast.ana, cast.sales)
        assert [str(count) for count in inbox.counts(actor_of(cast.ana), ["mine", "team", "all"]).values()] == [
            expected
        ] * 3


@pytest.mark.parametrize("view", inbox.VIEWS)
def test_a_page_takes_two_queries_and_all_counts_one(
    cast: Cast,
    new_task: NewTask,
    do: Do,
    actor_of: ActorOf,
    counted: Callable[[int], AbstractContextManager[None]],
    view: str,
) -> None:
    def more() -> None:
        new_task(cast.ana, cast.sales, by=cast.ana, watchers=[cast.ana.uuid])
        do(cast.ana, "perform", new_task(cast.ana, cast.bo))

    more()
    for _ in range(2):
        ana = actor_of(cast.ana)
        with counted(2):
            page = inbox.page(ana, view, now=NOON)
            assert {task.project.name for task in page.tasks} == {"Dorfman AG"}
        with counted(1):
            inbox.counts(ana, list(inbox.VIEWS))
        for _ in range(4):
            more()
