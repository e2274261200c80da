"""The definitions of an organization: of each the newest version, what is published, and how many run."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page, wants_fragment
from taskhub.inbox.shell import Empty, Pager, shell
from taskhub.processes.definitions.acts import may_start
from workflows import catalog
from workflows.models import WorkflowDefinition, WorkflowInstance
from workflows.queries import visible_instances

SIZE = 25
MOST_PAGES = 400
Status = WorkflowDefinition.Status
NONE = {"published": "Nothing is published", "draft": "There are no drafts", "retired": "Nothing is retired"}
SHOWN = {"": "All", "published": "Published", "draft": "Drafts", "retired": "Retired"}


@dataclass(frozen=True, slots=True)
class Row:
    """A definition: its newest version that can be seen, the latest published one, and what runs of all versions."""

    newest: WorkflowDefinition
    published: WorkflowDefinition | None
    running: int
    incidents: int

    @property
    def shown(self) -> WorkflowDefinition:
        """The version that counts."""
        return self.published or self.newest

    @property
    def draft(self) -> WorkflowDefinition | None:
        return self.newest if self.newest.status == Status.DRAFT else None


@require_safe
@staff_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    query, show = request.GET.get("q", "").strip()[:200].replace("\0", ""), request.GET.get("show", "")
    show = show if show in SHOWN else ""
    text = request.GET.get("page", "0")
    page = min(int(text), MOST_PAGES) if text.isdecimal() and len(text) < 6 else 0
    found = list(_matching(_of(actor, show), query).order_by("name", "key")[page * SIZE : (page + 1) * SIZE + 1])
    writes = catalog.may_write(actor)
    context = {
        "rows": _rows(actor, found[:SIZE]),
        "pager": _pager(query, show, page, more=len(found) > SIZE),
        "query": query,
        "show": show,
        "tabs": [(word, label, _address(query, word)) for word, label in SHOWN.items() if word != "draft" or writes],
        "writes": writes,
        "may_start": may_start(actor),
        "empty": _empty(query, show, writes=writes),
    }
    if wants_fragment(request):
        return render(request, "processes/definitions/list.html", context)
    context["shell"] = shell(actor, here="workflows")
    return render(request, "processes/definitions/page.html", context)


def _of(actor: Actor, show: str) -> QuerySet[WorkflowDefinition]:
    """One row for each key: the newest version of the wanted kind."""
    rows = catalog.visible_definitions(actor)
    if show in (Status.PUBLISHED, Status.DRAFT):
        return catalog.newest_of(rows.filter(status=show))
    newest = catalog.newest_of(rows)
    return newest.filter(status=Status.RETIRED) if show else newest


def _matching(rows: QuerySet[WorkflowDefinition], query: str) -> QuerySet[WorkflowDefinition]:
    return rows.filter(Q(name__icontains=query) | Q(key__icontains=query)) if query else rows


def _rows(actor: Actor, found: list[WorkflowDefinition]) -> list[Row]:
    """Two queries more, however many rows."""
    keys = [row.key for row in found]
    published = catalog.newest_of(catalog.visible_definitions(actor).filter(key__in=keys, status=Status.PUBLISHED))
    latest = {row.key: row for row in published} if keys else {}
    running = _running(actor, keys)
    return [Row(row, latest.get(row.key), *running.get(row.key, (0, 0))) for row in found]


def _running(actor: Actor, keys: list[str]) -> Mapping[str, tuple[int, int]]:
    """Key -> how many run, and how many of them stand still."""
    if not keys:
        return {}
    rows = visible_instances(actor).filter(key__in=keys, status=WorkflowInstance.Status.RUNNING).order_by()
    counted = rows.values("key").annotate(running=Count("pk"), still=Count("pk", filter=Q(has_incident=True)))
    return {row["key"]: (row["running"], row["still"]) for row in counted}


def _address(query: str, show: str, page: int = 0) -> str:
    said = QueryDict(mutable=True)
    said.update({name: value for name, value in (("q", query), ("show", show), ("page", str(page or ""))) if value})
    here = reverse("workflows")
    return f"{here}?{said.urlencode()}" if said else here


def _pager(query: str, show: str, page: int, *, more: bool) -> Pager:
    newer = _address(query, show) if page else ""
    return Pager("Pages of workflows", SIZE, newer, _address(query, show, page + 1) if more else "")


def _empty(query: str, show: str, *, writes: bool) -> Empty:
    if query:
        return Empty(
            "search",
            "Nothing found",
            "No workflow's name or key contains these words.",
            "Clear search",
            _address("", show),
        )
    if show:
        return Empty("workflow", NONE[show], "There may be others.", "See all", _address("", ""))
    if writes:
        text = "A workflow hands work from one person to the next. Begin with a small example."
        return Empty("workflow", "No workflows yet", text, "New workflow", reverse("workflow-new"))
    text = "A manager of your organization can write one. It then appears here."
    return Empty("workflow", "No workflows yet", text)
