"""Workflow definitions in the provisioning file: published, versioned, every fault by its path."""

from typing import Any

import pytest
import yaml

from taskhub.provisioning.apply import provision
from taskhub.provisioning.faults import Faulty
from workflows import compiled
from workflows.engine.steps import SetVariables
from workflows.models import WorkflowDefinition

pytestmark = pytest.mark.django_db

FILE = """
organizations:
  - slug: acme
    name: Acme Bank
    users: [{username: ana, role: member}, {username: nils, role: viewer}]
    teams: [{slug: sales, name: Sales Team, members: [ana]}]
    workflows:
      - key: onboarding
        name: Onboarding
        steps:
          - {key: verify, assign: {user: ana}, due_in: PT48H, next: sums}
          - {key: sums, type: automatic, set: {zz: "1.0", a: "zz * 2.0"}, next: file}
          - {key: file, type: workflow, workflow: filing}
      - key: filing
        name: Filing
        steps: [{key: put-away, assign: {team: sales}}]
"""


def changed(change: Any) -> str:
    """FILE after `change` was made to its workflows."""
    document = yaml.safe_load(FILE)
    change(document["organizations"][0]["workflows"])
    return yaml.safe_dump(document, sort_keys=False)


def faults(text: str) -> list[str]:
    with pytest.raises(Faulty) as refused:
        provision(text)
    assert not WorkflowDefinition.objects.exists()
    return str(refused.value).splitlines()


def rows() -> list[tuple[str, int, str]]:
    return list(WorkflowDefinition.objects.order_by("key", "version").values_list("key", "version", "status"))


def test_definitions_are_published_and_may_start_what_stands_below_them() -> None:
    answer = provision(FILE)["organizations"]["acme"]["workflows"]
    assert rows() == [("filing", 1, "published"), ("onboarding", 1, "published")]
    row = WorkflowDefinition.objects.get(key="onboarding")
    assert answer["onboarding"] == {"id": str(row.uuid), "number": str(row.pk), "version": 1}


def test_what_is_computed_keeps_its_order() -> None:
    provision(FILE)
    work = compiled.of(WorkflowDefinition.objects.get(key="onboarding")).step("sums").work
    assert isinstance(work, SetVariables)
    assert [name for name, _ in work.variables] == ["zz", "a"]


def test_the_same_file_again_changes_nothing() -> None:
    first = provision(FILE)
    before = list(WorkflowDefinition.objects.order_by("pk").values())
    assert provision(FILE) == first
    assert list(WorkflowDefinition.objects.order_by("pk").values()) == before


def test_a_changed_definition_becomes_a_new_version_and_the_other_stays() -> None:
    provision(FILE)

    def rename(workflows: Any) -> None:
        workflows[1]["name"] = "Archive"

    answer = provision(changed(rename))["organizations"]["acme"]["workflows"]
    assert (answer["filing"]["version"], answer["onboarding"]["version"]) == (2, 1)
    assert rows() == [("filing", 1, "published"), ("filing", 2, "published"), ("onboarding", 1, "published")]


def wrong(workflows: Any) -> None:
    workflows[0]["steps"][0]["assign"] = {"user": "zed"}
    workflows[0]["steps"][1]["next"] = "nowhere"
    workflows[1]["steps"][0] |= {"assign": {"user": "nils"}, "colour": "red"}


def test_every_fault_of_every_definition_is_named_by_its_path() -> None:
    found = faults(changed(wrong))
    assert "organizations[0].workflows[0].steps[0].assign.user: there is no user 'zed'" in found
    assert "organizations[0].workflows[0].steps[1].next: there is no step 'nowhere'" in found
    assert "organizations[0].workflows[1].steps[0].colour: is not known here" in found
    only_looks = "organizations[0].workflows[1].steps[0].assign.user: 'nils' only looks on and cannot be given work"
    assert only_looks in found


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda workflows: workflows[0].pop("key"), "organizations[0].workflows[0].key: This is missing."),
        (lambda workflows: workflows.append(workflows[0]), "workflows[2].key: This stands in the list twice."),
        (lambda workflows: workflows.append("x"), 'organizations[0].workflows[2]: This is not of type "object".'),
        (lambda workflows: workflows.pop(), "workflows[0].steps[2].workflow: there is no workflow 'filing'"),
        (lambda workflows: workflows[0].pop("steps"), "organizations[0].workflows[0].steps: is missing"),
    ],
)
def test_what_is_no_definition_is_refused(change: Any, fault: str) -> None:
    assert any(each.endswith(fault) for each in faults(changed(change)))
