"""Creating a task by hand."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import project_access
from accounts.actor import Actor, Role
from taskhub.inbox.forms.content import CreateForm
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from tasks import commands, queries
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed

SOURCE = "inbox"
INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def create_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    if actor.role < Role.MEMBER:
        raise PermissionDenied("You may look at tasks and not create any.")
    form = CreateForm(
        request.POST or None,
        actor=actor,
        categories=queries.categories(actor.organization_id),
        initial=_initial(request),
    )
    if request.method != "POST":
        return _show(request, actor, form)
    if not form.is_valid():
        return _show(request, actor, form, INVALID)
    try:
        return once(request, actor, lambda: _create(request, actor, form))
    except DomainError as error:
        field = error.field if isinstance(error, InvalidInput) and error.field in form.fields else None
        form.add_error(field, error.message)
        return _show(request, actor, form, INVALID)


def _initial(request: HttpRequest) -> dict[str, str]:
    """A link may fill the form in: /tasks/new/?title=..."""
    return {name: request.GET[name] for name in ("title", "description", "project", "category") if name in request.GET}


def _create(request: HttpRequest, actor: Actor, form: CreateForm) -> HttpResponse:
    data = dict(form.cleaned_data)
    project = project_access(actor, uuid=UUID(data.pop("project")))
    if project is None:
        raise NotAllowed("You may not work in this project.")
    data.pop("assignees")
    watchers = [actor.user_uuid] if data.pop("watch") and actor.user_uuid else []
    task = commands.create(
        actor=actor, project=project, source=SOURCE, assignees=form.shares, watchers=watchers, **data
    )
    messages.success(request, f"Created: {task.title[:80]}")
    return redirect("task-new" if "another" in request.POST else f"{reverse('task', args=[task.uuid])}?view=created")


def _show(request: HttpRequest, actor: Actor, form: CreateForm, status: int = 200) -> HttpResponse:
    context = {"shell": shell(actor, here="new"), "form": form, "once": fresh_key()}
    return render(request, "tasks/new.html", context, status=status)
