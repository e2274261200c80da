"""One upload: its documents, where each of them stands, and what can be done with all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import project_access
from accounts.actor import Actor
from taskhub.documents.forms import files_hint
from taskhub.documents.words import SIGNS, stretches
from taskhub.inbox.listing import place_of
from taskhub.inbox.once import fresh_key
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Empty, Pager, shell
from taskhub.inbox.words import Sign
from tasks.domain.errors import NotAllowed
from workflows import policy, uploads
from workflows.models import DocumentTask, Upload
from workflows.uploads import Progress, Status, status_of

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A task of a document."""

    row: DocumentTask

    @property
    def sign(self) -> Sign:
        return SIGNS[status_of(self.row.task)]

    @property
    def doubts(self) -> int:
        return len(self.row.issues)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None


@require_safe
@staff_page
def upload_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    return show(request, actor, key)


def show(request: HttpRequest, actor: Actor, key: UUID, *, notice: str = "", status: int = 200) -> HttpResponse:
    """The page of an upload; `notice` says why something was refused."""
    row = uploads.upload(actor, key)
    progress = uploads.progress_of([row])[row.pk]
    wanted = _status(request.GET.get("status", ""))
    shown, following = _page(actor, row, wanted, place_of(request.GET))
    waiting = uploads.next_review(actor, row.pk)
    context = {
        "shell": shell(actor, here="documents"),
        "upload": row,
        "sign": SIGNS[progress.status],
        "progress": progress,
        "bar": stretches(progress),
        "tabs": _tabs(key, progress, wanted),
        "rows": shown,
        "waiting": waiting,
        "may_add": _may_add(actor, row),
        "files_hint": files_hint(),
        "completed": progress.counts.get(Status.COMPLETED, 0),
        "pager": _pager(key, wanted, following, first="after" not in request.GET),
        "empty": Empty("search", "No document here", "None of this upload’s stands so.", "See all", _url(key)),
        "notice": notice,
        "once": fresh_key(),
        "now": timezone.now(),
    }
    return render(request, "documents/upload.html", context, status=status)


def _page(actor: Actor, row: Upload, wanted: Status | None, after: int) -> tuple[Sequence[Row], int]:
    access = project_access(actor, id=row.project_id)
    assert access is not None, "who sees the upload sees its project"
    rows = uploads.document_tasks(actor, access, status=wanted, upload=row).order_by("task_id")
    found = list(rows.filter(task_id__gt=after)[: PAGE_SIZE + 1])
    return [Row(each) for each in found[:PAGE_SIZE]], found[PAGE_SIZE - 1].task_id if len(found) > PAGE_SIZE else 0


def _tabs(key: UUID, progress: Progress, wanted: Status | None) -> list[Tab]:
    """All, then each status that any document has."""
    there = [status for status in SIGNS if progress.counts.get(status) or status == wanted]
    each = [
        Tab(SIGNS[one].word, _url(key, status=one.value.lower()), one == wanted, progress.counts.get(one, 0))
        for one in there
    ]
    return [Tab("All", _url(key), wanted is None, progress.tasks), *each]


def _status(text: str) -> Status | None:
    return next((status for status in SIGNS if status.value.lower() == text and status != Status.EXPORTED), None)


def _url(key: UUID, **query: str) -> str:
    return reverse("upload", args=[key], query=query or None)


def _pager(key: UUID, wanted: Status | None, following: int, *, first: bool) -> Pager:
    narrowed = {"status": wanted.value.lower()} if wanted else {}
    older = _url(key, **narrowed, after=str(following)) if following else ""
    return Pager("Pages of documents", PAGE_SIZE, "" if first else _url(key, **narrowed), older)


def _may_add(actor: Actor, row: Upload) -> bool:
    access = project_access(actor, id=row.project_id)
    try:
        policy.check_upload(actor, access) if access else None
    except NotAllowed:
        return False
    return access is not None
