"""Workflows that come with the request that starts them: for whoever may start one, in no list, written once."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound
from tasks.models import Task
from workflows import catalog, commands
from workflows.commands import Entity
from workflows.engine.faults import InvalidDefinition
from workflows.models import WorkflowDefinition, WorkflowInstance

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]

DOCUMENT: dict[str, Any] = {
    "name": "Customer Onboarding",
    "steps": [
        {"key": "account-setup", "name": "Account Setup", "assign": {"user": "ana"}, "depends_on": []},
        {"key": "training", "name": "Training", "assign": {"user": "bo"}, "depends_on": ["account-setup"]},
    ],
}


def test_a_member_starts_what_they_have_written(cast: Cast, actor_of: ActorOf) -> None:
    instance = commands.start_inline(
        actor=actor_of(cast.ana), document=DOCUMENT, variables={"x": 1}, entity=Entity("conversation", "c-1")
    )
    assert (instance.definition.name, instance.definition.is_listed) == ("Customer Onboarding", False)
    assert (instance.entity_id, instance.started_by_id) == ("c-1", cast.ana.pk)
    assert Task.objects.get(instance_id=instance.pk).title == "Account Setup"


def test_the_same_content_is_written_once_whatever_its_order(cast: Cast, actor_of: ActorOf) -> None:
    turned = {
        "steps": [dict(reversed(step.items())) for step in DOCUMENT["steps"]],
        "name": DOCUMENT["name"],
    }
    one = commands.start_inline(actor=actor_of(cast.ana), document=DOCUMENT)
    other = commands.start_inline(actor=actor_of(cast.bo), document=turned)
    third = commands.start_inline(actor=actor_of(cast.bo), document={**DOCUMENT, "name": "Another"})
    assert one.pk != other.pk
    assert one.definition_id == other.definition_id
    assert third.definition_id != one.definition_id


def test_it_is_in_no_list_and_found_by_those_who_may_see_an_instance(cast: Cast, actor_of: ActorOf, eve: Any) -> None:
    ana, cleo = actor_of(cast.ana), actor_of(cast.cleo)
    row = commands.start_inline(actor=ana, document=DOCUMENT).definition
    for actor in (ana, cleo):
        assert not catalog.visible_definitions(actor)
        assert not catalog.newest_definitions(actor)
        assert not catalog.startable(actor)
        assert catalog.definition(actor, row.uuid) == row
        assert [each.pk for each in catalog.versions(actor, row.key)] == [row.pk]
    with pytest.raises(NotFound):
        catalog.definition(actor_of(cast.dan), row.uuid)


def test_what_runs_in_a_private_project_is_not_told_by_its_definition(
    cast: Cast, actor_of: ActorOf, access_to: Callable[..., Any]
) -> None:
    place = access_to(cast.cleo, cast.vault)
    row = commands.start_inline(actor=actor_of(cast.cleo), document=DOCUMENT, project=place).definition
    with pytest.raises(NotFound):
        catalog.definition(actor_of(cast.bo), row.uuid)
    assert not catalog.versions(actor_of(cast.bo), row.key)


def test_a_retired_one_is_published_anew(cast: Cast, actor_of: ActorOf) -> None:
    first = commands.start_inline(actor=actor_of(cast.ana), document=DOCUMENT).definition
    commands.retire(actor=actor_of(cast.cleo), definition=first.pk)
    second = commands.start_inline(actor=actor_of(cast.ana), document=DOCUMENT).definition
    assert (second.key, second.version, second.is_listed) == (first.key, 2, False)


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([], "steps"),
        ([{"key": "a", "name": "A", "assign": {"user": "nobody"}}], "steps[0].assign.user"),
        ([{"key": "a", "name": "A", "assign": {"user": "ana"}, "depends_on": ["b"]}], "steps[0].depends_on[0]"),
        (object(), "definition"),
    ],
)
def test_of_one_that_cannot_be_used_nothing_is_left(cast: Cast, actor_of: ActorOf, steps: Any, field: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        commands.start_inline(actor=actor_of(cast.ana), document={"name": "N", "steps": steps})
    assert refused.value.field == field
    assert not WorkflowDefinition.objects.exists()
    assert not WorkflowInstance.objects.exists()


def test_of_one_that_cannot_be_started_nothing_is_left(cast: Cast, actor_of: ActorOf) -> None:
    with pytest.raises(InvalidInput):
        commands.start_inline(actor=actor_of(cast.ana), document=DOCUMENT, variables={"no name": 1})
    assert not WorkflowDefinition.objects.exists()


def test_a_viewer_starts_nothing(cast: Cast, actor_of: ActorOf, vera: Any) -> None:
    with pytest.raises(NotAllowed):
        commands.start_inline(actor=actor_of(vera), document=DOCUMENT)
    assert not WorkflowDefinition.objects.exists()
