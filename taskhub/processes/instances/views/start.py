"""Starting an instance: which workflow, then where, about what and with what data."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import project_access, visible_projects
from accounts.actor import Actor, Role
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Empty, shell
from taskhub.processes.instances.forms import MORE, StartForm
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed
from tasks.models import Assignment, Task
from workflows import catalog, commands, compiled
from workflows.commands import Entity, Started
from workflows.models import WorkflowDefinition

INVALID = 422
MOST_PROJECTS = 500


@require_safe
@staff_page
def choose_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What can be started."""
    _check(actor)
    context = {
        "shell": shell(actor, here="instances"),
        "definitions": catalog.startable(actor),
        "empty": Empty(
            "workflow",
            "No workflow to start",
            "A workflow can be started once one of its versions is published.",
            "See the workflows",
            reverse("workflows"),
        ),
    }
    return render(request, "processes/instances/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def start_page(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    _check(actor)
    row = catalog.latest_published(actor.organization_id, key)
    if row is None:
        raise Http404("There is no such workflow to start.")
    form = _form(request, actor, row)
    if request.method != "POST":
        return _show(request, actor, row, form)
    if not form.is_valid():
        return _show(request, actor, row, form, INVALID)
    try:
        return once(request, actor, lambda: _start(request, actor, row, form))
    except DomainError as error:
        form.add_error(_place_of(error, form), error.message)
        return _show(request, actor, row, form, INVALID)


def _check(actor: Actor) -> None:
    if actor.role < Role.MEMBER:
        raise PermissionDenied("You may look at workflows and not start any.")


def _form(request: HttpRequest, actor: Actor, row: WorkflowDefinition) -> StartForm:
    """A link may fill in what it is about: ?entity_label=..."""
    names = ("project", "entity_type", "entity_id", "entity_label", "business_key")
    return StartForm(
        request.POST if request.method == "POST" else None,
        definition=compiled.of(row),
        projects=_projects(actor),
        initial={name: request.GET[name] for name in names if name in request.GET},
    )


def _projects(actor: Actor) -> list[tuple[str, str]]:
    rows = visible_projects(actor).order_by("-is_default", "name").values_list("uuid", "name")
    return [(str(uuid), name) for uuid, name in rows[:MOST_PROJECTS]]


def _start(request: HttpRequest, actor: Actor, row: WorkflowDefinition, form: StartForm) -> HttpResponse:
    data = form.cleaned_data
    project = project_access(actor, uuid=UUID(data["project"]))
    if project is None:
        raise NotAllowed("You may not work in this project.")
    started = commands.start(
        actor=actor,
        definition=row.uuid,
        project=project,
        entity=Entity(data["entity_type"], data["entity_id"], data["entity_label"]),
        variables=form.variables,
        business_key=data["business_key"],
    )
    first = _own_task(actor, started)
    messages.success(request, _said(row, started, first))
    return redirect("task", first.uuid) if first else redirect("instance", started.instance.uuid)


def _own_task(actor: Actor, started: Started) -> Task | None:
    """The first task of the new instance, if it is theirs alone."""
    if not started.is_new:
        return None
    shares = Assignment.objects.filter(task__instance_id=started.instance.pk, user_id=actor.person_id, is_open=True)
    share = shares.select_related("task").order_by("task_id").first()
    return share.task if share else None


def _said(row: WorkflowDefinition, started: Started, first: Task | None) -> str:
    if not started.is_new:
        return "There is one with this business key already: here it is."
    if first is None:
        return f"Started: {row.name}."
    where = reverse("instance", args=[started.instance.uuid])
    return format_html('Started: <a href="{}">{}</a>. This is its first step.', where, row.name)


def _place_of(error: DomainError, form: StartForm) -> str | None:
    """The field that an error is about; its own names for what a variable and the thing are called."""
    if not isinstance(error, InvalidInput):
        return None
    named = error.field.replace("entity.", "entity_")
    if error.field.startswith("variables."):
        named = f"answer-{error.field.removeprefix('variables.')}"
        return named if named in form.fields else MORE
    return named if named in form.fields else None


def _show(
    request: HttpRequest, actor: Actor, row: WorkflowDefinition, form: StartForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "shell": shell(actor, here="instances"),
        "definition": row,
        "description": compiled.of(row).description,
        "form": form,
        "once": fresh_key(),
    }
    return render(request, "processes/instances/start.html", context, status=status)
