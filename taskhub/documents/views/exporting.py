"""The results of an upload go out as a file. What has gone out cannot be unlocked any more, so it is a POST."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.actor import Actor
from taskhub.contracts import exports
from taskhub.contracts.formats import dumps
from taskhub.inbox.pages import staff_page
from workflows import commands

TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_POST
@staff_page
def export(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """The data of all completed tasks, as `format` says: json or csv."""
    wanted = "csv" if request.POST.get("format") == "csv" else "json"
    found = commands.export(actor=actor, upload=key)
    tasks = exports.exported(found.rows)
    content = exports.table(tasks) if wanted == "csv" else dumps({"upload_id": found.upload.uuid, "tasks": tasks})
    headers = {"Content-Disposition": f'attachment; filename="{found.upload.uuid}.{wanted}"'}
    return HttpResponse(content, content_type=TYPES[wanted], headers=headers)
