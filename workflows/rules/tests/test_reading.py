"""Documents of rules: what they say, and every fault by its path."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from workflows.rules import InvalidRule, Rule, Trigger, read
from workflows.rules.actions import CreateTask, Recipients, SetDueDate

TEMPLATE = "0192f0c1-0000-7000-8000-000000000000"
RULE: dict[str, Any] = {
    "name": "High Priority Support",
    "trigger": {"type": "conversation_tag", "value": "urgent"},
    "actions": [{"type": "create_task", "template": TEMPLATE, "auto_assign": True, "priority": "urgent"}],
}


def faults(**changed: Any) -> list[str]:
    with pytest.raises(InvalidRule) as refused:
        read(RULE | changed)
    return [str(fault) for fault in refused.value.faults]


def test_the_documented_rule() -> None:
    rule = read(RULE)
    assert rule.trigger == Trigger("conversation_tag", "urgent")
    [action] = rule.actions
    assert action == CreateTask(template=UUID(TEMPLATE), priority=4, to=Recipients(auto=True))


def test_one_action_may_stand_alone() -> None:
    one = {name: value for name, value in RULE.items() if name != "actions"}
    assert read(one | {"action": RULE["actions"][0]}).actions == read(RULE).actions


def test_every_action_there_is() -> None:
    actions = [
        {"type": "create_task", "title": "Call {{context.name}}", "due_in": "PT4H", "tags": ["a", "a", "b"]},
        {"type": "start_workflow", "workflow": "onboarding", "variables": {"amount": 5}},
        {"type": "assign", "assign": {"users": ["ana", "bo"]}},
        {"type": "assign", "auto_assign": True, "team": "sales"},
        {"type": "set_priority", "priority": "low"},
        {"type": "set_due_date", "due_in": "P2D"},
        {"type": "add_comment", "text": "Seen."},
        {"type": "add_tag", "tag": "vip"},
        {"type": "notify", "assign": {"team": "sales"}, "text": "Look"},
        {"type": "escalate"},
    ]
    rule: Rule = read(RULE | {"actions": actions})
    assert [action.kind for action in rule.actions] == [action["type"] for action in actions]
    assert rule.actions[0].tags == ("a", "b")
    assert rule.actions[5] == SetDueDate(timedelta(days=2))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"name": " "}, "name: must not be empty"),
        ({"name": "x" * 201}, "name: has more than 200 characters"),
        ({"trigger": None}, "trigger: must be a mapping"),
        ({"trigger": {"type": "task.exploded"}}, "trigger.type: must be schedule, an event of tasks"),
        ({"trigger": {"type": "Big Name"}}, "trigger.type: must be schedule, an event of tasks"),
        ({"trigger": {"type": "task.created", "value": "x"}}, "trigger.value: means nothing for task.created"),
        ({"trigger": {"type": "schedule", "value": "9**9**9"}}, "trigger.value: must be a cron expression"),
        ({"trigger": {"type": "schedule", "value": "* * * * * *"}}, "trigger.value: must be a cron expression"),
        ({"trigger": {"type": "schedule", "value": "0 0 31 2 *"}}, "trigger.value: must be a cron expression"),
        ({"trigger": {"type": "x", "way": 1}}, "trigger.way: is not known here"),
        ({"condition": 5}, "condition: must be a CEL expression"),
        ({"condition": "tsk.title == 'x'"}, "condition: names 'tsk'; there are task"),
        ({"actions": []}, "actions: must not be empty"),
        ({"actions": [{"type": "create_task", "title": "x"}] * 11}, "actions: has 11 entries; 10 are the most"),
        ({"actions": [{"type": "create_task", "title": "x"}] * 4}, "actions: make more than 3 tasks and workflows"),
        ({"actions": [{"type": "explode"}]}, "actions[0].type: must be one of create_task"),
        ({"actions": [{}]}, "actions[0].type: is missing"),
        ({"actions": ["x"]}, "actions[0]: must be a mapping"),
        ({"actions": [{"type": "create_task"}]}, "actions[0].title: is missing"),
        ({"actions": [{"type": "create_task", "template": "tpl"}]}, "actions[0].template: is no template's id"),
        ({"actions": [{"type": "create_task", "title": "x", "priority": "huge"}]}, "actions[0].priority: must be one"),
        ({"actions": [{"type": "create_task", "title": "x", "due_in": "soon"}]}, "actions[0].due_in: is not an ISO"),
        ({"actions": [{"type": "create_task", "title": "x", "colour": 1}]}, "actions[0].colour: is not known here"),
        ({"actions": [{"type": "escalate"}]}, "actions[0].type: escalate needs a task: create one before"),
        ({"actions": [{"type": "create_task", "title": "x", "team": "s"}]}, "actions[0].team: goes with auto_assign"),
        ({"actions": [{"type": "start_workflow"}]}, "actions[0].workflow: is missing"),
        ({"actions": RULE["actions"], "action": {}}, "action: stands beside actions"),
        ({"wheels": 4}, "wheels: is not known here"),
    ],
)
def test_a_fault_is_named_by_its_path(changed: dict[str, Any], fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(**changed)), faults(**changed)


def test_all_faults_are_named_at_once() -> None:
    found = faults(name="", condition="(", actions=[{"type": "explode"}, {"type": "create_task"}])
    assert len(found) == 4


def test_a_task_that_an_action_has_made_is_one_for_those_after_it() -> None:
    read(RULE | {"actions": [{"type": "create_task", "title": "x"}, {"type": "escalate"}]})
    read(RULE | {"trigger": {"type": "task.overdue"}, "actions": [{"type": "escalate"}]})


@pytest.mark.parametrize("document", [None, [], "x", 5, {}, {"name": {"a": 1}, "trigger": [], "actions": {}}])
def test_what_is_no_rule_is_refused(document: Any) -> None:
    with pytest.raises(InvalidRule):
        read(document)
