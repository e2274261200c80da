"""The uploads that somebody may see."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import visible_projects
from accounts.actor import Actor, Role
from accounts.ids import parse_uuid
from taskhub.documents.words import SIGNS, Stretch, stretches
from taskhub.inbox.listing import place_of
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Empty, Pager, shell
from taskhub.inbox.words import Sign
from workflows import uploads
from workflows.models import Upload
from workflows.uploads import Progress

PAGE_SIZE = 25
MOST_PROJECTS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An upload in the list."""

    upload: Upload
    progress: Progress

    @property
    def sign(self) -> Sign:
        return SIGNS[self.progress.status]

    @property
    def bar(self) -> list[Stretch]:
        return stretches(self.progress)


@require_safe
@staff_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first, of all projects or of one. The number of queries does not hang on the number of rows."""
    projects = list(visible_projects(actor).order_by("name").values_list("pk", "uuid", "name")[:MOST_PROJECTS])
    wanted = parse_uuid(request.GET.get("project", ""))
    project_id = next((pk for pk, uuid, _ in projects if uuid == wanted), None)
    rows = uploads.visible_uploads(actor, project_id)
    after = place_of(request.GET)
    found = list((rows.filter(pk__lt=after) if after else rows)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    progress = uploads.progress_of(shown)
    context = {
        "shell": shell(actor, here="documents"),
        "rows": [Row(upload, progress[upload.pk]) for upload in shown],
        "projects": [(str(uuid), name) for _, uuid, name in projects],
        "project": str(wanted) if project_id else "",
        "may_add": actor.role >= Role.MEMBER,
        "pager": _pager(str(wanted) if project_id else "", after, shown[-1].pk if len(found) > PAGE_SIZE else 0),
        "empty": _empty(actor),
        "now": timezone.now(),
    }
    return render(request, "documents/list.html", context)


def _pager(project: str, after: int, following: int) -> Pager:
    newer = reverse("uploads", query={"project": project} if project else None) if after else ""
    older = {"project": project, "after": str(following)} if project else {"after": str(following)}
    return Pager("Pages of uploads", PAGE_SIZE, newer, reverse("uploads", query=older) if following else "")


def _empty(actor: Actor) -> Empty:
    text = "Files that come in are read, checked, and shown to people where a machine is not sure."
    if actor.role < Role.MEMBER:
        return Empty("file-text", "No documents yet", text)
    return Empty("file-text", "No documents yet", text, "Upload documents", reverse("upload-new"))
