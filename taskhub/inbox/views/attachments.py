"""Handing out a file, so that whatever is in it can do no harm here."""

from typing import cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page
from tasks import queries
from tasks.domain.errors import NotFound
from tasks.domain.files import HARMLESS
from tasks.models import Attachment
from workflows import queries as workflows

PDF = "application/pdf"
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
POLICY_OF_PDF = "script-src 'none'; object-src 'self'; frame-ancestors 'none'"
"""A browser's own reader of PDF refuses to work in a sandbox, and is one itself."""


@require_safe
@staff_page
def attachment(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """The file: shown if it is a picture or a PDF, else saved. What it is was told from its name when it came."""
    row = _found(actor, key)
    try:
        content = row.file.open("rb")
    except (FileNotFoundError, ValueError) as error:  # the storage has it no more; the row has given it up
        raise Http404("This file is lost.") from error
    is_shown = row.content_type in HARMLESS
    response = FileResponse(content, as_attachment=not is_shown, filename=row.name, content_type=row.content_type)
    # a stream has the headers of any answer
    return guarded(cast(HttpResponse, response), POLICY_OF_PDF if row.content_type == PDF else POLICY)


def guarded(response: HttpResponse, policy: str = POLICY) -> HttpResponse:
    """The answer that bears somebody's file, with headers under which nothing of it can act."""
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _found(actor: Actor, key: UUID) -> Attachment:
    """The file, if its task or its task's workflow is theirs to see. Raises NotFound."""
    try:
        return queries.attachment(actor, key)
    except NotFound:
        rows = Attachment.objects.filter(organization_id=actor.organization_id, uuid=key)
        row = rows.select_related("task").first()
        instance_id = row.task.instance_id if row else None
        if row is None or instance_id is None:
            raise
        workflows.instance(actor, instance_id)
        return row
