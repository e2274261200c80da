"""What people do with the tasks of documents, and what becomes of an upload when it is fetched.

An upload's row comes before its instances and their tasks in the order of locks; unlocking and exporting hold it, so
that nothing is both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.access import project_access
from accounts.actor import Actor
from tasks import commands as task_commands
from tasks import policy as task_policy
from tasks.domain.content import check_text
from tasks.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState, no_such_task
from tasks.domain.lifecycle import OPEN, ClosedReason, State
from tasks.models import Task
from tasks.standing import standing_of
from workflows import compiled, policy, store, uploads
from workflows.engine.events import Retry
from workflows.engine.judging import review
from workflows.engine.state import State as InstanceState
from workflows.models import DocumentTask, InstanceEvent, StepRun, Upload
from workflows.moving import Move
from workflows.uploads import FINAL, no_such_upload, status_of


def complete_review(
    *,
    actor: Actor,
    task: UUID | int,
    data: Mapping[str, Any] | None = None,
    resolution: str = "",
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Complete a task with `data` laid over what it shows: a field that is not named keeps its value, None empties it.

    Raises what `tasks.commands.complete` raises, and InvalidInput (`invalid_form`) with every fault of fields and rules
    at once: the fact `faults` has the words by field, those of no field under ''.
    """
    now = now or timezone.now()
    with transaction.atomic():
        seen = _held(actor, task, within)
        names = {field["name"] for field in seen.form_fields}
        shown = {name: value for name, value in seen.form_data.items() if name in names and value is not None}
        given = {**shown, **(data or {})}
        try:
            return task_commands.complete(
                actor=actor,
                task=task,
                form_data=given,
                resolution=resolution,
                within=within,
                version=version,
                now=now,
            )
        except InvalidInput as error:
            if error.code != "invalid_form":
                raise
            raise _invalid(_faults(seen, given, error, now)) from None


