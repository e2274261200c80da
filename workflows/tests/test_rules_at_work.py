"""Rules under pressure: loops, many workers, many events, the clock, spread work."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import access
from accounts.actor import Actor, Role
from conftest import Cast
from tasks import commands as tasks
from tasks import outbox
from tasks.events import NewEvent, record_each
from tasks.models import Assignment, Comment, Event, OutboxEntry, Task
from tasks.tests.at_once import at_once, outcomes
from workflows import commands
from workflows.automation import balance, planning, retention, running
from workflows.models import AutomationRule, RuleRun

ActorOf = Callable[..., Actor]
MakeRule = Callable[..., AutomationRule]
TAG = {"type": "add_tag", "tag": "seen"}
TASK = {"type": "create_task", "title": "Another"}


def results(*rows: AutomationRule) -> Counter[str]:
    return Counter(RuleRun.objects.filter(rule__in=rows).values_list("result", flat=True))


# --- Loops ---


def test_a_rule_that_sets_itself_off_is_stopped_after_eight_steps(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any
) -> None:
    row = rule("task.created", TASK)
    new_task(cast.ana)
    settle()
    assert results(row) == {"fired": 8, "stopped": 1}
    assert list(RuleRun.objects.order_by("id").values_list("depth", flat=True)) == list(range(1, 10))
    assert Task.objects.count() == 9
    last = RuleRun.objects.get(result="stopped")
    assert last.why == "Rules set each other off 8 times in a row; here it was stopped."
    event = Event.objects.get(type="rule.stopped")
    assert (event.task, event.actor_kind, event.payload["depth"]) == (last.task, "system", 9)
    row.refresh_from_db()
    assert row.enabled


def test_a_ring_of_two_rules_is_stopped_after_eight_steps(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any
) -> None:
    one = rule("task.updated", {"type": "add_comment", "text": "Changed."})
    other = rule("comment.added", {"type": "set_due_date", "due_in": "P1D"})
    task = new_task(cast.ana)
    tasks.comment(actor=Actor.system(cast.acme.pk), task=task.pk, text="Go.")
    settle()
    assert results(one, other) == {"fired": 8, "stopped": 1}


def test_rules_and_workflows_that_set_each_other_off_are_stopped(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any, publish: Any
) -> None:
    publish({"key": "loop", "name": "Loop", "steps": [{"key": "one", "name": "One"}]})
    row = rule("task.created", {"type": "start_workflow", "workflow": "loop"})
    new_task(cast.ana)
    settle()
    assert results(row) == {"fired": 4, "stopped": 1}


# --- The clock ---


def at(*parts: int) -> datetime:
    return datetime(2026, 3, *parts, tzinfo=UTC)


def test_a_schedule_comes_once_for_each_slot_however_many_sweeps_look(cast: Cast, rule: MakeRule, settle: Any) -> None:
    row = rule("schedule 0 8 * * *", TASK, now=at(1, 9))
    assert row.next_fire_at == at(2, 8)
    for moment in (at(2, 7), at(2, 8), at(2, 8), at(2, 8, 1), at(2, 9)):
        planning.plan_slots(moment)
    assert RuleRun.objects.get().cause == "slot:2026-03-02T08:00Z"
    settle()
    assert (results(row), Task.objects.count()) == ({"fired": 1}, 1)


def test_of_slots_that_were_missed_one_is_made_up_for(cast: Cast, rule: MakeRule) -> None:
    row = rule("schedule 0 * * * *", TASK, now=at(1, 9))
    assert planning.plan_slots(at(3, 12, 30)) == 1
    assert planning.plan_slots(at(3, 12, 30)) == 0
    row.refresh_from_db()
    assert row.next_fire_at == at(3, 13)
    assert RuleRun.objects.count() == 1


def test_a_schedule_that_was_off_makes_up_for_nothing(cast: Cast, rule: MakeRule, actor_of: ActorOf) -> None:
    row = rule("schedule 0 * * * *", TASK, now=at(1, 9))
    cleo = actor_of(cast.cleo)
    commands.disable_rule(actor=cleo, rule=row.pk)
    assert planning.plan_slots(at(2, 9)) == 0
    commands.enable_rule(actor=cleo, rule=row.pk, now=at(3, 9))
    row.refresh_from_db()
    assert row.next_fire_at == at(3, 10)


def test_a_schedule_comes_in_the_wall_time_of_the_organization(cast: Cast, rule: MakeRule) -> None:
    from accounts import commands as accounts

    accounts.update_organization(
        actor=Actor.system(cast.acme.pk), organization_id=cast.acme.pk, timezone="America/New_York"
    )
    row = rule("schedule 30 2 * * *", TASK, now=at(8, 5))
    assert row.next_fire_at == at(8, 7)


# --- Work that is spread ---


def test_work_goes_to_who_has_least_to_do_and_among_equals_to_who_waited_longest(
    cast: Cast, rule: MakeRule, new_task: Any, actor_of: ActorOf, settle: Any, person: Any, counted: Any
) -> None:
    gone = person("gone", cast.acme, is_active=False)
    looks = person("looks", cast.acme, Role.VIEWER)
    cast.sales.user_set.add(gone, looks)
    with counted(1):
        assert balance.least_loaded(cast.acme.pk, cast.sales) == cast.ana.pk
    new_task(cast.ana)
    assert balance.least_loaded(cast.acme.pk, cast.sales) == cast.bo.pk
    new_task(cast.bo, now=timezone.now() - timedelta(hours=1))
    assert balance.least_loaded(cast.acme.pk, cast.sales) == cast.bo.pk
    rule("rang", {"type": "create_task", "title": "x", "auto_assign": True, "team": "sales"})
    for _ in range(6):
        commands.fire_trigger(actor=actor_of(cast.cleo), type="rang")
    settle()
    assert Counter(Assignment.objects.values_list("user__username", flat=True)) == {"ana": 4, "bo": 4}


def test_where_nobody_is_available_the_rule_fails_and_says_so(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, settle: Any
) -> None:
    row = rule("rang", {"type": "create_task", "title": "x", "auto_assign": True, "team": "sales"})
    cast.sales.user_set.clear()
    commands.fire_trigger(actor=actor_of(cast.cleo), type="rang")
    settle()
    assert RuleRun.objects.get(rule=row).why == "Nobody of the team 'sales' can be given work now."


# --- Many ---


@pytest.fixture
def events(cast: Cast, raw_rows: None) -> Callable[[int], list[Task]]:
    """`events(500)`: so many bare tasks that have become overdue at once."""

    def make(count: int) -> list[Task]:
        now = timezone.now()
        rows = Task.objects.bulk_create(
            Task(organization=cast.acme, project=cast.project, source="x", title=f"t{number}", due_sort=now,
                 created_at=now, updated_at=now)
            for number in range(count)
        )  # fmt: skip
        record_each(news={task: NewEvent("task.overdue") for task in rows}, now=now)
        return rows

    return make


@pytest.mark.django_db
def test_planning_asks_as_often_for_many_events_and_rules_as_for_one(
    cast: Cast, rule: MakeRule, events: Any, settle: Any
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            planning.plan(list(Event.objects.select_related("task").filter(type="task.overdue")))
        return len([query for query in captured if query["sql"].startswith("SELECT")])

    rule("task.overdue", TAG)
    events(1)
    one = asked()
    rule("task.overdue", TAG, condition="task.priority == 'high'")
    events(60)
    assert asked() == one
    assert one <= 5


def test_where_there_are_no_rules_events_cost_one_question(cast: Cast, events: Any, counted: Any) -> None:
    events(50)
    rows = list(Event.objects.select_related("task"))
    with counted(1):
        planning.plan(rows)


@pytest.mark.django_db(transaction=True)
def test_thousands_of_tasks_are_worked_by_several_workers_each_once(cast: Cast, rule: MakeRule, events: Any) -> None:
    row = rule("task.overdue", TAG)
    count = 2_000 if connection.vendor == "postgresql" else 200
    events(count)

    def work() -> None:
        while OutboxEntry.objects.exists() or RuleRun.objects.filter(result="owed").exists():
            outbox.drain()
            running.run_owed()

    assert outcomes(at_once(work, work)) == {"done": 2}
    assert RuleRun.objects.filter(rule=row, result="fired").count() == count
    assert Event.objects.filter(type="task.updated").count() == count
    assert Task.objects.filter(tags=["seen"]).count() == count


@pytest.mark.django_db
def test_acting_asks_as_often_for_many_tasks_as_for_two(
    cast: Cast, rule: MakeRule, events: Any, queries: Callable[..., int]
) -> None:
    urgent = {"type": "set_priority", "priority": "urgent"}
    told = {"type": "notify", "assign": {"user": "ana"}, "text": "Late"}
    rule("task.overdue", urgent, TAG, {"type": "escalate"}, told)

    def asked(count: int) -> int:
        events(count)
        outbox.drain()
        access.forget()
        return queries(running.run_owed)

    assert asked(2) == asked(running.CHUNK)
    assert Event.objects.filter(type="people.told").count() == running.CHUNK + 2


@pytest.mark.django_db
def test_among_many_each_run_ends_as_if_it_were_alone(cast: Cast, rule: MakeRule, events: Any, settle: Any) -> None:
    row = rule("task.overdue", TAG, {"type": "add_comment", "text": "{{task.description}}"})
    fine, closed, silent, other = events(4)
    Task.objects.exclude(pk=silent.pk).update(description="Now")
    Task.objects.filter(pk=closed.pk).update(state="canceled", is_open=False, closed_at=timezone.now())
    settle()
    said = {run.task_id: (run.result, run.why, len(run.made)) for run in RuleRun.objects.filter(rule=row)}
    assert said == {
        fine.pk: ("fired", "", 2),
        closed.pk: ("failed", "A task that is canceled cannot take 'update'.", 0),
        silent.pk: ("failed", "The text must not be empty.", 0),
        other.pk: ("fired", "", 2),
    }
    assert set(Task.objects.filter(tags=["seen"])) == {fine, other}
    assert set(Comment.objects.values_list("task", flat=True)) == {fine.pk, other.pk}


@pytest.mark.django_db
def test_what_happens_twice_to_a_task_sets_a_rule_off_twice(
    cast: Cast, rule: MakeRule, events: Any, settle: Any
) -> None:
    row = rule("task.overdue", {"type": "escalate"})
    [task] = events(1)
    record_each(news={task: NewEvent("task.overdue")}, now=timezone.now())
    settle()
    assert results(row) == {"fired": 2}
    levels = [event.payload["level"] for event in task.events.filter(type="task.escalated").order_by("seq")]
    assert levels == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_schedules_and_triggers_looked_at_by_many_at_once_act_once(
    cast: Cast, rule: MakeRule, actor_of: ActorOf
) -> None:
    rule("schedule 0 8 * * *", TASK, now=at(1, 9))
    rule("rang", TASK)
    for _ in range(10):
        commands.fire_trigger(actor=actor_of(cast.cleo), type="rang")
    sweep = partial(planning.plan_slots, at(2, 8))
    at_once(sweep, sweep, sweep, planning.plan_triggers, planning.plan_triggers)
    planning.plan_triggers()
    at_once(running.run_owed, running.run_owed)
    running.run_owed()
    assert RuleRun.objects.filter(result="fired").count() == Task.objects.count() == 11


# --- When something breaks ---


def test_what_fails_for_a_passing_reason_is_tried_again_and_done_once(
    cast: Cast, rule: MakeRule, new_task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = rule("task.created", TAG)
    good = rule("task.created", {"type": "add_comment", "text": "Hello"})
    task = new_task(cast.ana)
    outbox.drain()

    def refuse(**_: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "tag_each", refuse)
        now = timezone.now()
        running.run_owed(now)
    assert (results(broken), results(good)) == ({"owed": 1}, {"fired": 1})
    running.run_owed(now)
    assert results(broken) == {"owed": 1}
    running.run_owed(now + timedelta(seconds=6))
    assert (results(broken), results(good)) == ({"fired": 1}, {"fired": 1})
    task.refresh_from_db()
    assert (task.tags, Comment.objects.count()) == (["seen"], 1)


def test_what_fails_again_and_again_is_given_up(
    cast: Cast, rule: MakeRule, new_task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rule("task.created", TAG)
    new_task(cast.ana)
    outbox.drain()

    def refuse(**_: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(tasks, "tag_each", refuse)
    now = timezone.now()
    for days in range(1, 9):
        running.run_owed(now + timedelta(days=days))
    assert RuleRun.objects.get(rule=row).why == "It was tried 8 times (OperationalError)."


def test_the_log_is_bounded(cast: Cast, rule: MakeRule, new_task: Any, settle: Any, actor_of: ActorOf) -> None:
    fired, idle = rule("task.created", TAG), rule("task.created", TAG, condition="false")
    commands.fire_trigger(actor=actor_of(cast.cleo), type="rang")
    new_task(cast.ana)
    settle()
    now = timezone.now()
    assert retention.purge(now + timedelta(days=13)) == 0
    assert retention.purge(now + timedelta(days=15)) == 1
    assert (results(fired), results(idle)) == ({"fired": 1}, {})
    commands.delete_rule(actor=actor_of(cast.cleo), rule=fired.pk)
    assert retention.purge(now + timedelta(days=91)) == 3
    assert not RuleRun.objects.exists()
    assert list(AutomationRule.objects.all()) == [idle]
