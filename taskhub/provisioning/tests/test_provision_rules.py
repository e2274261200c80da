"""Automation rules in the provisioning file: made, changed, left alone, every fault by its path."""

from typing import Any

import pytest
import yaml

from taskhub.provisioning.apply import provision
from taskhub.provisioning.faults import Faulty
from tasks.models import TaskTemplate
from workflows.models import AutomationRule

pytestmark = pytest.mark.django_db

FILE = """
organizations:
  - slug: acme
    name: Acme Bank
    users: [{username: cleo, role: manager}, {username: mara, role: admin}, {username: ana, role: member}]
    teams: [{slug: sales, name: Sales Team, members: [ana]}]
    projects: [{slug: main, name: Main}]
    templates: [{name: Urgent, title_template: Call back}]
    rules:
      - name: High Priority Support
        trigger: {type: conversation_tag, value: urgent}
        action: {type: create_task, template: Urgent, auto_assign: true, team: sales, priority: urgent}
      - name: Late work
        author: mara
        project: main
        trigger: {type: task.overdue}
        condition: task.priority == 'high'
        actions: [{type: escalate}, {type: add_tag, tag: late}]
      - {name: Post, enabled: false, trigger: {type: schedule, value: 0 8 * * *}, action: {type: create_task, title: x}}
"""


def changed(change: Any) -> str:
    document = yaml.safe_load(FILE)
    change(document["organizations"][0]["rules"])
    return yaml.safe_dump(document, sort_keys=False)


def faults(change: Any) -> list[str]:
    with pytest.raises(Faulty) as refused:
        provision(changed(change))
    assert not AutomationRule.objects.exists()
    return str(refused.value).splitlines()


def test_rules_are_made_and_act_with_a_managers_rights() -> None:
    answer = provision(FILE)["organizations"]["acme"]["rules"]
    high, late, post = AutomationRule.objects.order_by("id")
    assert answer["Late work"] == {"id": str(late.uuid), "number": str(late.pk)}
    assert [row.author.username for row in (high, late, post)] == ["cleo", "mara", "cleo"]
    assert high.actions[0]["template"] == str(TaskTemplate.objects.get().uuid)
    assert (late.project.slug, late.condition, late.enabled) == ("main", "task.priority == 'high'", True)
    assert (post.enabled, post.next_fire_at) == (False, None)


def test_the_same_file_again_changes_nothing() -> None:
    first = provision(FILE)
    before = list(AutomationRule.objects.order_by("pk").values())
    assert provision(FILE) == first
    assert list(AutomationRule.objects.order_by("pk").values()) == before


def test_a_changed_rule_is_changed_and_the_others_stay() -> None:
    provision(FILE)

    def change(rules: Any) -> None:
        rules[1] |= {"actions": [{"type": "escalate"}], "enabled": False}
        del rules[1]["condition"], rules[1]["project"]

    provision(changed(change))
    high, late, _ = AutomationRule.objects.order_by("id")
    assert (high.version, late.version) == (1, 2)
    assert (late.condition, late.project, late.enabled, late.actions) == ("", None, False, [{"type": "escalate"}])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda rules: rules[0].pop("trigger"), "rules[0].trigger: This is missing."),
        (lambda rules: rules[0].pop("action"), "rules[0].actions: is missing"),
        (lambda rules: rules[0]["trigger"].update(type="task.x"), "rules[0].trigger.type: must be schedule"),
        (lambda rules: rules[0]["action"].update(team="x"), "rules[0].action.team: there is no team 'x'"),
        (lambda rules: rules[0]["action"].update(template="x"), "rules[0].action.template: is no template's id"),
        (lambda rules: rules[1].update(condition="9**9**9"), "rules[1].condition: "),
        (lambda rules: rules[1].update(author="ana"), "rules[1].author: A rule acts with the rights of a manager"),
        (lambda rules: rules[1].update(project="x"), "rules[1].project: There is no project x."),
        (lambda rules: rules[1].update(colour="red"), "rules[1].colour: There is no such field."),
        (lambda rules: rules.append(rules[0]), "rules[3].name: This stands in the list twice."),
    ],
)
def test_what_is_no_rule_is_refused(change: Any, fault: str) -> None:
    found = faults(change)
    assert any(fault in line for line in found), found