def unlock(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str = "",
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Give the task of a document that is final back to people; the steps that it has led to are undone.

    Raises WrongState: `not_final`, `superseded` (it was undone itself), `exported`, `upload_processed`, `gone_on` (a
    later step of the document is completed: unlock that one first).
    """
    check_text("reason", reason)
    with transaction.atomic():
        row = _of_document(actor, task, within)
        _hold(row.upload_id)
        held = _held(actor, row.task_id, within)
        refusal = task_policy.refusal(standing_of(actor, held, held.assignments.all()), "unlock")
        if isinstance(refusal, NotAllowed):
            raise refusal
        row.refresh_from_db(fields=["exported_at"])
        if (state := unlock_refusal(row, held)) is not None:
            raise state
        return task_commands.unlock(actor=actor, task=held.pk, reason=reason, within=within, version=version, now=now)


def retry_task(
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Have the processor that failed try again. Whoever manages the project, or brought the document, may ask for it.

    Raises WrongState (`not_failed`).
    """
    now = now or timezone.now()
    with transaction.atomic():
        seen = _held(actor, task, within)
        standing_of(actor, seen, seen.assignments.all())
        if version is not None and version != seen.version:
            raise StaleVersion("Somebody changed this task in the meantime.", version=seen.version)
        run = StepRun.objects.filter(task=seen).select_related("instance").first()
        if run is None:
            raise _not_failed(seen)
        policy.check_retry(policy.standing_of(actor, run.instance))
        move = Move(actor, now)
        case = move.case(run.instance)
        stuck = case.state.runs.get(run.run)
        if seen.state != State.FAILED or stuck is None or not stuck.failed:
            raise _not_failed(seen)
        move.note(case, InstanceEvent.Type.INCIDENT_RETRIED, step=run.step, run=run.run)
        move.make(case, Retry(run.run))
        seen.refresh_from_db()
    return seen


@dataclass(frozen=True, slots=True)
class Export:
    """The completed tasks of an upload, to be read as one query: `rows` in the order of documents and steps.

    Each is a mapping: task_uuid, document_uuid, name, position, step, data, found, closed_at, exported_at.
    """

    upload: Upload
    exported_at: datetime
    rows: QuerySet[DocumentTask, Any]


def export(*, actor: Actor, upload: UUID, within: int | None = None, now: datetime | None = None) -> Export:
    """Mark the completed tasks of the upload as exported, those that are not yet, and answer all of them.

    Raises NotFound (`upload_not_found`), NotAllowed.
    """
    now = now or timezone.now()
    found = uploads.upload(actor, upload, within=within)
    access = project_access(actor, id=found.project_id)
    if access is None:
        raise no_such_upload()
    policy.check_upload(actor, access)
    with transaction.atomic():
        _hold(found.pk)
        completed = uploads.present().filter(upload=found, task__state=State.COMPLETED)
        DocumentTask.objects.filter(pk__in=completed.filter(exported_at__isnull=True).values("pk")).update(
            exported_at=now
        )
    return Export(found, now, _exported(found))


def _exported(upload: Upload) -> QuerySet[DocumentTask, Any]:
    rows = uploads.present().filter(upload=upload, exported_at__isnull=False)
    return rows.order_by("document__position", "task_id").values(
        "step",
        "found",
        "exported_at",
        position=F("document__position"),
        name=F("document__name"),
        document_uuid=F("document__uuid"),
        task_uuid=F("task__uuid"),
        data=F("task__form_data"),
        closed_at=F("task__closed_at"),
    )


def _held(actor: Actor, key: UUID | int, within: int | None) -> Task:
    """The task, once nobody else moves its instance or changes it. Whether the actor may see it, the caller asks."""
    named = {"uuid": key} if isinstance(key, UUID) else {"pk": key}
    rows = Task.objects.present().filter(organization_id=actor.organization_id, **named)
    if within is not None:
        rows = rows.filter(project_id=within)
    rows = rows.annotate(before=store.before_task()).select_related("project")
    found = rows.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise no_such_task()
    return found


def _of_document(actor: Actor, key: UUID | int, within: int | None) -> DocumentTask:
    """What the task has beside other tasks, before anything is locked. Raises NotFound (`task_not_found`)."""
    named = {"task__uuid": key} if isinstance(key, UUID) else {"task_id": key}
    rows = DocumentTask.objects.filter(organization_id=actor.organization_id, **named)
    if within is not None:
        rows = rows.filter(task__project_id=within)
    found = rows.first()
    if found is None:
        raise no_such_task()
    return found


def _hold(upload_id: int) -> None:
    list(Upload.objects.filter(pk=upload_id).select_for_update(no_key=True).values_list("pk"))


def unlock_refusal(row: DocumentTask, task: Task) -> WrongState | None:
    """Why the task cannot be unlocked as things stand, whoever asks; None if it can. At most two queries."""
    status = status_of(task)
    if status not in FINAL:
        return _refused("not_final", f"This task is {status.lower()}, so there is nothing to unlock.", task)
    if task.closed_reason == ClosedReason.SUPERSEDED:
        return _refused("superseded", "An earlier step of this document was unlocked.", task)
    if row.exported_at is not None:
        return _refused("exported", "This task has been exported.", task)
    others = DocumentTask.objects.filter(upload_id=row.upload_id, exported_at__isnull=True)
    if not others.filter(task__state__in=[*OPEN, State.FAILED]).exists():
        return _refused("upload_processed", "Its upload is fully processed.", task)
    later = uploads.present().filter(document_id=row.document_id, task_id__gt=row.task_id)
    if later.filter(task__state=State.COMPLETED).exists():
        return _refused("gone_on", "A later step of this document is completed; unlock that one first.", task)
    return None


def _refused(code: str, words: str, task: Task) -> WrongState:
    return WrongState(words, code=code, verb="unlock", state=task.state)


def _not_failed(task: Task) -> WrongState:
    return WrongState("Its processing has not failed.", code="not_failed", verb="retry", state=task.state)


def _faults(task: Task, given: Mapping[str, Any], refused: InvalidInput, now: datetime) -> Mapping[str, list[str]]:
    """Every fault by field; of a task that is no processor's, those of its form."""
    run = StepRun.objects.filter(task=task).select_related("instance").first()
    if run is not None:
        definition = compiled.definition_of(run.instance.definition_id)
        try:
            return review(definition, InstanceState.from_json(run.instance.state), run.run, given, now).by_field()
        except KeyError:
            pass
    faults: Any = refused.facts["faults"]
    return {name: [words] for name, words in faults.items()}


def _invalid(faults: Mapping[str, list[str]]) -> InvalidInput:
    name, words = next(iter(faults.items()))
    message = f"'{name}' {words[0]}." if name and not words[0].endswith(".") else words[0]
    return InvalidInput(message, field=f"form_data.{name}" if name else "form_data", code="invalid_form", faults=faults)
