"""Files come in: each becomes a document of an upload, and an instance of the project's pipeline. All of them or none.

The files are written before the transaction begins, so that nobody waits for a disk or a network while it holds locks;
where the transaction fails they are removed again.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.access import ProjectAccess
from accounts.actor import Actor
from tasks.domain import files as rules
from tasks.domain.errors import InvalidInput, WrongState
from tasks.domain.signatures import HEAD
from workflows import policy
from workflows.engine.events import Start
from workflows.models import Document, InstanceEvent, Upload, WorkflowDefinition, WorkflowInstance
from workflows.models.upload import ENTITY_TYPE, place
from workflows.moving import Move
from workflows.starting import new_row
from workflows.uploads import no_such_upload

from .pipelines import pipeline_of

MAX_FILES = 100
"""Of one call."""
MAX_DOCUMENTS = 10_000
"""Of one upload."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody sends, as they call it."""

    name: str
    content: "File[Any]"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The upload, and the documents that this call has brought, in the order of its files."""

    upload: Upload
    documents: tuple[Document, ...]


def upload(
    *,
    actor: Actor,
    access: ProjectAccess,
    files: Sequence[NewFile],
    into: UUID | None = None,
    now: datetime | None = None,
) -> Uploaded:
    """Keep the files as documents of a new upload, or of the upload `into`, and start the pipeline for each.

    Raises NotAllowed, InvalidInput (`files`, `files[2]`; `too_large`), NotFound (`upload_not_found`), WrongState
    (`pipeline_retired`), Conflict (`no_pipeline`).
    """
    now = now or timezone.now()
    policy.check_upload(actor, access)
    _check(files)
    if into is not None:
        _room(_found(access, into), len(files))  # before the files are written; asked again under the lock
    documents = [_document(actor, number, file) for number, file in enumerate(files)]
    with _written(documents, files), transaction.atomic():
        row = _new(actor, access, now) if into is None else _locked(access, into)
        _number(documents, row, _room(row, len(files)))
        _begin(actor, row, documents, now)
    return Uploaded(row, tuple(documents))


def _check(files: Sequence[NewFile]) -> None:
    if not 1 <= len(files) <= MAX_FILES:
        raise InvalidInput(f"Send 1 to {MAX_FILES} files at a time.", field="files")
    for number, file in enumerate(files):
        try:
            rules.check_size(file.content.size, settings.DOCUMENT_MAX_BYTES)
        except InvalidInput as error:
            words = f"'{rules.clean_name(file.name)}': {error.message}"
            raise InvalidInput(words, field=f"files[{number}]", code=error.code) from None


def _found(access: ProjectAccess, uuid: UUID) -> Upload:
    row = Upload.objects.filter(project_id=access.id, uuid=uuid).select_related("definition").first()
    if row is None:
        raise no_such_upload()
    return row


def _locked(access: ProjectAccess, uuid: UUID) -> Upload:
    """The upload, once nobody else adds to it, exports it or unlocks a task of it."""
    rows = Upload.objects.filter(project_id=access.id, uuid=uuid).select_related("definition")
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise no_such_upload()
    if row.definition.status == WorkflowDefinition.Status.RETIRED:
        words = "The pipeline of this upload is retired; make a new upload."
        raise WrongState(words, code="pipeline_retired", verb="upload", state="retired")
    return row


def _room(row: Upload, wanted: int) -> int:
    """How many documents the upload has. Raises InvalidInput if so many more would be too many."""
    last: int = row.documents.aggregate(last=Max("position"))["last"] or 0
    if last + wanted > MAX_DOCUMENTS:
        raise InvalidInput(f"An upload has at most {MAX_DOCUMENTS:,} documents.", field="files")
    return last


def _document(actor: Actor, number: int, file: NewFile) -> Document:
    """The row of the file, not yet written and of no upload yet."""
    name = rules.clean_name(file.name)
    file.content.seek(0)
    head = file.content.read(HEAD)
    return Document(
        organization_id=actor.organization_id,
        position=number + 1,
        name=name,
        content_type=rules.content_type(name, head),
        size=file.content.size,
        sha256=_sha256(file.content),
    )


def _sha256(content: "File[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


@contextmanager
def _written(documents: Sequence[Document], files: Sequence[NewFile]) -> Iterator[None]:
    """The files lie in their places while the block runs, and stay there if it ends well."""
    try:
        for document, file in zip(documents, files, strict=True):
            document.file.name = place(document, document.name)  # known before, so that half a file is found as well
            document.file.storage.save(document.file.name, file.content)
        yield
    except BaseException:
        for document in documents:
            if document.file.name:
                document.file.storage.delete(document.file.name)
        raise


def _new(actor: Actor, access: ProjectAccess, now: datetime) -> Upload:
    return Upload.objects.create(
        organization_id=actor.organization_id,
        project_id=access.id,
        definition=pipeline_of(access, actor.organization_id, now),
        created_by_id=actor.user_id,
        created_at=now,
    )


def _number(documents: Sequence[Document], row: Upload, last: int) -> None:
    for position, document in enumerate(documents, last + 1):
        document.upload, document.position = row, position


def _begin(actor: Actor, row: Upload, documents: Sequence[Document], now: datetime) -> None:
    """An instance for each document, all of them in one move: as many statements as for one."""
    instances = [_instance(actor, row, document, now) for document in documents]
    WorkflowInstance.objects.bulk_create(instances)
    for document, instance in zip(documents, instances, strict=True):
        document.instance = instance
    Document.objects.bulk_create(documents)
    move = Move(actor, now)
    starts = [(move.case(document.instance), Start(_variables(document), by=actor.username)) for document in documents]
    for case, _ in starts:
        move.note(case, InstanceEvent.Type.STARTED)
    move.make_each(starts)


def _instance(actor: Actor, row: Upload, document: Document, now: datetime) -> WorkflowInstance:
    instance = new_row(row.definition, row.project_id, actor.user_id, now)
    instance.entity_type, instance.entity_id, instance.entity_label = ENTITY_TYPE, str(document.uuid), document.name
    return instance


def _variables(document: Document) -> dict[str, Any]:
    """What steps, rules and titles see of the file."""
    return {
        "document": {
            "id": str(document.uuid),
            "name": document.name,
            "content_type": document.content_type,
            "size": document.size,
            "upload": str(document.upload.uuid),
        }
    }
