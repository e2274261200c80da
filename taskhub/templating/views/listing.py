"""The templates of an organization: what can be made from them, and how often it was."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actor import Actor, Role
from taskhub.inbox.pages import staff_page, wants_fragment
from taskhub.inbox.shell import Empty, Pager, shell
from taskhub.templating.words import hours_in_words, label_of
from tasks import templates
from tasks.models import TaskTemplate

SIZE = 25
MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Row:
    """A template as the list shows it."""

    template: TaskTemplate
    uses: int

    @property
    def asks(self) -> list[str]:
        """What has to be filled in."""
        return [label_of(name) for name in self.template.variables]

    @property
    def due(self) -> str:
        return hours_in_words(self.template.default_due)


@require_safe
@staff_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    writes = templates.may_write(actor)
    archived = request.GET.get("show") == "archived"
    query = request.GET.get("q", "").strip()[:200].replace("\0", "")
    text = request.GET.get("page", "0")
    page = min(int(text), MOST_PAGES) if text.isdecimal() and len(text) < 6 else 0
    rows = templates.templates(actor, archived=archived)
    rows = rows.filter(name__icontains=query) if query else rows
    found = list(rows[page * SIZE : (page + 1) * SIZE + 1])
    uses = templates.uses(found[:SIZE])
    context = {
        "rows": [Row(row, uses.get(row.uuid, 0)) for row in found[:SIZE]],
        "pager": _pager(query, page, archived=archived, more=len(found) > SIZE),
        "query": query,
        "archived": archived,
        "writes": writes,
        "may_use": actor.role >= Role.MEMBER and not archived,
        "empty": _empty(query, archived=archived, writes=writes),
    }
    if wants_fragment(request):
        return render(request, "templating/rows.html", context)
    context["shell"] = shell(actor, here="templates")
    return render(request, "templating/list.html", context)


def _pager(query: str, page: int, *, archived: bool, more: bool) -> Pager:
    newer = _address(query, archived=archived) if page else ""
    return Pager("Pages of templates", SIZE, newer, _address(query, page + 1, archived=archived) if more else "")


def _address(query: str, page: int = 0, *, archived: bool) -> str:
    said = {"q": query, "show": "archived" if archived else "", "page": str(page or "")}
    return reverse("templates", query={name: value for name, value in said.items() if value} or None)


def _empty(query: str, *, archived: bool, writes: bool) -> Empty:
    if query:
        return Empty(
            "search", "Nothing found", "No template’s name contains these words.", "See all", reverse("templates")
        )
    if archived:
        return Empty("archive", "Nothing archived", "Templates that are no longer used are kept here.")
    if writes:
        text = "Write down once what a recurring task says, with its checklist and what has to be asked for."
        return Empty("file-text", "No templates yet", text, "New template", reverse("template-new"))
    return Empty("file-text", "No templates yet", "A manager of your organization can write one. It then appears here.")
