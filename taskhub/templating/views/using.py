"""Making a task from a template: its variables as fields, and what the task will say beside them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import project_access
from accounts.actor import Actor, Role
from taskhub.inbox.forms.content import holders
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from taskhub.templating.forms import PREFIX, UseForm
from taskhub.templating.preview import Preview, preview_of
from taskhub.templating.words import hours_in_words, nested
from tasks import commands, templates
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed
from tasks.models import TaskTemplate

SOURCE = "inbox"
INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def use_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """What the template says, and the form for whoever may create tasks. A link may fill in ?customer=..."""
    row = templates.template(actor, key)
    given = {name: request.GET[name][:2_000] for name in row.variables if name in request.GET}
    form = UseForm(
        request.POST if request.method == "POST" else None, actor=actor, row=row, given=given, initial=_initial(row)
    )
    if request.method != "POST":
        return _show(request, actor, row, form, preview_of(row, nested(given.items())))
    if actor.role < Role.MEMBER:
        raise NotAllowed("You may look at tasks and not create any.")
    is_whole = form.is_valid()
    if not is_whole:
        return _show(request, actor, row, form, preview_of(row, form.variables), INVALID)
    try:
        return once(request, actor, lambda: _make(request, actor, row, form))
    except DomainError as error:
        field = error.field if isinstance(error, InvalidInput) and error.field in form.fields else None
        form.add_error(field, error.message)
        return _show(request, actor, row, form, preview_of(row, form.variables), INVALID)


@require_POST
@staff_page
def preview(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """What the task would say, while somebody fills in the fields."""
    row = templates.template(actor, key)
    said = ((name, request.POST.get(PREFIX + name, "").replace("\0", "")[:2_000]) for name in row.variables)
    found = preview_of(row, nested((name, value) for name, value in said if value.strip()))
    return render(request, "templating/preview.html", {"preview": found})


def _initial(row: TaskTemplate) -> dict[str, Any]:
    user = row.assign_user.uuid if row.assign_user else None
    team = row.assign_team.uuid if row.assign_team else None
    return {"priority": row.default_priority, "assignees": holders([(user, team)]) if user or team else []}


def _make(request: HttpRequest, actor: Actor, row: TaskTemplate, form: UseForm) -> HttpResponse:
    data = form.cleaned_data
    project = project_access(actor, uuid=UUID(data["project"]))
    if project is None:
        raise NotAllowed("You may not work in this project.")
    task = commands.create_from_template(
        actor=actor,
        template=row.pk,
        project=project,
        source=SOURCE,
        variables=form.variables,
        assignees=form.shares,
        due_at=data["due_at"],
        priority=data["priority"],
        watchers=[actor.user_uuid] if data["watch"] and actor.user_uuid else [],
    )
    messages.success(request, f"Created: {task.title[:80]}")
    if "another" in request.POST:
        return redirect("template", row.uuid)
    return redirect(f"{reverse('task', args=[task.uuid])}?view=created")


def _show(
    request: HttpRequest, actor: Actor, row: TaskTemplate, form: UseForm, shown: Preview, status: int = 200
) -> HttpResponse:
    context = {
        "shell": shell(actor, here="templates"),
        "row": row,
        "form": form,
        "preview": shown,
        "due": hours_in_words(row.default_due),
        "writes": templates.may_write(actor),
        "may_use": actor.role >= Role.MEMBER,
        "once": fresh_key(),
    }
    return render(request, "templating/use.html", context, status=status)
