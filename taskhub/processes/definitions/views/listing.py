"""The definitions of an organization."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from tasks.notifications.bell import unread_count


@require_safe
@staff_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "processes/definitions.html", {"shell": shell(actor, unread_count(actor), here="workflows")})
