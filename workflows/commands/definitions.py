"""Definitions: written as drafts, published in versions 1, 2, 3 ..., retired. What is published never changes."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.actor import Actor
from tasks.domain.errors import Conflict, InvalidInput, StaleVersion, WrongState
from workflows import catalog, compiled, policy, reading
from workflows.engine.definition import Definition
from workflows.engine.document import to_document
from workflows.models import WorkflowDefinition

Status = WorkflowDefinition.Status
_STALE = "Somebody changed this definition in the meantime."


def validate(*, actor: Actor, document: Any) -> Definition:
    """The definition that `document` says, read as for a draft. Raises InvalidDefinition with every fault."""
    policy.check_definitions(actor)
    return reading.read(actor.organization_id, document)


def save_draft(
    *, actor: Actor, document: Any, key: str | None = None, version: int | None = None, now: datetime | None = None
) -> WorkflowDefinition:
    """Makes the draft of its key, or changes it: there is one at most. `key` is the one it must have.

    `version` is the revision of the draft that the caller has seen, 0 for none. Raises InvalidDefinition, StaleVersion,
    and Conflict where somebody else makes the same draft at the same moment.
    """
    definition = validate(actor=actor, document=document)
    if key is not None and definition.key != key:
        raise InvalidInput("The key of a definition stays as it is.", field="key")
    now = now or timezone.now()
    with transaction.atomic():
        rows = _locked(actor.organization_id, definition.key)
        draft = rows.filter(status=Status.DRAFT).first()
        _check_revision(version, draft.revision if draft else 0)
        if draft is None:
            return _insert(_new(actor, definition, document, _next_version(rows), now))
        return _rewritten(actor, draft, definition, document, now)


def change_draft(
    *, actor: Actor, definition: UUID | int, document: Any, version: int | None = None, now: datetime | None = None
) -> WorkflowDefinition:
    """Changes this draft and no other. `version` is the revision of it that the caller has seen."""
    read = validate(actor=actor, document=document)
    with transaction.atomic():
        row = _row(actor, definition, "change", Status.DRAFT, version)
        if read.key != row.key:
            raise InvalidInput("The key of a definition stays as it is.", field="key")
        return _rewritten(actor, row, read, document, now or timezone.now())


def publish(
    *, actor: Actor, definition: UUID | int, version: int | None = None, now: datetime | None = None
) -> WorkflowDefinition:
    """Freezes a draft: new instances start with it. Raises InvalidDefinition where it does not hold any more."""
    policy.check_definitions(actor)
    with transaction.atomic():
        row = _row(actor, definition, "publish", Status.DRAFT, version)
        reading.read(actor.organization_id, row.document, is_for_good=True)
        now = now or timezone.now()
        row.status, row.published_at = Status.PUBLISHED, now
        compiled.published(row.pk)
        return _changed(actor, row, now, "status", "published_at")


def publish_document(
    *, actor: Actor, document: Any, also: Collection[str] = (), now: datetime | None = None
) -> tuple[WorkflowDefinition, bool]:
    """Publishes a document as the next version, unless the latest one says the same; whether it did. A draft stays.

    `also` are keys of definitions that are published together with it. Raises InvalidDefinition and Conflict.
    """
    policy.check_definitions(actor)
    definition = reading.read(actor.organization_id, document, is_for_good=True, also=also)
    with transaction.atomic():
        return next_version(actor, definition, document, now or timezone.now())


def next_version(
    actor: Actor, definition: Definition, document: Any, now: datetime, *, is_listed: bool = True
) -> tuple[WorkflowDefinition, bool]:
    """The same of a document that has been read, within a transaction. Who may, the caller has asked."""
    rows = _locked(actor.organization_id, definition.key)
    latest = catalog.latest_published(actor.organization_id, definition.key)
    if latest and _is_same(compiled.of(latest), definition):
        return latest, False
    row = _new(actor, definition, document, _next_version(rows), now)
    row.status, row.published_at, row.is_listed = Status.PUBLISHED, now, is_listed
    rows.filter(status=Status.DRAFT).update(version=row.version + 1)
    _insert(row)
    compiled.published(row.pk)
    return row, True


def retire(
    *, actor: Actor, definition: UUID | int, version: int | None = None, now: datetime | None = None
) -> WorkflowDefinition:
    """No instance starts with this version any more; those that run go on."""
    policy.check_definitions(actor)
    now = now or timezone.now()
    with transaction.atomic():
        row = _row(actor, definition, "retire", Status.PUBLISHED, version)
        row.status, row.retired_at = Status.RETIRED, now
        return _changed(actor, row, now, "status", "retired_at")


def discard(*, actor: Actor, definition: UUID | int, version: int | None = None) -> None:
    """Throws a draft away. What is published stays for good."""
    policy.check_definitions(actor)
    with transaction.atomic():
        _row(actor, definition, "discard", Status.DRAFT, version).delete()


def _locked(organization_id: int, key: str) -> QuerySet[WorkflowDefinition]:
    """All versions of that key, once nobody else is changing them.

    no_key: whoever starts an instance only refers to a version and does not wait for its authors.
    """
    rows = WorkflowDefinition.objects.filter(organization_id=organization_id, key=key).order_by("version")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return rows


def _row(
    actor: Actor, definition: UUID | int, verb: str, status: WorkflowDefinition.Status, revision: int | None
) -> WorkflowDefinition:
    """The row, under the lock of its key, if it has the status and the revision that the caller expects."""
    seen = catalog.definition(actor, definition)
    row = _locked(actor.organization_id, seen.key).filter(pk=seen.pk).first()
    if row is None:
        raise catalog.no_such_workflow()
    if row.status != status:
        raise WrongState(f"This definition is {row.status}, so nobody can {verb} it.", verb=verb, state=row.status)
    _check_revision(revision, row.revision)
    return row


def _check_revision(believed: int | None, current: int) -> None:
    if believed is not None and believed != current:
        raise StaleVersion(_STALE, version=current)


def _next_version(rows: QuerySet[WorkflowDefinition]) -> int:
    """The number after the last one that has been published."""
    last: int | None = rows.exclude(status=Status.DRAFT).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def _new(actor: Actor, definition: Definition, document: Any, version: int, now: datetime) -> WorkflowDefinition:
    return WorkflowDefinition(
        organization_id=actor.organization_id,
        key=definition.key,
        version=version,
        name=definition.name,
        entity_type=definition.entity_type,
        document=document,
        created_by_id=actor.user_id,
        created_at=now,
        updated_by_id=actor.user_id,
        updated_at=now,
    )


def _insert(row: WorkflowDefinition) -> WorkflowDefinition:
    """Where two write the first row of a key at once, there was none to lock."""
    try:
        with transaction.atomic():  # so that the refusal leaves the transaction usable
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Somebody else is writing this definition as well.", code="definition_changed") from error
    return row


def _rewritten(
    actor: Actor, row: WorkflowDefinition, read: Definition, document: Any, now: datetime
) -> WorkflowDefinition:
    row.document, row.name, row.entity_type = document, read.name, read.entity_type
    return _changed(actor, row, now, "document", "name", "entity_type")


def _changed(actor: Actor, row: WorkflowDefinition, now: datetime, *fields: str) -> WorkflowDefinition:
    row.revision += 1
    row.updated_at, row.updated_by_id = now, actor.user_id
    row.save(update_fields=["revision", "updated_at", "updated_by", *fields])
    return row


def _is_same(one: Definition, other: Definition) -> bool:
    """Whether they say the same; by their documents too, because for Python True is 1."""
    documents = [json.dumps(to_document(each), sort_keys=True) for each in (one, other)]
    return one == other and documents[0] == documents[1]
