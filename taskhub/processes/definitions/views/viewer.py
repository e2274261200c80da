"""One version of a definition: its diagram, its steps in words, its other versions, its source."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Pager, shell
from taskhub.processes.definitions import source, words
from taskhub.processes.definitions.acts import buttons, may_start
from taskhub.processes.definitions.sketch import sketch
from workflows import catalog, compiled
from workflows.engine.definition import glimpse
from workflows.models import WorkflowDefinition
from workflows.queries import visible_instances

TABS = {"": "Overview", "steps": "Steps", "versions": "Versions", "source": "Source"}
MOST_STEPS = 50
MOST_VERSIONS = 100
MOST_COUNTED = 1_000
LARGEST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool


def version_of(actor: Actor, key: str, number: int) -> WorkflowDefinition:
    """The version; NotFound for a number that no column holds, too."""
    if number > LARGEST:
        raise catalog.no_such_workflow()
    return catalog.version(actor, key, number)


@require_safe
@staff_page
def newest(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The version that counts: the latest published, else the newest there is."""
    rows = list(catalog.versions(actor, key).values_list("version", "status")[:MOST_VERSIONS])
    if not rows:
        raise catalog.no_such_workflow()
    published = [version for version, status in rows if status == WorkflowDefinition.Status.PUBLISHED]
    return redirect("workflow-version", key=key, version=published[0] if published else rows[0][0])


@require_safe
@staff_page
def version_page(request: HttpRequest, actor: Actor, key: str, version: int) -> HttpResponse:
    row = version_of(actor, key, version)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    context = {
        "shell": shell(actor, here="workflows"),
        "row": row,
        "tab": tab,
        "tabs": _tabs(row, tab),
        "buttons": buttons(actor, row),
        "may_start": may_start(actor),
        **_CONTENTS[tab](request, actor, row),
    }
    return render(request, "processes/definition.html", context)


def _tabs(row: WorkflowDefinition, current: str) -> list[Tab]:
    here = reverse("workflow-version", args=[row.key, row.version])
    return [Tab(label, f"{here}?tab={tab}" if tab else here, tab == current) for tab, label in TABS.items()]


def _overview(request: HttpRequest, actor: Actor, row: WorkflowDefinition) -> dict[str, Any]:
    steps = reverse("workflow-version", args=[row.key, row.version]) + "?tab=steps"
    definition = glimpse(row.document) if row.status == WorkflowDefinition.Status.DRAFT else compiled.of(row)
    places = {step.key: number // MOST_STEPS for number, step in enumerate(definition.steps)}
    links = {key: f"{steps}&page={page}#step-{key}" for key, page in places.items()}
    running = visible_instances(actor).filter(definition=row, status="running").order_by()
    return {
        "definition": definition,
        "graph": sketch(row.document, links=links),
        "variables": source.write(definition.variables) if definition.variables else "",
        "running": len(running.values_list("pk")[:MOST_COUNTED]),
        "most": MOST_COUNTED,
    }


def _steps(request: HttpRequest, actor: Actor, row: WorkflowDefinition) -> dict[str, Any]:
    definition = glimpse(row.document)
    text = request.GET.get("page", "0")
    last = max(len(definition.steps) - 1, 0) // MOST_STEPS
    page = min(int(text), last) if text.isdecimal() and len(text) < 6 else 0
    here = f"{reverse('workflow-version', args=[row.key, row.version])}?tab=steps"
    pager = Pager("Pages of steps", MOST_STEPS, here if page else "", f"{here}&page={page + 1}" if page < last else "")
    return {
        "lines": words.lines(definition, page * MOST_STEPS, MOST_STEPS),
        "pager": pager,
        "count": len(definition.steps),
    }


def _versions(request: HttpRequest, actor: Actor, row: WorkflowDefinition) -> dict[str, Any]:
    return {"versions": list(catalog.versions(actor, row.key)[:MOST_VERSIONS])}


def _source(request: HttpRequest, actor: Actor, row: WorkflowDefinition) -> dict[str, Any]:
    return {"text": source.write(row.document)}


_CONTENTS = {"": _overview, "steps": _steps, "versions": _versions, "source": _source}
