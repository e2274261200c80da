"""Which definitions are seen by whom, and which can be started."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.ids import uuid7
from conftest import Cast
from tasks.domain.errors import NotFound
from workflows import catalog, commands
from workflows.models import WorkflowDefinition
from workflows.tests.samples import ONBOARDING, ONE_STEP, PARALLEL, document

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]


@pytest.fixture
def shelf(cast: Cast, actor_of: ActorOf) -> dict[str, WorkflowDefinition]:
    """One step: v1 retired, v2 published, v3 a draft. Parallel: retired. Onboarding: a draft. Globex has one too."""
    cleo = actor_of(cast.cleo)

    def published(given: Any, **changes: Any) -> WorkflowDefinition:
        return commands.publish_document(actor=cleo, document=document(given, **changes))[0]

    first, second, parallel = published(ONE_STEP), published(ONE_STEP, name="Second"), published(PARALLEL)
    for row in (first, parallel):
        commands.retire(actor=cleo, definition=row.pk)
    draft = commands.save_draft(actor=cleo, document=document(ONE_STEP, name="Third"))
    alone = commands.save_draft(actor=cleo, document=document(ONBOARDING))
    other, _ = commands.publish_document(actor=actor_of(cast.dan), document=document(ONE_STEP))
    return {"first": first, "second": second, "parallel": parallel, "draft": draft, "alone": alone, "other": other}


def told(rows: Any) -> list[tuple[str, int]]:
    return [(row.key, row.version) for row in rows]


def test_managers_see_drafts_and_everybody_else_what_was_published(
    cast: Cast, actor_of: ActorOf, shelf: dict[str, WorkflowDefinition]
) -> None:
    public = [("one-step", 2), ("one-step", 1), ("parallel", 1)]
    assert told(catalog.visible_definitions(actor_of(cast.ana))) == public
    drafts = [("account-onboarding", 1), ("one-step", 3)]
    assert told(catalog.visible_definitions(actor_of(cast.cleo))) == [*drafts, *public]
    assert told(catalog.visible_definitions(actor_of(cast.dan))) == [("one-step", 1)]


def test_of_each_workflow_the_newest_version_that_one_sees_is_listed(
    cast: Cast, actor_of: ActorOf, shelf: dict[str, WorkflowDefinition], counted: Any
) -> None:
    ana = actor_of(cast.ana)
    with counted(1):
        assert told(catalog.newest_definitions(ana)) == [("one-step", 2), ("parallel", 1)]
    newest = catalog.newest_definitions(actor_of(cast.cleo))
    assert told(newest) == [("account-onboarding", 1), ("one-step", 3), ("parallel", 1)]


def test_only_the_latest_published_versions_can_be_started(
    cast: Cast, actor_of: ActorOf, shelf: dict[str, WorkflowDefinition]
) -> None:
    assert told(catalog.startable(actor_of(cast.ana))) == [("one-step", 2)]
    assert catalog.latest_published(cast.acme.pk, "one-step") == shelf["second"]
    assert catalog.latest_published(cast.acme.pk, "parallel") is None


@pytest.mark.parametrize("name", ["draft", "other", "nothing"])
def test_what_one_may_not_see_is_not_there(
    cast: Cast, actor_of: ActorOf, shelf: dict[str, WorkflowDefinition], name: str
) -> None:
    ana = actor_of(cast.ana)
    row = shelf.get(name)
    reads: list[Callable[[], object]] = [
        lambda: catalog.definition(ana, row.uuid if row else uuid7()),
        lambda: catalog.definition(ana, row.pk if row else 0),
        lambda: catalog.version(ana, "one-step", 3),
    ]
    for read in reads:
        with pytest.raises(NotFound) as refused:
            read()
        assert refused.value.code == "workflow_not_found"


def test_versions_are_told_newest_first_without_their_documents(
    cast: Cast, actor_of: ActorOf, shelf: dict[str, WorkflowDefinition]
) -> None:
    rows = list(catalog.versions(actor_of(cast.cleo), "one-step"))
    assert told(rows) == [("one-step", 3), ("one-step", 2), ("one-step", 1)]
    assert all("document" in row.get_deferred_fields() for row in rows)
    assert catalog.version(actor_of(cast.ana), "one-step", 1) == shelf["first"]
    assert catalog.definition(actor_of(cast.ana), shelf["first"].uuid).document == ONE_STEP
