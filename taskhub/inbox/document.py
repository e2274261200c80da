"""What the page of a task shows of its document: pages or text, what is doubtful, and what is done only to documents.

Reads only. The deeds themselves are verbs as any other (`doing.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.actor import Actor
from taskhub.inbox import verbs
from taskhub.inbox.answers import Told, plain
from taskhub.inbox.words import spaced
from tasks import policy
from tasks.domain.errors import DomainError
from tasks.models import Task
from tasks.policy import Standing
from workflows import uploads
from workflows.commands.reviewing import unlock_refusal
from workflows.models import Document, DocumentTask, WorkflowInstance
from workflows.models.upload import ENTITY_TYPE
from workflows.policy import check_retry, standing_of
from workflows.processing.registry import Unreadable
from workflows.processors import pages

MOST_PAGES = 30
"""Of a longer document the rest is read in the file itself."""
MOST_TEXT = 20_000
ONLY_ELSEWHERE = frozenset({"decline", "reopen"})
"""Verbs that a document has others for: it is discarded and unlocked."""


@dataclass(frozen=True)
class Pane:
    """A task's document. `doubts` has the reasons to look at a field by its name, `others` those of no field."""

    row: DocumentTask
    pages: Sequence[int] = ()
    more_pages: int = 0
    text: str = ""
    is_cut: bool = False
    unreadable: str = ""
    doubts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    others: Sequence[str] = ()
    found: Sequence[Told] = ()
    work: Sequence[verbs.Button] = ()
    manage: Sequence[verbs.Button] = ()

    @property
    def document(self) -> Document:
        return self.row.document


def pane(task: Task, standing: Standing, instance: WorkflowInstance) -> Pane | None:
    """The document of this step's task; None, without a query, where its workflow is not about one."""
    row = uploads.document_of(task) if instance.entity_type == ENTITY_TYPE else None
    if row is None:
        return None
    row.task = task
    doubts, others = _doubts(row)
    return Pane(
        row=row,
        doubts=doubts,
        others=others,
        found=[Told(spaced(name), plain(value)) for name, value in row.found.items()],
        work=_buttons(verbs.WORK, row, standing, instance),
        manage=_buttons(verbs.MANAGE, row, standing, instance),
        **_shown(row),
    )


def next_document(actor: Actor, task: Task) -> Task | None:
    """The next document of the same upload that waits for this person. One query for any other step, none otherwise."""
    row = uploads.document_of(task)
    following = uploads.next_review(actor, row.upload_id, after=task.pk) if row else None
    return following.task if following else None


def _shown(row: DocumentTask) -> dict[str, Any]:
    """Pages to be drawn, or text, or why there is neither."""
    document = row.document
    try:
        if document.content_type in pages.DRAWN:
            count = _count(row)
            return {"pages": range(1, min(count, MOST_PAGES) + 1), "more_pages": max(count - MOST_PAGES, 0)}
        with uploads.content_of(document) as content:
            text = pages.preview(content, document.content_type)
        return {"text": text[:MOST_TEXT], "is_cut": len(text) > MOST_TEXT}
    except (Unreadable, DomainError) as error:
        return {"unreadable": str(error)}


def _count(row: DocumentTask) -> int:
    """How many pages there are: as its processor has said, else as the file says."""
    said = row.metadata.get("pages")
    if isinstance(said, int) and said > 0:
        return said
    with uploads.content_of(row.document) as content:
        return pages.count(content, row.document.content_type)


def _doubts(row: DocumentTask) -> tuple[dict[str, list[str]], list[str]]:
    """By field, and of no field. How sure is sure enough, the step's processor has said already."""
    by_field: dict[str, list[str]] = defaultdict(list)
    for issue in row.issues:
        by_field[issue.get("field") or ""].append(_sentence(issue["message"]))
    others = by_field.pop("", [])
    return dict(by_field), others


def _sentence(words: str) -> str:
    """A reason that continues a field's name, such as "is required", stands for itself here."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words[:1].islower() else words


def _buttons(group: str, row: DocumentTask, standing: Standing, instance: WorkflowInstance) -> list[verbs.Button]:
    looks = ((code, look) for code, look in verbs.DOCUMENT_LOOKS.items() if look.group == group)
    return [_button(code, look, row, standing, instance) for code, look in looks if look.shown(standing)]


def _button(
    code: str, look: verbs.Look, row: DocumentTask, standing: Standing, instance: WorkflowInstance
) -> verbs.Button:
    error = _retry(standing, instance) if code == "retry" else policy.refusal(standing, code)
    if error is None and code == "unlock":
        error = unlock_refusal(row, row.task)
    return verbs.Button(code, look.label, look, verbs.reason(error, code) if error else "")


def _retry(standing: Standing, instance: WorkflowInstance) -> DomainError | None:
    """Processing is the workflow's: who may have it done again is asked there."""
    try:
        check_retry(standing_of(standing.actor, instance))
    except DomainError as error:
        return error
    return None
