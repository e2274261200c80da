"""Definitions from draft to retirement: who may, what is refused, how versions count, that they stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actor import Actor, Role
from accounts.models import Membership
from conftest import Cast
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from workflows import catalog, commands, compiled
from workflows.engine.faults import InvalidDefinition
from workflows.models import WorkflowDefinition
from workflows.reading import MAX_BYTES
from workflows.tests.samples import ONBOARDING, ONE_STEP, Document, chain, document

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def cleo(cast: Cast, actor_of: ActorOf) -> Actor:
    return actor_of(cast.cleo)


def saved(actor: Actor, given: Document = ONE_STEP, **changes: Any) -> WorkflowDefinition:
    return commands.save_draft(actor=actor, document=document(given, **changes), now=NOW)


def published(actor: Actor, given: Document = ONE_STEP, **changes: Any) -> WorkflowDefinition:
    return commands.publish(actor=actor, definition=saved(actor, given, **changes).uuid, now=NOW)


def faults(actor: Actor, given: Any) -> list[str]:
    with pytest.raises(InvalidDefinition) as refused:
        commands.validate(actor=actor, document=given)
    return [str(fault) for fault in refused.value.faults]


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_made_changed_and_published(cleo: Actor) -> None:
    draft = saved(cleo, ONBOARDING)
    assert (draft.status, draft.version, draft.name, draft.entity_type) == (
        "draft",
        1,
        "New Account Onboarding",
        "CUENTA",
    )
    changed = saved(cleo, ONBOARDING, name="Another name")
    assert (changed.pk, changed.revision, changed.name) == (draft.pk, 2, "Another name")
    row = commands.publish(actor=cleo, definition=draft.pk, now=NOW)
    row.refresh_from_db()
    assert (row.pk, row.status, row.version, row.published_at) == (draft.pk, "published", 1, NOW)
    assert compiled.of(row).name == "Another name"


def test_the_document_stays_as_it_was_written_in_the_order_of_its_keys(cleo: Actor) -> None:
    steps = [{"key": "calc", "type": "automatic", "set": {"zz": "1.0", "a": "zz + 1.0", "bbbb": "a"}}]
    draft = saved(cleo, steps=steps)
    draft.refresh_from_db()
    assert list(draft.document["steps"][0]["set"]) == ["zz", "a", "bbbb"]
    assert draft.document == document(ONE_STEP, steps=steps)


def test_versions_count_on_without_gaps_and_a_discarded_draft_leaves_none(cleo: Actor) -> None:
    assert [published(cleo, name=f"Name {n}").version for n in range(3)] == [1, 2, 3]
    commands.discard(actor=cleo, definition=saved(cleo).pk)
    assert published(cleo, name="Last").version == 4
    assert [row.version for row in catalog.versions(cleo, "one-step")] == [4, 3, 2, 1]


def test_a_draft_beside_a_published_version_changes_nothing_of_it(cleo: Actor) -> None:
    first = published(cleo)
    draft = saved(cleo, name="Another")
    assert (draft.version, draft.status) == (2, "draft")
    first.refresh_from_db()
    assert (first.status, first.name) == ("published", "One step")


def test_who_has_not_seen_the_draft_as_it_is_does_not_overwrite_it(cleo: Actor) -> None:
    given = document(ONE_STEP)
    first = commands.save_draft(actor=cleo, document=given, version=0)
    second = commands.save_draft(actor=cleo, document=given, version=first.revision)
    for believed in (0, first.revision):
        with pytest.raises(StaleVersion) as stale:
            commands.save_draft(actor=cleo, document=given, version=believed)
        assert stale.value.facts == {"version": second.revision}
    for command in (commands.publish, commands.discard):
        with pytest.raises(StaleVersion):
            command(actor=cleo, definition=first.pk, version=first.revision)
    commands.publish(actor=cleo, definition=first.pk, version=second.revision)
    with pytest.raises(StaleVersion):
        commands.save_draft(actor=cleo, document=given, version=second.revision)


def test_the_key_of_a_draft_stays(cleo: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        commands.save_draft(actor=cleo, document=document(ONE_STEP), key="another")
    assert refused.value.field == "key"
    assert commands.save_draft(actor=cleo, document=document(ONE_STEP), key="one-step").key == "one-step"


# --- What is refused --------------------------------------------------------------------------------------------------


def test_every_fault_is_named_by_its_path_at_once(cast: Cast, cleo: Actor) -> None:
    Membership.objects.filter(user=cast.bo).update(role=Role.VIEWER)
    given = {
        "key": "wrong",
        "name": "Wrong",
        "steps": [
            {"key": "a", "assign": {"user": "zed"}, "next": "b"},
            {"key": "b", "assign": {"team": "nobody"}, "next": "c"},
            {"key": "c", "assign": {"users": ["ana", "bo", "dan"]}, "next": "d"},
            {"key": "d", "type": "automatic", "action": "fly", "next": "e"},
            {"key": "e", "type": "workflow", "workflow": "unheard-of", "next": "end"},
        ],
    }
    assert sorted(faults(cleo, given)) == [
        "steps[0].assign.user: there is no user 'zed'",
        "steps[1].assign.team: there is no team 'nobody'",
        "steps[2].assign.users[1]: 'bo' only looks on and cannot be given work",
        "steps[2].assign.users[2]: there is no user 'dan'",
        "steps[3].action: there is no action 'fly'",
        "steps[4].workflow: there is no workflow 'unheard-of'",
    ]
    with pytest.raises(InvalidDefinition):
        commands.save_draft(actor=cleo, document=given)
    assert not WorkflowDefinition.objects.exists()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (None, "must be a mapping"),
        ([], "must be a mapping"),
        ({"key": "x", "name": "x", "steps": [{"key": "a", "assign": {"user": "a\0"}}]}, "NUL"),
        ({"key": "x", "name": "\ud800", "steps": []}, "cannot be written as JSON"),
        ({"key": "x", "name": "x", "variables": {"x": float("nan")}, "steps": []}, "cannot be written as JSON"),
        ({"key": "x", "name": "x", "steps": {1, 2}}, "cannot be written as JSON"),
        ({"key": "x" * 64, "name": "x", "steps": [{"key": "a"}]}, "63"),
        ({"key": "x", "name": "x", "steps": [{"key": "a" * 64}]}, "63"),
        ({"key": "x", "name": "x", "description": "x" * MAX_BYTES}, "more than 1,048,576 bytes"),
        (
            {"key": "x", "name": "x", "steps": [{"key": "a", "assign": {"users": [f"u{n}" for n in range(1_001)]}}]},
            "name more than 1,000 different users",
        ),
    ],
)
def test_what_no_definition_can_be_is_refused(cleo: Actor, given: Any, fault: str) -> None:
    assert any(fault in each for each in faults(cleo, given))


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_nested_without_end_is_refused(cleo: Actor) -> None:
    assert "cannot be written as JSON" in faults(cleo, {"variables": {"x": nested(100_000)}})[0]


def calling(workflow: str, **more: Any) -> Document:
    return {
        "key": "caller",
        "name": "Caller",
        "steps": [{"key": "call", "type": "workflow", "workflow": workflow, **more}],
    }


def test_a_sub_workflow_must_exist_and_be_published_before_its_caller(cleo: Actor) -> None:
    assert faults(cleo, calling("one-step")) == ["steps[0].workflow: there is no workflow 'one-step'"]
    child = saved(cleo)
    caller = saved(cleo, calling("one-step"))
    with pytest.raises(InvalidDefinition, match="'one-step' is not published"):
        commands.publish(actor=cleo, definition=caller.pk)
    commands.publish(actor=cleo, definition=child.pk)
    commands.publish(actor=cleo, definition=caller.pk)
    assert "has no version 2" in faults(cleo, calling("one-step", version=2))[0]
    commands.retire(actor=cleo, definition=child.pk)
    assert faults(cleo, calling("one-step")) == ["steps[0].workflow: 'one-step' is not published"]


def test_a_definition_that_starts_itself_is_refused_once(cleo: Actor) -> None:
    (fault,) = faults(cleo, calling("caller"))
    assert "itself" in fault


def test_a_person_who_has_left_stops_the_publishing(cast: Cast, cleo: Actor) -> None:
    draft = saved(cleo, ONBOARDING)
    Membership.objects.filter(user=cast.ana).delete()
    with pytest.raises(InvalidDefinition, match="there is no user 'ana'"):
        commands.publish(actor=cleo, definition=draft.pk)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_names_of_another_organization_are_not_known(cast: Cast, actor_of: ActorOf) -> None:
    dan = actor_of(cast.dan)
    assert faults(dan, ONBOARDING) == [
        "steps[0].assign.user: there is no user 'ana'",
        "steps[1].assign.team: there is no team 'sales'",
    ]


# --- Who may ----------------------------------------------------------------------------------------------------------


def every_command(actor: Actor, draft: WorkflowDefinition) -> dict[str, Callable[[], object]]:
    return {
        "validate": lambda: commands.validate(actor=actor, document=document(ONE_STEP)),
        "save_draft": lambda: commands.save_draft(actor=actor, document=document(ONE_STEP)),
        "publish": lambda: commands.publish(actor=actor, definition=draft.pk),
        "publish_document": lambda: commands.publish_document(actor=actor, document=document(ONE_STEP)),
        "retire": lambda: commands.retire(actor=actor, definition=draft.pk),
        "discard": lambda: commands.discard(actor=actor, definition=draft.pk),
    }


def test_only_managers_with_the_scope_write(cast: Cast, cleo: Actor, actor_of: ActorOf) -> None:
    draft = saved(cleo)
    narrowed = replace(cleo, kind="key", scopes=frozenset({"workflow.read"}))
    for actor, code in ((actor_of(cast.ana), "forbidden"), (narrowed, "scope_missing")):
        for name, command in every_command(actor, draft).items():
            with pytest.raises(NotAllowed) as refused:
                command()
            assert refused.value.code == code, name


def test_definitions_of_another_organization_are_not_there(cast: Cast, cleo: Actor, actor_of: ActorOf) -> None:
    draft, dan = saved(cleo), actor_of(cast.dan)
    for name in ("publish", "retire", "discard"):
        with pytest.raises(NotFound) as refused:
            every_command(dan, draft)[name]()
        assert refused.value.code == "workflow_not_found"
    assert commands.publish_document(actor=dan, document=document(ONE_STEP))[0].version == 1


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("published", "publish"),
        ("published", "discard"),
        ("retired", "publish"),
        ("retired", "discard"),
        ("retired", "retire"),
        ("draft", "retire"),
    ],
)
def test_a_verb_that_does_not_fit_the_status_is_refused(cleo: Actor, status: str, verb: str) -> None:
    row = saved(cleo)
    if status != "draft":
        commands.publish(actor=cleo, definition=row.pk)
    if status == "retired":
        commands.retire(actor=cleo, definition=row.pk)
    with pytest.raises(WrongState) as refused:
        every_command(cleo, row)[verb]()
    assert refused.value.facts == {"verb": verb, "state": status}


# --- Publishing a document --------------------------------------------------------------------------------------------


def test_a_document_becomes_a_version_only_if_it_says_something_else(cleo: Actor) -> None:
    first, is_new = commands.publish_document(actor=cleo, document=document(ONBOARDING))
    assert (first.version, first.status, is_new) == (1, "published", True)
    spelled = document(ONBOARDING)
    spelled["steps"][0] |= {"type": "human", "title": ""}
    spelled["steps"][0]["results"][0]["next"] = ["welcome"]
    assert commands.publish_document(actor=cleo, document=spelled) == (first, False)
    second, is_new = commands.publish_document(actor=cleo, document=document(ONBOARDING, variables={"x": 1}))
    assert (second.version, is_new) == (2, True)
    third, is_new = commands.publish_document(actor=cleo, document=document(ONBOARDING, variables={"x": True}))
    assert (third.version, is_new) == (3, True)


def test_a_draft_stays_beside_a_published_document(cleo: Actor) -> None:
    draft = saved(cleo, name="My draft")
    row, _ = commands.publish_document(actor=cleo, document=document(ONE_STEP))
    draft.refresh_from_db()
    assert (row.version, draft.version, draft.name, draft.status) == (1, 2, "My draft", "draft")
    assert commands.publish(actor=cleo, definition=draft.pk).version == 2


def test_what_was_retired_is_published_again_as_a_new_version(cleo: Actor) -> None:
    first = published(cleo)
    commands.retire(actor=cleo, definition=first.pk)
    again, is_new = commands.publish_document(actor=cleo, document=document(ONE_STEP))
    assert (again.version, is_new) == (2, True)


# --- What is published stays ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["document", "key", "version", "name", "entity_type", "published_at", "status"])
@pytest.mark.parametrize("status", ["published", "retired"])
def test_the_database_refuses_to_change_what_is_published(cleo: Actor, column: str, status: str) -> None:
    row = published(cleo)
    if status == "retired":
        commands.retire(actor=cleo, definition=row.pk)
    changes: dict[str, Any] = {"version": 7, "published_at": None, "document": {}, "status": "draft"}
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        WorkflowDefinition.objects.filter(pk=row.pk).update(**{column: changes.get(column, "changed")})


@pytest.mark.postgres
def test_postgresql_refuses_to_delete_what_is_published(cleo: Actor) -> None:
    row = published(cleo)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        WorkflowDefinition.objects.filter(pk=row.pk).delete()


def test_the_database_lets_a_draft_change(cleo: Actor) -> None:
    row = saved(cleo)
    assert WorkflowDefinition.objects.filter(pk=row.pk).update(document={}, name="changed") == 1


# --- Cost -------------------------------------------------------------------------------------------------------------


def test_validating_asks_the_same_however_long_the_definition(cast: Cast, cleo: Actor, counted: Any) -> None:
    for length in (2, 200):
        given = chain(length)
        for step in given["steps"]:
            step["assign"] = {"team": "sales"} if step["key"] == "s1" else {"users": ["ana", "bo"]}
        with counted(2):
            commands.validate(actor=cleo, document=given)
    with counted(0):
        commands.validate(actor=cleo, document=document(ONE_STEP))


def test_a_published_definition_is_read_and_parsed_once(cleo: Actor, counted: Any, publish: Any) -> None:
    row = publish(chain(50))
    with counted(1):
        first = compiled.definition_of(row.pk)
    with counted(0):
        assert compiled.definition_of(row.pk) is first
        assert compiled.of(WorkflowDefinition(pk=row.pk, status="published")) is first


def test_what_may_be_rolled_back_is_not_remembered(cleo: Actor) -> None:
    with transaction.atomic():
        row = published(cleo)
        assert compiled.definition_of(row.pk).name == "One step"
        transaction.set_rollback(True)
    row.document = document(ONE_STEP, name="Other")
    row.save(force_insert=True)
    assert compiled.definition_of(row.pk).name == "Other"


def test_drafts_are_parsed_each_time(cleo: Actor) -> None:
    row = saved(cleo)
    assert compiled.of(row) is not compiled.of(row)


def test_conflict_is_what_two_first_drafts_at_once_are(cleo: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(cleo)
    monkeypatch.setattr("workflows.commands.definitions._locked", lambda *_: WorkflowDefinition.objects.none())
    with pytest.raises(Conflict):
        saved(cleo)
    assert connection.is_usable()


def test_options_of_a_processor_that_is_known_are_looked_at(cleo: Actor) -> None:
    step = {"key": "read", "type": "automatic", "processor": "text", "options": {"fields": {"total": "("}}}
    fields = {"fields": [{"name": "total"}]}
    with pytest.raises(InvalidDefinition) as caught:
        saved(cleo, {"key": "p", "name": "P", "steps": [step | fields]})
    assert [fault.path for fault in caught.value.faults] == ["steps[0].options"]
    saved(cleo, {"key": "p", "name": "P", "steps": [step | fields | {"processor": "mine"}]})
