"""Rules are written, turned on and off, and deleted by managers, and act with their author's rights."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import commands as accounts
from accounts.actor import Actor, Role
from accounts.models import Membership
from conftest import Cast
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion
from tasks.models import Event, Task
from workflows import commands
from workflows.automation import queries
from workflows.automation.dry_run import dry_run
from workflows.models import AutomationRule, RuleRun
from workflows.rules import InvalidRule

ActorOf = Callable[..., Actor]
MakeRule = Callable[..., AutomationRule]
ESCALATE = {"type": "escalate"}
TAG = {"type": "add_tag", "tag": "seen"}


def document(**changed: Any) -> dict[str, Any]:
    return {"name": "Rule", "trigger": {"type": "task.created"}, "actions": [ESCALATE]} | changed


def test_only_managers_see_and_write_rules(cast: Cast, rule: MakeRule, actor_of: ActorOf, vera: Any) -> None:
    row = rule("task.created", ESCALATE)
    for who in (cast.ana, vera):
        actor = actor_of(who)
        for attempt in (
            lambda actor=actor: commands.create_rule(actor=actor, document=document()),
            lambda actor=actor: commands.update_rule(actor=actor, rule=row.uuid, values={"name": "x"}),
            lambda actor=actor: commands.delete_rule(actor=actor, rule=row.uuid),
            lambda actor=actor: queries.rules(actor),
            lambda actor=actor: dry_run(actor=actor, rule=row),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    with pytest.raises(NotAllowed):
        commands.fire_trigger(actor=actor_of(vera), type="tag")


def test_a_key_needs_the_scopes_that_a_rule_acts_with(cast: Cast, actor_of: ActorOf) -> None:
    for scope in ("task.edit", "workflow.execute", "task.read"):
        key = replace(actor_of(cast.cleo), kind="key", scopes=frozenset({scope}))
        with pytest.raises(NotAllowed, match="lacks the scope"):
            commands.create_rule(actor=key, document=document())


def test_rules_of_another_organization_do_not_exist(cast: Cast, rule: MakeRule, actor_of: ActorOf) -> None:
    row = rule("task.created", ESCALATE)
    for attempt in (
        lambda: queries.rule(actor_of(cast.dan), row.uuid),
        lambda: commands.enable_rule(actor=actor_of(cast.dan), rule=row.pk),
        lambda: commands.delete_rule(actor=actor_of(cast.dan), rule=row.uuid),
        lambda: commands.create_rule(actor=actor_of(cast.dan), document=document(), project=cast.project.uuid),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ({"type": "assign", "assign": {"user": "dan"}}, "actions[0].assign: there is nobody called 'dan'"),
        ({"type": "assign", "assign": {"user": "vera"}}, "actions[0].assign: there is nobody called 'vera'"),
        ({"type": "assign", "assign": {"team": "elsewhere"}}, "actions[0].assign: there is no team 'elsewhere'"),
        ({"type": "assign", "auto_assign": True, "team": "x"}, "actions[0].team: there is no team 'x'"),
        ({"type": "start_workflow", "workflow": "x"}, "actions[0].workflow: there is no published workflow 'x'"),
        ({"type": "create_task", "title": "x", "project": "elsewhere"}, "actions[0].project: there is no project"),
        (
            {"type": "create_task", "template": "0192f0c1-0000-7000-8000-000000000000"},
            "actions[0].template: there is no such template",
        ),
    ],
)
def test_what_a_rule_names_must_be_there(
    cast: Cast, vera: Any, actor_of: ActorOf, action: dict[str, Any], fault: str
) -> None:
    with pytest.raises(InvalidRule) as refused:
        commands.create_rule(actor=actor_of(cast.cleo), document=document(actions=[action]))
    assert str(refused.value).startswith(fault)
    assert not AutomationRule.objects.exists()


def test_a_change_names_its_version_and_keeps_the_rest(cast: Cast, rule: MakeRule, actor_of: ActorOf) -> None:
    row = rule("task.created", ESCALATE, condition="task.priority == 'high'")
    cleo = actor_of(cast.cleo)
    changed = commands.update_rule(actor=cleo, rule=row.uuid, values={"name": "Other", "action": TAG}, version=1)
    assert (changed.name, changed.condition, changed.actions, changed.version) == (
        "Other",
        "task.priority == 'high'",
        [TAG],
        2,
    )
    with pytest.raises(StaleVersion):
        commands.update_rule(actor=cleo, rule=row.uuid, values={"name": "Third"}, version=1)
    with pytest.raises(InvalidInput):
        commands.update_rule(actor=cleo, rule=row.uuid, values={"condition": "nonsense("})


def test_who_changes_what_a_rule_does_becomes_its_author(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, person: Any
) -> None:
    mara = person("mara", cast.acme, Role.MANAGER)
    row = rule("task.created", ESCALATE)
    commands.disable_rule(actor=actor_of(mara), rule=row.pk)
    row.refresh_from_db()
    assert row.author == cast.cleo
    commands.enable_rule(actor=actor_of(mara), rule=row.pk)
    row.refresh_from_db()
    assert row.author == mara


def test_a_deleted_rule_is_gone_and_its_log_stays(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, new_task: Any, settle: Any
) -> None:
    row = rule("task.created", TAG)
    new_task(cast.ana)
    settle()
    commands.delete_rule(actor=actor_of(cast.cleo), rule=row.uuid)
    new_task(cast.ana)
    settle()
    assert RuleRun.objects.filter(rule=row).count() == 1
    assert not queries.rules(actor_of(cast.cleo)).exists()
    with pytest.raises(NotFound):
        commands.enable_rule(actor=actor_of(cast.cleo), rule=row.uuid)


def test_an_organization_has_so_many_rules_at_most(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.commands.rules.MAX_RULES", 2)
    rule("task.created", ESCALATE)
    rule("task.created", ESCALATE)
    rule("task.created", ESCALATE, by=cast.dan)
    with pytest.raises(Conflict):
        rule("task.created", ESCALATE)


def test_a_rule_stops_visibly_when_its_author_loses_the_right(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, new_task: Any, settle: Any, person: Any
) -> None:
    row = rule("task.created", TAG)
    mara = person("mara", cast.acme, Role.MANAGER)
    task = new_task(cast.ana, by=cast.ana)
    accounts.change_role(actor=Actor.system(cast.acme.pk), user_id=cast.cleo.pk, role=Role.MEMBER)
    settle()
    row.refresh_from_db()
    assert (row.enabled, row.paused_reason) == (
        False,
        "Cleo Stone: Only a manager may see and change automation rules.",
    )
    run = RuleRun.objects.get()
    assert (run.result, run.why) == ("refused", "Only a manager may see and change automation rules.")
    task.refresh_from_db()
    assert task.tags == []
    stopped = Event.objects.get(type="rule.stopped")
    assert (stopped.task, stopped.payload["rule"]) == (task, str(row.uuid))
    commands.enable_rule(actor=actor_of(mara), rule=row.uuid)
    row.refresh_from_db()
    assert (row.enabled, row.paused_reason, row.author) == (True, "", mara)


def test_a_rule_stops_when_its_author_leaves(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any, actor_of: ActorOf
) -> None:
    row = rule("task.created", TAG)
    named = rule("tag", {"type": "create_task", "title": "x"})
    new_task(cast.ana, by=cast.ana)
    commands.fire_trigger(actor=actor_of(cast.ana), type="tag")
    Membership.objects.filter(user=cast.cleo).delete()
    settle()
    assert set(RuleRun.objects.values_list("result", flat=True)) == {"refused"}
    assert not AutomationRule.objects.filter(pk__in=[row.pk, named.pk], enabled=True).exists()
    assert Task.objects.count() == 1


def test_a_dry_run_tells_what_would_have_happened_and_why_not(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, new_task: Any
) -> None:
    high, low = new_task(cast.ana, priority=3), new_task(cast.ana, priority=1)
    row = rule("task.created", ESCALATE, condition="task.priority == 'high'", enabled=False)
    cleo = actor_of(cast.cleo)
    found = dry_run(actor=cleo, rule=row)
    assert (found.judged, found.matched, found.is_whole) == (2, 1, True)
    assert [(case.task, case.verdict.matches) for case in found.cases] == [(low, False), (high, True)]
    assert found.cases[0].verdict.why == "Its condition was false."
    assert not RuleRun.objects.exists()
    assert dry_run(actor=cleo, rule=row, now=timezone.now() + timedelta(days=8)).judged == 0
    for days in (0, 31):
        with pytest.raises(InvalidInput):
            dry_run(actor=cleo, rule=row, days=days)


def test_a_dry_run_of_triggers_and_schedules(cast: Cast, rule: MakeRule, actor_of: ActorOf) -> None:
    cleo = actor_of(cast.cleo)
    commands.fire_trigger(actor=cleo, type="tag", value="urgent")
    commands.fire_trigger(actor=cleo, type="tag", value="calm")
    make = {"type": "create_task", "title": "x"}
    found = dry_run(actor=cleo, rule=rule("tag urgent", make))
    assert (found.judged, found.matched) == (2, 1)
    daily = dry_run(actor=cleo, rule=rule("schedule 0 8 * * *", make), days=7)
    assert (daily.judged, daily.matched) == (7, 7)


def test_a_dry_run_is_bounded_and_asks_as_often_for_many_events_as_for_one(
    cast: Cast, rule: MakeRule, actor_of: ActorOf, new_task: Any, counted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rule("task.created", ESCALATE)
    cleo = actor_of(cast.cleo)
    new_task(cast.ana)
    with counted(3):
        dry_run(actor=cleo, rule=row)
    for _ in range(30):
        new_task(cast.ana)
    with counted(3):
        found = dry_run(actor=cleo, rule=row)
    assert found.judged == 31
    monkeypatch.setattr("workflows.automation.dry_run.MOST_JUDGED", 10)
    found = dry_run(actor=cleo, rule=row)
    assert (found.judged, found.is_whole) == (10, False)
    monkeypatch.setattr("workflows.automation.dry_run.MOST_LOOKED_AT", 5)
    assert dry_run(actor=cleo, rule=row).judged == 5
