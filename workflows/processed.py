"""Writes what processor steps want: what becomes of their tasks, what is owed, and what documents keep beside tasks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.written import insert
from tasks import commands as task_commands
from tasks.commands import Presentation
from tasks.domain.errors import WrongState
from tasks.nudge import nudge
from workflows.cases import Case
from workflows.engine.intents import FailTask, FilterTask, Findings, FinishTask, PresentTask, ProcessAgain
from workflows.gathered import Opening, Owed, RunKey, Turn
from workflows.models import Document, DocumentTask, Processing
from workflows.models.upload import ENTITY_TYPE

JOB = "workflows.jobs.run_processors"


def turn_tasks(turns: Iterable[Turn], actor: Actor, opener: Actor, now: datetime) -> None:
    """Each task to its new state, many of a kind at once. It is TaskHub that does it, but for trying again."""
    presentations: list[Presentation] = []
    answers: dict[int, Mapping[str, Any]] = {}
    filtered: dict[int, tuple[Mapping[str, Any], str]] = {}
    reasons: dict[int, str] = {}
    again: list[int] = []
    for turn in turns:
        task_id = _task_of(turn.case, turn.wanted.run)
        match turn.wanted:
            case PresentTask() as wanted:
                presentations.append(_presentation(task_id, wanted, turn))
            case FinishTask(findings=findings):
                answers[task_id] = _known(findings)
            case FilterTask(reason=reason, findings=findings):
                filtered[task_id] = _known(findings), reason
            case FailTask(reason=reason):
                reasons[task_id] = reason
            case ProcessAgain():
                again.append(task_id)
    if len(task_commands.process_each(actor=actor, task_ids=again, now=now)) < len(again):
        raise WrongState("The task of this step was deleted: nobody could see it.", verb="retry", state="deleted")
    task_commands.present_each(actor=opener, presentations=presentations, now=now)
    task_commands.finish_each(actor=opener, answers=answers, now=now)
    task_commands.filter_each(actor=opener, filtered=filtered, now=now)
    task_commands.fail_each(actor=opener, reasons=reasons, now=now)


def _task_of(case: Case, run: str) -> int:
    task_id = case.run(run).task_id
    assert task_id is not None, "the task of a processor step is opened with it"
    return task_id


def _presentation(task_id: int, wanted: PresentTask, turn: Turn) -> Presentation:
    return Presentation(
        task_id,
        recipients=turn.recipients,
        weight=wanted.assignees.required if wanted.assignees else Decimal(1),
        due_at=wanted.due_at,
        escalate_at=wanted.escalate_at,
        form_data=_known(wanted.findings) if wanted.findings else None,
    )


def _known(findings: Findings) -> dict[str, Any]:
    return {name: value for name, value in findings.data.items() if value is not None}


def write_owed(owed: Mapping[RunKey, Owed | None], now: datetime) -> None:
    """Forget what is not owed any more, write what is, and say so."""
    gone = [run for (_, run), each in owed.items() if each is None]
    if gone:
        Processing.objects.filter(run__in=gone).delete()
    rows = [_owed(each.case, each, now) for each in owed.values() if each is not None]
    insert(rows)
    if rows:
        transaction.on_commit(lambda: nudge(JOB))


def _owed(case: Case, each: Owed, now: datetime) -> Processing:
    wanted = each.wanted
    return Processing(
        organization_id=case.row.organization_id,
        instance=case.row,
        run=wanted.run,
        task_id=_task_of(case, wanted.run),
        processor=wanted.processor,
        options=dict(wanted.options),
        attempt=wanted.attempt,
        fire_at=now,
        created_at=now,
    )


def write_documents(openings: Iterable[Opening], turns: Iterable[Turn]) -> None:
    """Each task of a document's pipeline has a row beside it; what was found goes there."""
    opened = [opening for opening in openings if opening.case.row.entity_type == ENTITY_TYPE]
    documents = _documents(opened)
    new = [_document_task(each, documents[_root(each.case)]) for each in opened if _root(each.case) in documents]
    if new:
        DocumentTask.objects.bulk_create(new)
    rows = [
        _with_findings(_task_of(turn.case, turn.wanted.run), turn.wanted.findings)
        for turn in turns
        if isinstance(turn.wanted, PresentTask | FinishTask | FilterTask) and turn.wanted.findings
    ]
    if rows:
        DocumentTask.objects.bulk_update(rows, ["found", "issues", "metadata"])


def _root(case: Case) -> int:
    return case.row.root_id or case.row.pk


def _documents(openings: Collection[Opening]) -> dict[int, Document]:
    """By the instance whose tree goes through the pipeline; one query, and none where nothing is about a document."""
    if not openings:
        return {}
    rows = Document.objects.filter(instance_id__in={_root(opening.case) for opening in openings})
    return {row.instance_id: row for row in rows.only("pk", "organization_id", "upload_id", "instance_id")}


def _document_task(opening: Opening, document: Document) -> DocumentTask:
    return DocumentTask(
        task_id=_task_of(opening.case, opening.wanted.run),
        organization_id=document.organization_id,
        document=document,
        upload_id=document.upload_id,
        step=opening.wanted.step,
    )


def _with_findings(task_id: int, findings: Findings) -> DocumentTask:
    issues = [dict(issue) for issue in findings.issues]
    return DocumentTask(task_id=task_id, found=dict(findings.found), issues=issues, metadata=dict(findings.metadata))
