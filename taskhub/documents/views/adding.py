"""Documents come in through the browser: as a new upload, or into one that is there."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ProjectAccess, project_access
from accounts.actor import Actor
from taskhub.documents.forms import UploadForm
from taskhub.documents.views.upload import show
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from taskhub.uploads import documents, is_cut_short, takes, too_large
from tasks.domain.errors import Conflict, DomainError, InvalidInput, NotAllowed
from tasks.domain.files import in_words
from workflows import commands, uploads
from workflows.commands import NewFile

INVALID = 422


@takes(documents)
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET asks for project and files, POST takes them; what is wrong with a file is said at the files."""
    if request.method != "POST":
        return _ask(request, actor, UploadForm(actor=actor, initial={"project": request.GET.get("project", "")}))
    form = UploadForm(request.POST, request.FILES, actor=actor)
    if not form.is_valid():
        return _ask(request, actor, form, INVALID)
    try:
        return once(request, actor, lambda: _make(request, actor, form))
    except (InvalidInput, Conflict) as error:
        form.add_error("files", error.message)
        return _ask(request, actor, form, INVALID)


def _make(request: HttpRequest, actor: Actor, form: UploadForm) -> HttpResponse:
    access = project_access(actor, uuid=UUID(form.cleaned_data["project"]))
    if access is None:
        raise NotAllowed("You may not work in this project.")
    return _done(request, actor, access)


@takes(documents)
@require_POST
@staff_page
def add(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """More documents for an upload."""
    row = uploads.upload(actor, key)
    access = project_access(actor, id=row.project_id)
    assert access is not None, "who sees the upload sees its project"
    try:
        return once(request, actor, lambda: _done(request, actor, access, into=key))
    except NotAllowed:
        raise
    except DomainError as error:
        return show(request, actor, key, notice=error.message, status=INVALID)


def _done(request: HttpRequest, actor: Actor, access: ProjectAccess, into: UUID | None = None) -> HttpResponse:
    done = commands.upload(actor=actor, access=access, files=_files(request), into=into)
    count = len(done.documents)
    messages.success(request, f"{count} document{'s' if count != 1 else ''} received.")
    return redirect("upload", done.upload.uuid)


def _files(request: HttpRequest) -> list[NewFile]:
    """What came with the form. Raises InvalidInput for files that were too large to be read, by name."""
    large = too_large(request).get("files", [])
    if large:
        most = in_words(settings.DOCUMENT_MAX_BYTES)
        raise InvalidInput(f"A file has at most {most}: {', '.join(large[:5])} is larger.", field="files")
    if is_cut_short(request):
        raise InvalidInput("The upload was cut short. Nothing was kept; please send it again.", field="files")
    chosen = request.FILES.getlist("files")
    if not chosen:
        raise InvalidInput("Choose one or more files.", field="files")
    return [NewFile(file.name or "", file) for file in chosen]


def _ask(request: HttpRequest, actor: Actor, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {
        "shell": shell(actor, here="documents"),
        "form": form,
        "once": fresh_key(),
    }
    return render(request, "documents/new.html", context, status=status)
