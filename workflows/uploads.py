"""Reads of uploads, their documents and the tasks of these. Whoever views the project sees all of them.

The status of a task and of an upload is derived from the tasks' states, in the words of document pipelines.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.access import ProjectAccess, project_access, visible_projects
from accounts.actor import Actor
from tasks import queries as task_queries
from tasks.domain.errors import NotFound, no_such_task
from tasks.domain.lifecycle import ClosedReason, State
from tasks.models import Assignment, Task
from tasks.policy import Standing
from workflows.models import Document, DocumentTask, Upload


def no_such_upload() -> NotFound:
    """There is none, or none that the actor may see: the same answer."""
    return NotFound("There is no such upload.", code="upload_not_found")


class Status(StrEnum):
    """Where a task of a pipeline stands, and an upload; only an upload is called exported."""

    PROCESSING = "PROCESSING"
    REVIEWING = "REVIEWING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    DISCARDED = "DISCARDED"
    FILTERED = "FILTERED"
    EXPORTED = "EXPORTED"


_BY_STATE = {
    State.PROCESSING: Status.PROCESSING,
    State.PENDING: Status.REVIEWING,
    State.IN_PROGRESS: Status.REVIEWING,
    State.COMPLETED: Status.COMPLETED,
    State.FAILED: Status.FAILED,
    State.DECLINED: Status.DISCARDED,
    State.CANCELED: Status.DISCARDED,
}
FINAL = frozenset({Status.COMPLETED, Status.DISCARDED, Status.FILTERED})
"""Nothing more is to come of such a task, unless it is unlocked."""


def status_of(task: Task) -> Status:
    """A task's state as document pipelines say it."""
    return _status(task.state, task.closed_reason)


def _status(state: str, closed_reason: str) -> Status:
    return Status.FILTERED if closed_reason == ClosedReason.FILTERED else _BY_STATE[State(state)]


def having(status: Status) -> Q:
    """The condition that a document's task has that status."""
    states = [state for state, said in _BY_STATE.items() if said == status]
    filtered = Q(task__closed_reason=ClosedReason.FILTERED)
    if status == Status.FILTERED:
        return filtered
    return Q(task__state__in=states) & ~filtered if status == Status.DISCARDED else Q(task__state__in=states)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many tasks of an upload have which status; without those that an unlocked task has undone."""

    counts: Mapping[Status, int] = field(default_factory=dict)
    exported: int = 0

    @property
    def tasks(self) -> int:
        return sum(self.counts.values())

    @property
    def is_processed(self) -> bool:
        """Whether every task is final or exported: then nothing of the upload is unlocked any more."""
        return all(status in FINAL for status, count in self.counts.items() if count)

    @property
    def status(self) -> Status:
        """The first of these that any task has; completed tasks that are all exported make an upload exported."""
        for status in (Status.PROCESSING, Status.REVIEWING, Status.FAILED):
            if self.counts.get(status):
                return status
        if not self.tasks:
            return Status.PROCESSING
        completed = self.counts.get(Status.COMPLETED, 0)
        return Status.EXPORTED if completed and self.exported == completed else Status.COMPLETED


def present() -> QuerySet[DocumentTask]:
    """Without those of deleted tasks, which stay only for their history."""
    return DocumentTask.objects.filter(task__deleted_at__isnull=True)


def lasting() -> QuerySet[DocumentTask]:
    """Of these, without those that an unlocked task has undone: what lists and counts are about."""
    return present().exclude(task__closed_reason=ClosedReason.SUPERSEDED)


def uploads(actor: Actor, project: ProjectAccess) -> QuerySet[Upload]:
    """The project's uploads, newest first, each with the number of its documents (`size`)."""
    return _with_size(Upload.objects.filter(project_id=project.id).order_by("-id"))


def visible_uploads(actor: Actor, project_id: int | None = None) -> QuerySet[Upload]:
    """The uploads of every project that the actor may view, or of one of these, newest first, with `size`."""
    rows = Upload.objects.filter(organization_id=actor.organization_id).order_by("-id")
    rows = rows.filter(project_id__in=visible_projects(actor).values("pk"))
    return _with_size(rows if project_id is None else rows.filter(project_id=project_id))


def upload(actor: Actor, uuid: UUID, *, within: int | None = None) -> Upload:
    """One upload. Raises NotFound (`upload_not_found`) if there is none that the actor may see."""
    rows = Upload.objects.filter(organization_id=actor.organization_id, uuid=uuid)
    if within is not None:
        rows = rows.filter(project_id=within)
    found = _with_size(rows).first()
    access = project_access(actor, id=found.project_id) if found else None
    if found is None or access is None or not access.view:
        raise no_such_upload()
    return found


