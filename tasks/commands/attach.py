"""Adding a file to a task."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File

from accounts.actor import Actor
from tasks.domain import files
from tasks.domain.errors import InvalidInput
from tasks.domain.signatures import HEAD
from tasks.models import Attachment

from .change import Change, changing


def attach(
    *,
    actor: Actor,
    task: UUID | int,
    name: str,
    content: "File[Any]",
    within: int | None = None,
    now: datetime | None = None,
) -> Attachment:
    """Keep the file with the task; the same file under the same name is kept once. The task's version stays.

    Raises InvalidInput (field `file`) for what is empty, too large or one too many.
    """
    files.check_size(content.size, settings.ATTACHMENT_MAX_BYTES)
    name, digest = files.clean_name(name), _sha256(content)
    kind = files.content_type(name, _head(content))
    row = None
    try:
        with changing("attach", actor=actor, task=task, within=within, now=now) as change:
            same = change.task.attachments.filter(sha256=digest, name=name).first()
            if same is not None:
                return same
            row = _row(change, name, kind, content.size, digest)
            row.file.save(name, content, save=False)
            row.save(force_insert=True)
            change.record("attachment.added", attachment=row.pk, name=name)
    except BaseException:
        if row is not None and row.file:
            row.file.delete(save=False)
        raise
    return row


def _row(change: Change, name: str, kind: str, size: int, digest: str) -> Attachment:
    if change.task.attachments.count() >= files.MAX_FILES:
        raise InvalidInput(f"A task has at most {files.MAX_FILES} files.", field="file")
    return Attachment(
        organization_id=change.task.organization_id,
        task=change.task,
        name=name,
        content_type=kind,
        size=size,
        sha256=digest,
        uploaded_by_id=change.actor.user_id,
        created_at=change.now,
    )


def _sha256(content: "File[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _head(content: "File[Any]") -> bytes:
    head: bytes = content.read(HEAD)
    content.seek(0)
    return head
