"""Rules at work: what sets them off, what they do, and what their log says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as tasks
from tasks import outbox
from tasks.domain.errors import InvalidInput
from tasks.models import Comment, Delivery, Event, OutboxEntry, Task
from workflows import commands
from workflows.models import AutomationRule, RuleRun, TriggerEvent, WorkflowInstance
from workflows.tests.samples import ONE_STEP

ActorOf = Callable[..., Actor]
MakeRule = Callable[..., AutomationRule]


def log(rule: AutomationRule) -> list[str]:
    """The results of its runs, oldest first."""
    return list(RuleRun.objects.filter(rule=rule).order_by("id").values_list("result", flat=True))


def only_run(rule: AutomationRule) -> RuleRun:
    return RuleRun.objects.get(rule=rule)


def test_a_rule_acts_once_on_an_event_and_says_what_it_did(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any
) -> None:
    row = rule("task.created", {"type": "add_comment", "text": "Welcome, {{task.title}}."})
    task = new_task(cast.ana, title="Call Ms Ito")
    settle()
    settle()
    assert list(Comment.objects.values_list("text", flat=True)) == ["Welcome, Call Ms Ito."]
    run = only_run(row)
    assert (run.result, run.task, run.depth, run.why) == ("fired", task, 1, "")
    assert run.made == [
        {"action": "add_comment", "kind": "task", "id": str(task.uuid), "label": "Welcome, Call Ms Ito."}
    ]
    event = Event.objects.get(type="comment.added")
    assert (event.actor_kind, event.actor, event.cause_depth) == ("rule", cast.cleo, 1)
    row.refresh_from_db()
    assert row.last_fired_at is not None


def test_the_log_says_why_a_rule_did_not_act(cast: Cast, rule: MakeRule, new_task: Any, settle: Any) -> None:
    row = rule("task.created", {"type": "escalate"}, condition="task.priority == 'urgent'")
    new_task(cast.ana)
    new_task(cast.ana, priority=4)
    settle()
    assert log(row) == ["not_matched", "fired"]
    assert RuleRun.objects.filter(rule=row).earliest("id").why == "Its condition was false."


def test_rules_of_others_are_not_set_off(cast: Cast, rule: MakeRule, new_task: Any, settle: Any) -> None:
    theirs = rule("task.created", {"type": "escalate"}, by=cast.dan)
    elsewhere = rule("task.created", {"type": "escalate"}, project=cast.vault)
    off = rule("task.created", {"type": "escalate"}, enabled=False)
    other = rule("task.completed", {"type": "escalate"})
    new_task(cast.ana)
    settle()
    assert [log(row) for row in (theirs, elsewhere, off, other)] == [[], [], [], []]


def test_every_action_is_done_by_the_commands_that_people_use(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any, publish: Any
) -> None:
    publish(ONE_STEP)
    row = rule(
        "task.created",
        {"type": "assign", "assign": {"users": ["ana", "bo"]}},
        {"type": "set_priority", "priority": "urgent"},
        {"type": "set_due_date", "due_in": "P2D"},
        {"type": "add_tag", "tags": ["vip", "eu"]},
        {"type": "add_comment", "text": "Now it is yours."},
        {"type": "notify", "assign": {"team": "sales"}, "text": "Please look"},
        {"type": "escalate"},
        {"type": "start_workflow", "workflow": ONE_STEP["key"]},
        condition="task.source == 'inbox'",
    )
    task = new_task(tags=["eu"])
    settle()
    run = RuleRun.objects.get(rule=row, task=task)
    assert (run.result, run.why) == ("fired", "")
    task.refresh_from_db()
    assert (task.priority, task.tags, task.escalation_level) == (4, ["eu", "vip"], 1)
    assert timedelta(days=1) < task.due_at - timezone.now() < timedelta(days=3)
    holders = task.assignments.filter(is_open=True).values_list("user__username", flat=True)
    assert sorted(holders) == ["ana", "bo"]
    instance = WorkflowInstance.objects.get()
    assert (instance.started_by, instance.entity_type, instance.entity_id) == (cast.cleo, "task", str(task.uuid))
    told = Delivery.objects.filter(notice="told", channel="in_app").values_list("user__username", flat=True)
    assert sorted(told) == ["ana", "bo"]
    assert [made["action"] for made in run.made] == [action["type"] for action in row.actions]


def test_what_follows_a_made_task_is_about_that_task(cast: Cast, rule: MakeRule, new_task: Any, settle: Any) -> None:
    rule(
        "task.completed",
        {"type": "create_task", "title": "Archive {{task.title}}", "assign": {"user": "ana"}, "priority": "low"},
        {"type": "add_tag", "tag": "follow-up"},
        condition="task.source == 'inbox'",
    )
    task = new_task(cast.bo, title="the contract")
    tasks.complete(actor=Actor.system(cast.acme.pk), task=task.pk)
    settle()
    made = Task.objects.get(source="rule")
    assert (made.title, made.priority, made.tags, made.created_by) == (
        "Archive the contract",
        1,
        ["follow-up"],
        cast.cleo,
    )
    task.refresh_from_db()
    assert task.tags == []


def test_a_named_trigger_sets_off_rules_with_its_context(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, settle: Any
) -> None:
    make = {"type": "create_task", "title": "Call {{context.customer}}", "assign": {"team": "sales"}}
    urgent = rule("conversation_tag urgent", make)
    calm = rule("conversation_tag calm", make)
    any_tag = rule("conversation_tag", make, condition="context.customer == 'Somebody else'")
    fired = commands.fire_trigger(
        actor=actor_of(cast.ana), type="conversation_tag", value="urgent", context={"customer": "Ms Ito"}
    )
    settle()
    assert (log(urgent), log(calm), log(any_tag)) == (["fired"], ["not_matched"], ["not_matched"])
    assert Task.objects.get().title == "Call Ms Ito"
    fired.refresh_from_db()
    assert fired.looked_at is not None


def test_a_trigger_that_no_rule_waits_for_is_looked_at_and_forgotten(
    cast: Cast, actor_of: ActorOf, settle: Any
) -> None:
    commands.fire_trigger(actor=actor_of(cast.ana), type="nobody_waits")
    settle()
    assert not TriggerEvent.objects.filter(looked_at=None).exists()
    assert not RuleRun.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"type": "task.created"}, "type"),
        ({"type": "schedule"}, "type"),
        ({"type": ""}, "type"),
        ({"type": "x" * 64}, "type"),
        ({"type": "tag", "value": "x" * 201}, "value"),
        ({"type": "tag", "value": "a\x00b"}, "value"),
        ({"type": "tag", "context": {"a": "x" * 70_000}}, "context"),
        ({"type": "tag", "context": {"a": "\ud800"}}, "context"),
    ],
)
def test_events_cannot_be_forged_and_triggers_are_bounded(
    cast: Cast, actor_of: ActorOf, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        commands.fire_trigger(actor=actor_of(cast.ana), **given)
    assert refused.value.field == field


def test_an_action_that_fails_undoes_the_others_and_is_told(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any
) -> None:
    row = rule(
        "task.created",
        {"type": "add_tag", "tag": "seen"},
        {"type": "assign", "assign": {"user": "ana"}},
        {"type": "create_task", "title": "never", "project": "dorfman-ag"},
        {"type": "set_due_date", "due_in": "P1D"},
    )
    task = new_task(cast.ana)
    AutomationRule.objects.filter(pk=row.pk).update(
        actions=[{"type": "add_tag", "tag": "seen"}, {"type": "assign", "assign": {"user": "nobody"}}]
    )
    settle()
    run = only_run(row)
    assert (run.result, run.why, run.made) == ("failed", "There is nobody called 'nobody' here.", [])
    task.refresh_from_db()
    assert task.tags == []
    row.refresh_from_db()
    assert row.enabled


def test_a_failing_rule_keeps_no_other_from_acting(cast: Cast, rule: MakeRule, new_task: Any, settle: Any) -> None:
    bad = rule("task.created", {"type": "escalate"})
    AutomationRule.objects.filter(pk=bad.pk).update(actions=[{"type": "explode"}])
    good = rule("task.created", {"type": "add_tag", "tag": "seen"})
    new_task(cast.ana)
    settle()
    assert (log(bad), log(good)) == (["failed"], ["fired"])
    assert not OutboxEntry.objects.exists()


def test_a_rule_turned_off_does_not_do_what_it_owes(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any, actor_of: ActorOf
) -> None:
    row = rule("task.created", {"type": "add_tag", "tag": "seen"})
    new_task(cast.ana)
    outbox.drain()
    commands.disable_rule(actor=actor_of(cast.cleo), rule=row.pk)
    settle()
    assert log(row) == ["stopped"]
    assert Task.objects.get().tags == []


def test_a_deleted_task_is_not_changed(cast: Cast, rule: MakeRule, new_task: Any, settle: Any, do: Any) -> None:
    row = rule("task.created", {"type": "add_tag", "tag": "seen"})
    task = new_task(cast.ana)
    do(cast.cleo, "delete", task)
    settle()
    assert log(row) == ["failed"]
    assert only_run(row).why == "There is no such task."
