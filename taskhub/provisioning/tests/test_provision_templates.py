"""Templates in the provisioning file: made, changed where the file says something else, every fault by its path."""

from datetime import timedelta
from typing import Any

import pytest
import yaml

from accounts.actor import Actor
from taskhub.provisioning.apply import provision
from taskhub.provisioning.faults import Faulty
from tasks.commands.templates import archive_template
from tasks.models import Priority, TaskTemplate

pytestmark = pytest.mark.django_db

FILE = """
organizations:
  - slug: acme
    name: Acme Bank
    users: [{username: ana, role: manager}, {username: nils, role: viewer}]
    teams: [{slug: sales, name: Sales Team, members: [ana]}]
    templates:
      - name: Complaint
        title_template: "Complaint of {{customer}}"
        description_template: "Investigate: {{issue}}"
        default_priority: urgent
        default_tags: [support]
        default_due: PT48H
        assign: {team: sales}
        checklist: [Read, "Call {{customer}}"]
      - name: Plain
"""


def changed(**values: Any) -> str:
    """FILE with other values in its first template."""
    document = yaml.safe_load(FILE)
    document["organizations"][0]["templates"][0].update(values)
    return yaml.safe_dump(document, sort_keys=False)


def test_templates_are_made_as_the_file_says() -> None:
    answer = provision(FILE)["organizations"]["acme"]["templates"]
    row, plain = TaskTemplate.objects.order_by("name")
    assert answer["Complaint"] == {"id": str(row.uuid), "number": str(row.pk), "version": 1}
    assert (row.default_priority, row.default_due) == (Priority.URGENT, timedelta(days=2))
    assert (row.variables, row.assign_team.slug) == (("customer", "issue"), "sales")
    assert (plain.name, plain.default_priority, plain.checklist) == ("Plain", Priority.MEDIUM, [])


def test_the_same_file_changes_nothing_and_another_one_what_differs() -> None:
    first = provision(FILE)
    assert provision(FILE) == first
    provision(changed(assign={"user": "ana"}, default_tags=["vip"]))
    row = TaskTemplate.objects.get(name="Complaint")
    assert (row.version, row.default_tags, row.assign_team) == (2, ["vip"], None)
    assert row.assign_user is not None
    provision(changed(assign={}))
    assert TaskTemplate.objects.get(name="Complaint").assign_user is None


def test_an_archived_template_stays_archived_beside_a_new_one() -> None:
    provision(FILE)
    row = TaskTemplate.objects.get(name="Complaint")
    archive_template(actor=Actor.system(row.organization_id), template=row.pk)
    provision(FILE)
    assert TaskTemplate.objects.filter(name="Complaint").count() == 2


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"default_due": "2 days"}, "organizations[0].templates[0].default_due: This is not an ISO 8601 duration"),
        ({"default_priority": "critical"}, "organizations[0].templates[0].default_priority: This is not one of"),
        ({"assign": {"user": "zed"}}, "organizations[0].templates[0].assign: There is nobody of that name here."),
        ({"assign": {"user": "ana", "team": "sales"}}, "organizations[0].templates[0].assign: "),
        ({"assign": {"user": "nils"}}, "organizations[0].templates[0].assignees: A viewer cannot be given work."),
        ({"colour": "red"}, "organizations[0].templates[0].colour: There is no such field."),
        ({"checklist": [" "]}, "organizations[0].templates[0].checklist: The checklist must not be empty."),
        ({"name": "Plain"}, "organizations[0].templates[1].name: This stands in the list twice."),
    ],
)
def test_faults_are_named_by_their_path(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(Faulty) as refused:
        provision(changed(**values))
    assert str(refused.value).startswith(fault)
    assert not TaskTemplate.objects.exists()
