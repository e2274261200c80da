"""A document's file, as it came, and its pages redrawn as pictures: nothing of the file itself runs in the browser."""

from typing import cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page
from taskhub.inbox.views.attachments import guarded
from workflows import uploads
from workflows.processing.registry import Unreadable
from workflows.processors import pages

WIDTH = 1_200
"""Pixels of a page: sharp at twice the width that it has beside its fields."""


@require_safe
@staff_page
def original(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """The file as it came, to be kept: what somebody sent in is not opened by a click here."""
    opened = uploads.open_file(actor, uploads.document(actor, key))
    response = FileResponse(opened.content, as_attachment=True, filename=opened.name, content_type=opened.content_type)
    return guarded(cast(HttpResponse, response))


@require_safe
@staff_page
def page(request: HttpRequest, actor: Actor, key: UUID, page: int) -> HttpResponse:
    """One page of it, counted from 1, as a picture."""
    opened = uploads.open_file(actor, uploads.document(actor, key))
    with opened.content:
        try:
            picture = pages.render(opened.content, opened.content_type, page, WIDTH)
        except Unreadable as error:
            raise Http404(str(error)) from error
    return guarded(HttpResponse(picture, content_type="image/png"))
