"""Writing a template, changing it, putting it away and taking it back. For managers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from taskhub.inbox.once import fresh_key, once
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from taskhub.templating.forms import TemplateForm
from taskhub.templating.words import label_of
from tasks import commands, queries, templates
from tasks.domain.errors import Conflict, DomainError, InvalidInput, StaleVersion
from tasks.models import TaskTemplate

INVALID = 422
PLACES = {"assignees": "assign", "default_due": "due_days"}
"""The command's name of a field -> the form's."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    templates.check_write(actor)
    form = _form(request, actor, None)

    def write() -> TaskTemplate:
        return commands.create_template(actor=actor, **form.values)

    return _answer(request, actor, None, form, write, "Written")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    templates.check_write(actor)
    row = templates.template(actor, key, archived=True)
    if row.archived_at:
        return redirect(reverse("templates", query={"show": "archived"}))
    form = _form(request, actor, row)

    def write() -> TaskTemplate:
        version = form.cleaned_data["version"]
        return commands.update_template(actor=actor, template=row.pk, values=form.values, version=version)

    return _answer(request, actor, row, form, write, "Saved")


@require_POST
@staff_page
def archive(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    row = commands.archive_template(actor=actor, template=key)
    messages.success(request, f"Archived: {row.name[:80]}. It can be brought back.")
    return redirect("templates")


@require_POST
@staff_page
def restore(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    try:
        row = commands.restore_template(actor=actor, template=key)
    except Conflict as error:
        messages.error(request, f"{error.message} Give that one another name first.")
        return redirect(reverse("templates", query={"show": "archived"}))
    messages.success(request, f"In use again: {row.name[:80]}")
    return redirect("templates")


def _form(request: HttpRequest, actor: Actor, row: TaskTemplate | None) -> TemplateForm:
    return TemplateForm(
        request.POST if request.method == "POST" else None,
        actor=actor,
        categories=queries.categories(actor.organization_id),
        initial=TemplateForm.initial_of(row) if row else {},
    )


def _answer(
    request: HttpRequest,
    actor: Actor,
    row: TaskTemplate | None,
    form: TemplateForm,
    write: Callable[[], TaskTemplate],
    done: str,
) -> HttpResponse:
    """The form, or where it leads to once it is written."""
    if request.method != "POST":
        return _show(request, actor, row, form)
    if not form.is_valid():
        return _show(request, actor, row, form, INVALID)

    def run() -> HttpResponse:
        written = write()
        messages.success(request, f"{done}: {written.name[:80]}")
        return redirect("template", written.uuid)

    try:
        return once(request, actor, run)
    except DomainError as error:
        form.add_error(_place(error, form), _words(error))
        return _show(request, actor, row, form, INVALID)


def _place(error: DomainError, form: TemplateForm) -> str | None:
    if isinstance(error, Conflict) and error.code == "name_taken":
        return "name"
    named = PLACES.get(error.field, error.field) if isinstance(error, InvalidInput) else ""
    return named if named in form.fields else None


def _words(error: DomainError) -> str:
    if isinstance(error, StaleVersion):
        return f"{error.message} Open it again to see what it says now."
    return error.message


def _show(
    request: HttpRequest, actor: Actor, row: TaskTemplate | None, form: TemplateForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "shell": shell(actor, here="templates"),
        "form": form,
        "row": row,
        "asks": [(name, label_of(name)) for name in row.variables] if row else [],
        "once": fresh_key(),
    }
    return render(request, "templating/edit.html", context, status=status)
