"""The editor of a draft. Every button posts the whole form; with scripts only a part of the page is swapped.

A document with faults is not saved: it stays in the form, with each fault at its input, until it is mended or left.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.actor import Actor
from taskhub.inbox.moments import ago
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page, wants_fragment
from taskhub.inbox.shell import shell
from taskhub.processes.definitions import editing, placing
from taskhub.processes.definitions.board import board
from taskhub.processes.definitions.suggested import suggestions
from taskhub.processes.definitions.working import Broken, Working, begun, received
from tasks.domain.errors import Conflict, StaleVersion
from workflows import catalog, commands, policy
from workflows.engine.faults import Fault, InvalidDefinition
from workflows.models import WorkflowDefinition

INVALID, REFUSED = 422, 409
SAVING = ("save", "publish")
Draft = WorkflowDefinition.Status.DRAFT


@dataclass(frozen=True, slots=True)
class Desk:
    """What is edited: the draft, or the version that a new one begins as; and the revision of the draft as seen."""

    actor: Actor
    row: WorkflowDefinition | None = None
    base: int = 0

    @property
    def key(self) -> str:
        return self.row.key if self.row else ""

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def draft(self) -> WorkflowDefinition | None:
        return self.row if self.row and self.row.status == Draft else None

    @property
    def number(self) -> int:
        """The version that the draft will be."""
        return self.draft.version if self.draft else self.row.version + 1 if self.row else 1

    @property
    def title(self) -> str:
        return f"Edit {self.row.name}" if self.row else "New workflow"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A definition that does not exist yet: a small example to begin with."""
    policy.check_definitions(actor)
    return _page(request, Desk(actor), editing.EXAMPLE)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_page(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The draft of a definition; where there is none, one that begins as the newest version."""
    policy.check_definitions(actor)
    row = catalog.versions(actor, key).defer(None).first()
    if row is None:
        raise catalog.no_such_workflow()
    base = row.revision if row.status == Draft else 0
    beginning = request.GET.get("from", "")
    is_other = beginning.isdecimal() and len(beginning) < 10 and int(beginning) != row.version
    document = catalog.version(actor, key, int(beginning)).document if is_other else row.document
    return _page(request, Desk(actor, row, base), document)


def _page(request: HttpRequest, desk: Desk, document: object) -> HttpResponse:
    if request.method != "POST":
        opened = request.GET.get("open", "")
        place = int(opened) if opened.isdecimal() and len(opened) < 7 else None
        working = begun(document, place, request.GET.get("view", ""))
        # Of a new one nothing has been typed yet, so nothing is wrong yet.
        return _show(request, desk, working, faults=[] if desk.is_new else None)
    try:
        working, verb = received(dict(request.POST.lists()))
    except Broken as error:
        raise BadRequest(str(error)) from error
    base = request.POST.get("base", "")
    desk = Desk(desk.actor, desk.row, int(base) if base.isdecimal() and len(base) < 10 else desk.base)
    return _save(request, desk, working, verb) if verb in SAVING else _show(request, desk, working, verb=verb)


def _save(request: HttpRequest, desk: Desk, working: Working, verb: str) -> HttpResponse:
    if faults := _faults(desk, working, is_saving=True):
        return _show(request, desk, working, faults=faults, status=INVALID, verb=verb)
    try:
        answer = once(request, desk.actor, lambda: _saved(request, desk, working, verb))
    except InvalidDefinition as error:
        return _show(request, desk, working, faults=list(error.faults), status=INVALID, verb=verb)
    except (StaleVersion, Conflict):
        return _overtaken(request, desk, working)
    return HttpResponseClientRedirect(answer["Location"]) if wants_fragment(request) else answer


def _saved(request: HttpRequest, desk: Desk, working: Working, verb: str) -> HttpResponseRedirect:
    if desk.is_new and catalog.versions(desk.actor, editing.key_of(working.document)).exists():
        raise Conflict("Another workflow has this key.", code="key_taken")
    row = commands.save_draft(actor=desk.actor, document=working.document, key=desk.key or None, version=desk.base)
    if verb == "publish":
        return redirect("workflow-act", key=row.key, version=row.version, verb="publish")
    messages.success(request, f"Saved as the draft of version {row.version}.")
    return redirect(f"{reverse('workflow-edit', args=[row.key])}?{_where(working)}")


def _where(working: Working) -> str:
    """What is open, for the address."""
    if working.view != "form":
        return f"view={working.view}"
    return "" if working.opened is None else f"open={working.opened}"


def _overtaken(request: HttpRequest, desk: Desk, working: Working) -> HttpResponse:
    """Somebody else saved first. Nothing is changed; what was typed stays, and may be saved over theirs."""
    key = editing.key_of(working.document)
    theirs = catalog.versions(desk.actor, key).defer(None).first()
    if desk.is_new or theirs is None:
        taken = Fault("key", f"'{key}' is the key of another workflow")
        return _show(request, desk, working, faults=[taken], status=INVALID, verb="save")
    now, zone = timezone.now(), timezone.get_current_timezone()
    who = theirs.updated_by.get_full_name() if theirs.updated_by else "Somebody"
    when = ago(theirs.updated_at, now, zone)
    did = "saved this draft" if theirs.status == Draft else f"made this version {theirs.version}, {theirs.status} now,"
    notice = f"{who} {did} while you were writing ({when}). Nothing of yours was saved; it is all still here."
    fresh = Desk(desk.actor, theirs, theirs.revision if theirs.status == Draft else 0)
    return _show(request, fresh, working, status=REFUSED, notice=notice)


def _faults(desk: Desk, working: Working, *, is_saving: bool = False) -> list[Fault]:
    """What is wrong with the document. Whether its key is taken is asked while it is saved."""
    own = dict(working.unreadable)
    if working.document is None and own:
        return placing.merged(own, [])
    key = editing.key_of(working.document)
    if desk.key and key and key != desk.key:
        own["key"] = f"of this workflow stays '{desk.key}'; another key makes a new workflow"
    elif desk.is_new and key and not is_saving and catalog.versions(desk.actor, key[:80]).exists():
        own["key"] = f"'{key}' is the key of another workflow"
    try:
        commands.validate(actor=desk.actor, document=working.document)
    except InvalidDefinition as error:
        return placing.merged(own, error.faults)
    return placing.merged(own, [])


def _show(
    request: HttpRequest,
    desk: Desk,
    working: Working,
    *,
    faults: list[Fault] | None = None,
    status: int = 200,
    notice: str = "",
    verb: str = "",
) -> HttpResponse:
    found = _faults(desk, working) if faults is None else faults
    shown = board(working, found, is_new=desk.is_new)
    context = {
        "desk": desk,
        "board": shown,
        "notice": notice,
        "is_refused": status == INVALID,
        "focuses": verb in ("open", "add", "find", "remove", "earlier", "later") and not working.adds,
        "is_changed": request.method == "POST",
        "is_untouched": desk.is_new and request.method != "POST",
        "once": fresh_key(),
    }
    if request.GET.get("preview") and wants_fragment(request):
        return render(request, "processes/editor/preview.html", context)
    context["lists"] = suggestions(desk.actor, shown)
    if wants_fragment(request):
        return render(request, "processes/editor/form.html", context, status=status)
    context["shell"] = shell(desk.actor, here="workflows")
    return render(request, "processes/editor/page.html", context, status=status)
