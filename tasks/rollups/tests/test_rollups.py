"""What is counted ahead is what there is: after any history, in any scope, for everybody, swept or not."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

from accounts.actor import Actor
from accounts.models import User
from conftest import Cast
from tasks import commands
from tasks.analytics import Analytics, Scope, analytics
from tasks.conftest import share
from tasks.domain.errors import DomainError
from tasks.domain.lifecycle import State
from tasks.models import Assignment, Priority, Rollup, RollupEntry, Task
from tasks.queries import visible_to
from tasks.rollups import proof
from tasks.rollups.folding import fold

NOON = datetime(2026, 1, 27, 12, tzinfo=UTC)
"""Near a border of the widest spans."""
LONG_AGO, KATHMANDU = NOON - timedelta(days=400), ZoneInfo("Asia/Kathmandu")
PLAIN = (
    *("start", "perform", "complete", "decline", "claim", "release", "cancel", "fail", "reopen", "watch", "delete"),
    *("complete", "perform", "reopen"),
)
NewTask, Do, ActorOf = Callable[..., Task], Callable[..., Any], Callable[..., Actor]


def naive(actor: Actor, scope: Scope, now: datetime) -> tuple[Any, ...]:
    """The same numbers by looking at every task that the list shows."""
    tasks = [task for task in visible_to(actor).prefetch_related("assignments") if _is_in(task, scope)]
    done = [task for task in tasks if task.state == State.COMPLETED]
    people: dict[str, list[timedelta]] = defaultdict(list)
    names = dict(User.objects.values_list("pk", "username"))
    for task in done:
        for holder in {row.user_id for row in task.assignments.all() if row.state in ("pending", "performed")}:
            if holder:
                people[names[holder]].append(_took(task))
    return (
        len(tasks),
        len(done),
        sum(task.state in ("in_progress", "processing") for task in tasks),
        sum(task.is_open and task.due_at is not None and task.due_at < now for task in tasks),
        _hours([_took(task) for task in done]),
        {p: (sum(t.priority == p for t in tasks), sum(t.priority == p for t in done)) for p in Priority},
        {name: (len(took), _hours(took)) for name, took in people.items()},
    )


def shown(found: Analytics) -> tuple[Any, ...]:
    summary = found.summary
    return (
        summary.total,
        summary.completed,
        summary.in_progress,
        summary.overdue,
        pytest.approx(summary.average_hours, abs=1e-6),
        {priority: (tally.total, tally.completed) for priority, tally in found.by_priority.items()},
        {one.username: (one.completed, pytest.approx(one.average_hours, abs=1e-6)) for one in found.by_assignee},
    )


def _is_in(task: Task, scope: Scope) -> bool:
    teams = {
        team for row in task.assignments.all() if row.state != "replaced" for team in (row.team_id, row.claimed_from_id)
    }
    return (
        (scope.since is None or scope.since <= task.created_at)
        and (scope.until is None or task.created_at < scope.until)
        and scope.project_id in (None, task.project_id)
        and (scope.team_id is None or scope.team_id in teams)
    )


def _took(task: Task) -> timedelta:
    assert task.closed_at is not None
    return task.closed_at - task.created_at


def _hours(took: list[timedelta]) -> float:
    return sum(took, timedelta()) / len(took) / timedelta(hours=1) if took else 0.0


class Office:
    """People who do things to tasks at random. What is refused is refused."""

    def __init__(self, chance: Random, cast: Cast, actors: dict[str, Actor], access_to: Any) -> None:
        self.chance, self.cast, self.actors, self.access_to = chance, cast, actors, access_to
        self.now, self.tasks = LONG_AGO, list[Task]()

    def work(self, steps: int) -> None:
        for _ in range(steps):
            self.now += timedelta(seconds=self.chance.uniform(0, 2 * 400 * 86_400 / steps))
            try:
                (self.change if self.tasks and self.chance.random() < 0.7 else self.create)()
            except DomainError:
                continue

    def create(self) -> None:
        by, project = self.chance.choice(
            (("bo", self.cast.project), ("cleo", self.cast.vault), ("dan", self.cast.elsewhere))
        )
        state = self.chance.choice((State.PENDING, State.PENDING, State.IN_PROGRESS, State.PROCESSING, State.COMPLETED))
        self.tasks.append(
            commands.create(
                actor=self.actors[by],
                project=self.access_to(getattr(self.cast, by), project),
                source="hub",
                title="x",
                state=state,
                priority=self.chance.randint(1, 4),
                due_at=self.chance.choice((None, NOON, self.now + timedelta(days=30))),
                assignees=self.holders() if by != "dan" else [],
                now=self.now,
            )
        )

    def change(self) -> None:
        task, who = self.chance.choice(self.tasks), self.chance.choice(("ana", "bo", "cleo", "cleo"))
        verbs: dict[str, dict[str, Any]] = {verb: {} for verb in PLAIN}
        verbs["reassign"] = {"assignees": self.holders()}
        due_at = self.chance.choice((None, NOON))
        verbs["update"] = {"values": {"priority": self.chance.randint(1, 4), "due_at": due_at}}
        verb = self.chance.choice([name for name in verbs for _ in range(1 if name == "delete" else 4)])
        getattr(commands, verb)(actor=self.actors[who], task=task.pk, now=self.now, **verbs[verb])

    def holders(self) -> list[Any]:
        some = (self.cast.ana, self.cast.bo, self.cast.cleo, self.cast.sales)
        return [share(one) for one in self.chance.sample(some, self.chance.randint(1, 3))]


def scopes(cast: Cast, chance: Random) -> list[Scope]:
    def moment() -> datetime:
        return LONG_AGO + timedelta(seconds=chance.uniform(0, 800 * 86_400))

    def midnight() -> datetime:
        return moment().astimezone(KATHMANDU).replace(hour=0, minute=0, second=0, microsecond=0)

    periods = [(None, None), (moment(), None), (None, midnight()), (NOON, NOON + timedelta(hours=5))]
    periods += [tuple(sorted((midnight(), midnight()))) for _ in range(2)]
    periods += [tuple(sorted((moment(), moment()))) for _ in range(2)]
    found = []
    for (since, until), project, team in product(
        periods, (None, None, cast.vault, cast.project), (None, None, cast.sales)
    ):
        found.append(Scope(since=since, until=until, project_id=project and project.pk, team_id=team and team.pk))
    return [Scope(), *chance.sample(found, 4)]


@pytest.mark.parametrize("seed", range(2))
def test_any_history_is_counted_as_the_lists_show_it(
    seed: int, cast: Cast, actor_of: ActorOf, access_to: Callable[..., Any]
) -> None:
    chance = Random(seed)
    actors = {name: actor_of(getattr(cast, name)) for name in ("ana", "bo", "cleo", "dan")}
    office = Office(chance, cast, actors, access_to)
    for _ in range(3):
        office.work(60)
        assert list(proof.differences()) == []
        for scope, who in product(scopes(cast, chance), actors.values()):
            expected = naive(who, scope, NOON)
            assert expected == shown(analytics(who, scope, NOON)), (scope, who.username)
        assert fold() > 0
        assert not RollupEntry.objects.exists()
    before = _rows()
    assert any(row[-3] for row in before), "somebody has completed something"
    call_command("recount")
    assert _rows() == before


def test_what_an_entry_is_moved_into_is_every_span_that_its_day_is_in(new_task: NewTask, cast: Cast) -> None:
    new_task(cast.ana, now=NOON, priority=Priority.HIGH)
    new_task(cast.ana, now=NOON + timedelta(days=1), priority=Priority.HIGH)
    assert RollupEntry.objects.count() == 2
    assert fold() == 2
    found = Rollup.objects.order_by("width", "start").values_list("width", "start", "priority", "tasks")
    day = (NOON - datetime(1970, 1, 1, tzinfo=UTC)).days
    assert list(found) == [(1, day, 3, 1), (1, day + 1, 3, 1), (32, day // 32 * 32, 3, 2), (1024, 20480, 3, 2)]
    assert fold() == 0


def test_a_change_that_changes_no_number_leaves_no_entry(new_task: NewTask, do: Do, cast: Cast) -> None:
    task = new_task(cast.ana, cast.bo, weight=1)
    fold()
    do(cast.cleo, "update", task, values={"title": "y", "due_at": NOON})
    do(cast.ana, "comment", task, text="x")
    do(cast.cleo, "escalate", task)
    do(cast.cleo, "reassign", task, assignees=[share(cast.bo)])
    do(cast.cleo, "cancel", task)
    assert not RollupEntry.objects.exists()


def test_what_no_command_did_is_counted_too(new_task: NewTask, do: Do, cast: Cast, raw_rows: None) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana, now=NOON), now=NOON + timedelta(hours=1))
    fold()
    of_task: list[dict[str, Any]] = [
        {"created_at": NOON - timedelta(days=40)},
        {"project": cast.vault},
        {"priority": 4, "state": "failed"},
        {"state": "completed", "closed_at": NOON + timedelta(microseconds=1_999)},
        {"deleted_at": NOON},
        {"deleted_at": None, "project": cast.project, "priority": 1},
    ]
    of_share: list[dict[str, Any]] = [{"state": "declined"}, {"state": "performed"}, {"user": cast.bo}]
    of_share.append({"user": None, "team": cast.sales})
    for rows, changes in ((Task.objects.filter(pk=task.pk), of_task), (task.assignments.all(), of_share)):
        for values in changes:
            rows.update(**values)
            assert list(proof.differences()) == [], values


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_tables_keeps_the_count(new_task: NewTask, do: Do, cast: Cast) -> None:
    task = new_task(cast.ana)
    config = apps.get_app_config("tasks")
    said: dict[str, Any] = {"sender": config, "app_config": config, "using": "default", "verbosity": 0, "plan": ["one"]}
    pre_migrate.send(**said)
    with connection.schema_editor() as editor:
        for model in (Assignment, Task):
            editor._remake_table(model)
    Task.objects.update(priority=Priority.URGENT)
    post_migrate.send(**said)
    assert list(proof.differences()) == []
    do(cast.ana, "perform", task)
    assert [row.completed for row in RollupEntry.objects.order_by("pk")] == [1, 1]


def _rows() -> list[Any]:
    """All roll-ups in order, without those that add nothing any more."""
    keys = ("project", "width", "start", "priority", "user", "tasks", "completed", "under_way", "took_ms")
    rows = Rollup.objects.values_list(*keys)
    return sorted((row for row in rows if any(row[-4:])), key=str)
