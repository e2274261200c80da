"""Templates: written by managers, used by members, filled in one pass, made into whole tasks or none."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Membership
from conftest import Cast
from tasks import templates
from tasks.commands import NewShare
from tasks.commands.from_template import create_from_template
from tasks.commands.templates import (
    archive_template,
    create_template,
    restore_template,
    update_template,
)
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion
from tasks.domain.tests.test_placeholders import HOSTILE
from tasks.models import Priority, Task, TaskTemplate

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
Make = Callable[..., TaskTemplate]
Use = Callable[..., Task]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
COMPLAINT: dict[str, Any] = {
    "name": "Customer Complaint",
    "description_template": "Investigate issue: {{issue_id}}",
    "default_priority": Priority.HIGH,
    "default_tags": ["support"],
    "checklist": ["Review conversation history", "Contact {{customer}}"],
}


@pytest.fixture
def make(cast: Cast, actor_of: ActorOf) -> Make:
    """`make(checklist=[...])`: the template that cleo writes."""
    return lambda **values: create_template(actor=actor_of(cast.cleo), **{**COMPLAINT, **values})


@pytest.fixture
def use(cast: Cast, actor_of: ActorOf, access_to: Callable[..., Any]) -> Use:
    """`use(template, issue_id="#1")`: the task that ana makes from it."""

    def make(row: TaskTemplate, variables: dict[str, Any] | None = None, **given: Any) -> Task:
        said = {"now": NOW, "project": access_to(cast.ana, cast.project), **given}
        return create_from_template(
            actor=actor_of(cast.ana), template=row.uuid, source="inbox", variables=variables, **said
        )

    return make


def test_a_task_is_made_as_the_template_says(cast: Cast, make: Make, use: Use) -> None:
    row = make(
        title_template="Complaint {{issue_id}}",
        default_due=timedelta(hours=48),
        assignee=NewShare(user=cast.bo.uuid),
        category="approve",
    )
    task = use(row, {"issue_id": "#1234", "customer": {"name": "Ada"}})
    assert (task.title, task.description) == ("Complaint #1234", "Investigate issue: #1234")
    assert (task.priority, task.tags, task.category) == (Priority.HIGH, ["support"], "approve")
    assert task.due_at == NOW + timedelta(hours=48)
    assert [share.user_id for share in task.assignments.all()] == [cast.bo.pk]
    assert list(task.checklist.values_list("text", flat=True)) == [
        "Review conversation history",
        'Contact {"name": "Ada"}',
    ]
    reference = task.references.get()
    assert (reference.kind, reference.key, reference.label) == ("template", str(row.uuid), "Customer Complaint")


def test_what_is_said_with_the_task_wins(cast: Cast, make: Make, use: Use) -> None:
    row = make(default_due=timedelta(hours=48), assignee=NewShare(team=cast.sales.uuid), checklist=[])
    due = NOW + timedelta(days=9)
    task = use(
        row,
        {"issue_id": 7},
        assignees=[NewShare(user=cast.ana.uuid)],
        due_at=due,
        priority=Priority.URGENT,
        tags=["vip", "support"],
        title="Another title",
    )
    assert (task.title, task.due_at, task.priority) == ("Another title", due, Priority.URGENT)
    assert task.tags == ["support", "vip"]
    assert [share.user_id for share in task.assignments.all()] == [cast.ana.pk]


def test_a_team_may_be_the_usual_assignee_and_nobody_may(cast: Cast, make: Make, use: Use) -> None:
    given = {"issue_id": 1, "customer": "Ada"}
    team = use(make(assignee=NewShare(team=cast.sales.uuid)), given)
    assert [share.team_id for share in team.assignments.all()] == [cast.sales.pk]
    assert not use(make(name="Other"), given).assignments.exists()


def test_missing_variables_are_named_and_nothing_is_made(make: Make, use: Use) -> None:
    row = make(title_template="{{ issue_id }}: {{subject.short}}")
    with pytest.raises(InvalidInput) as refused:
        use(row, {"subject": {"long": "x"}, "more": 1})
    assert (refused.value.field, refused.value.facts["missing"]) == (
        "variables",
        ["issue_id", "subject.short", "customer"],
    )
    assert refused.value.message == "Missing variables: issue_id, subject.short, customer."
    assert not Task.objects.exists()


def test_values_are_never_looked_at_again(make: Make, use: Use) -> None:
    task = use(make(checklist=[]), {"issue_id": "{{customer}} {% include 'x' %} {0.__class__}", "customer": "no"})
    assert task.description == "Investigate issue: {{customer}} {% include 'x' %} {0.__class__}"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_what_is_hostile_is_literal_or_refused(make: Make, use: Use, text: str) -> None:
    row = make(description_template=text[:50_000], checklist=[])
    given = {"who": "Ana", "a": {"b": 1}}
    started = process_time()
    if row.variables:
        with pytest.raises(InvalidInput, match="Missing variables"):
            use(row, given)
    else:
        assert use(row, given).description == text[:50_000]
    assert process_time() - started < 0.15, "with the writing of the task"


def test_a_title_that_comes_out_empty_is_the_name(make: Make, use: Use) -> None:
    row = make(title_template="{{issue_id}}", checklist=[])
    assert use(row, {"issue_id": " "}).title == "Customer Complaint"


@pytest.mark.parametrize(("template", "field"), [("title_template", "title"), ("description_template", "description")])
def test_what_comes_out_too_long_is_refused_and_not_cut(make: Make, use: Use, template: str, field: str) -> None:
    row = make(**{"description_template": "", "checklist": [], template: "{{a}}" * 100})
    with pytest.raises(InvalidInput) as refused:
        use(row, {"a": "x" * 900_000})
    assert refused.value.field == field


def test_who_cannot_be_given_work_any_more_is_told_of(cast: Cast, make: Make, use: Use) -> None:
    row = make(assignee=NewShare(user=cast.bo.uuid), checklist=[])
    Membership.objects.filter(user=cast.bo).delete()
    with pytest.raises(Conflict, match="cannot be given work"):
        use(row, {"issue_id": 1})
    assert use(row, {"issue_id": 1}, assignees=[]).pk


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"title_template": "x" * 501}, "title_template"),
        ({"description_template": "x" * 50_001}, "description_template"),
        ({"category": "x" * 64}, "category"),
        ({"default_priority": 9}, "default_priority"),
        ({"default_tags": [""]}, "default_tags"),
        ({"checklist": ["x"] * 101}, "checklist"),
        ({"checklist": ["x", " "]}, "checklist"),
        ({"default_due": timedelta(0)}, "default_due"),
        ({"default_due": timedelta(days=4_000)}, "default_due"),
        ({"assignee": NewShare()}, "assignees"),
        ({"description_template": " ".join(f"{{{{v{place}}}}}" for place in range(101))}, "description_template"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_written_is_named(make: Make, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(**values)
    assert refused.value.field == field
    assert not TaskTemplate.objects.exists()


def test_a_template_needs_a_name(cast: Cast, actor_of: ActorOf) -> None:
    with pytest.raises(InvalidInput):
        create_template(actor=actor_of(cast.cleo))


def test_members_use_and_managers_write(cast: Cast, actor_of: ActorOf, make: Make, vera: Any) -> None:
    row = make()
    for who in (cast.ana, vera):
        actor = actor_of(who)
        for write in (
            lambda actor=actor: create_template(actor=actor, name="Mine"),
            lambda actor=actor: update_template(actor=actor, template=row.pk, values={"name": "Mine"}),
            lambda actor=actor: archive_template(actor=actor, template=row.pk),
            lambda actor=actor: restore_template(actor=actor, template=row.pk),
        ):
            with pytest.raises(NotAllowed):
                write()
        assert templates.template(actor, row.uuid) == row


def test_another_organization_sees_and_changes_nothing(cast: Cast, actor_of: ActorOf, make: Make) -> None:
    row, dan = make(), actor_of(cast.dan)
    for reach in (
        lambda: templates.template(dan, row.uuid),
        lambda: templates.template(dan, row.pk),
        lambda: update_template(actor=dan, template=row.uuid, values={"name": "x"}),
        lambda: archive_template(actor=dan, template=row.uuid),
    ):
        with pytest.raises(NotFound):
            reach()
    assert not templates.templates(dan)
    create_template(actor=dan, name=row.name)


def test_a_name_stands_once_among_those_in_use(cast: Cast, actor_of: ActorOf, make: Make) -> None:
    cleo = actor_of(cast.cleo)
    first = make()
    with pytest.raises(Conflict):
        make()
    archive_template(actor=cleo, template=first.pk)
    second = make()
    with pytest.raises(Conflict):
        restore_template(actor=cleo, template=first.pk)
    update_template(actor=cleo, template=second.pk, values={"name": "Another"})
    assert restore_template(actor=cleo, template=first.pk).archived_at is None


def test_a_change_counts_and_nothing_changed_does_not(cast: Cast, actor_of: ActorOf, make: Make) -> None:
    cleo, row = actor_of(cast.cleo), make()
    same = update_template(actor=cleo, template=row.pk, values={"name": row.name, "default_tags": ["support"]})
    assert same.version == 1
    changed = update_template(
        actor=cleo, template=row.pk, values={"checklist": [], "assignee": NewShare(user=cast.ana.uuid)}, version=1
    )
    assert (changed.version, changed.checklist, changed.assign_user_id) == (2, [], cast.ana.pk)
    with pytest.raises(StaleVersion):
        update_template(actor=cleo, template=row.pk, values={"name": "x"}, version=1)
    assert update_template(actor=cleo, template=row.pk, values={"assignee": None}).assign_user_id is None


def test_an_archived_template_makes_nothing(cast: Cast, actor_of: ActorOf, make: Make, use: Use) -> None:
    row, cleo = make(), actor_of(cast.cleo)
    archive_template(actor=cleo, template=row.pk)
    for reach in (
        lambda: use(row, {"issue_id": 1, "customer": 2}),
        lambda: update_template(actor=cleo, template=row.pk, values={"name": "x"}),
        lambda: archive_template(actor=cleo, template=row.pk),
    ):
        with pytest.raises(NotFound):
            reach()
    assert not templates.templates(cleo)
    assert list(templates.templates(cleo, archived=True)) == [row]


def test_uses_are_counted(make: Make, use: Use, counted: Callable[[int], AbstractContextManager[None]]) -> None:
    one, other = make(checklist=[]), make(name="Other")
    for _ in range(3):
        use(one, {"issue_id": 1})
    with counted(1):
        assert templates.uses([one, other]) == {one.uuid: 3}
    assert templates.uses([]) == {}


def test_making_a_task_asks_a_constant_number_of_times(
    cast: Cast,
    make: Make,
    use: Use,
    access_to: Callable[..., Any],
    counted: Callable[..., AbstractContextManager[None]],
) -> None:
    row = make(checklist=[f"{place} {{{{issue_id}}}}" for place in range(100)], assignee=NewShare(user=cast.bo.uuid))
    use(row, {"issue_id": 1})
    place = access_to(cast.ana, cast.project)
    with counted(13, together=2):
        use(row, {"issue_id": 1}, project=place)