def _with_size(rows: QuerySet[Upload]) -> QuerySet[Upload]:
    last = Document.objects.filter(upload=OuterRef("pk")).order_by("-position").values("position")[:1]
    rows = rows.select_related("project", "definition", "created_by").defer("definition__document")
    return rows.annotate(size=Subquery(last))


def progress_of(uploads: Collection[Upload]) -> dict[int, Progress]:
    """Upload id -> its progress. One query."""
    counts: dict[int, dict[Status, int]] = defaultdict(lambda: defaultdict(int))
    exported: dict[int, int] = defaultdict(int)
    for upload_id, state, reason, number, fetched in _counted([upload.pk for upload in uploads]):
        counts[upload_id][_status(state, reason)] += number
        exported[upload_id] += fetched
    return {upload.pk: Progress(dict(counts[upload.pk]), exported[upload.pk]) for upload in uploads}


def _counted(upload_ids: Collection[int]) -> Iterable[tuple[int, str, str, int, int]]:
    """Upload, state, closed reason, how many tasks, and how many of them are exported."""
    rows = lasting().filter(upload_id__in=upload_ids)
    grouped = rows.order_by().values("upload_id", "task__state", "task__closed_reason")
    counted = grouped.annotate(number=Count("pk"), exported=Count("exported_at"))
    return counted.values_list("upload_id", "task__state", "task__closed_reason", "number", "exported")


def document_tasks(
    actor: Actor, project: ProjectAccess, *, status: Status | None = None, upload: Upload | None = None
) -> QuerySet[DocumentTask]:
    """The tasks of the project's documents, newest first, with task, document and upload."""
    rows = lasting().filter(task__project_id=project.id)
    if upload is not None:
        rows = rows.filter(upload=upload)
    if status is not None:
        rows = rows.filter(having(status))
    return rows.select_related("task__project", "task__created_by", "document", "upload").order_by("-task_id")


def document_task(actor: Actor, key: UUID | int, *, within: int | None = None) -> tuple[DocumentTask, Standing]:
    """One task of a document and what the actor is to it. Raises NotFound (`task_not_found`). Three queries."""
    task, standing = task_queries.task(actor, key, within=within)
    row = DocumentTask.objects.filter(task=task).select_related("document", "upload").first()
    if row is None:
        raise no_such_task()
    row.task = task
    return row, standing


def document_of(task: Task) -> DocumentTask | None:
    """What the task has beside other tasks, with its document and upload; None for a task of no document."""
    if task.instance_id is None:
        return None
    return DocumentTask.objects.filter(task=task).select_related("document", "upload").first()


def document(actor: Actor, uuid: UUID) -> Document:
    """A document that a task which the actor sees is about. Raises NotFound (`document_not_found`)."""
    row = Document.objects.filter(organization_id=actor.organization_id, uuid=uuid).first()
    if row is None or not task_queries.visible_to(actor).filter(document_task__document=row).exists():
        raise NotFound("There is no such document.", code="document_not_found")
    return row


def next_review(actor: Actor, upload_id: int, *, after: int = 0) -> DocumentTask | None:
    """The next task of the upload that waits for the actor or a team of theirs; behind the last comes the first."""
    mine = Q(user_id=actor.person_id) | Q(team_id__in=actor.team_ids)
    share = Assignment.objects.filter(mine, is_open=True, task=OuterRef("task_id"))
    waiting = DocumentTask.objects.filter(Exists(share), upload_id=upload_id, task__is_open=True)
    waiting = waiting.exclude(task_id=after).select_related("task", "document").order_by("task_id")
    return waiting.filter(task_id__gt=after).first() or waiting.first()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A document's file from its beginning; whoever has it closes it."""

    content: IO[bytes]
    name: str
    content_type: str
    size: int


def open_file(actor: Actor, document: Document) -> OpenedFile:
    """The file, for who has found the document through a task or an upload. Raises NotFound (`file_not_found`)."""
    return OpenedFile(content_of(document), document.name, document.content_type, document.size)


def content_of(document: Document) -> IO[bytes]:
    """The same without what is known of it."""
    try:
        return document.file.storage.open(str(document.file.name))
    except FileNotFoundError:
        raise NotFound("The file is not there any more.", code="file_not_found") from None
