"""The style guide's one page."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from taskhub.inbox import words
from taskhub.inbox.icons import ICONS
from taskhub.inbox.styleguide import samples


@require_safe
@staff_member_required(login_url="signin")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, so that a change of the design is seen whole."""
    now = timezone.now()
    context = {
        "shell": samples.SHELL,
        "now": now,
        "icons": ICONS,
        "states": tuple(words.STATES),
        "priorities": tuple(words.PRIORITIES),
        "shares": tuple(words.SHARES),
        "tints": ("gray", "blue", "green", "amber", "red", "violet"),
        "people": samples.PEOPLE,
        "dues": samples.dues(now),
        "empty": samples.EMPTY,
        "pager": samples.PAGER,
        "meter": samples.METER,
        "refusals": samples.REFUSALS,
        "form": samples.SampleForm(),
        "faulty": samples.SampleForm({}, auto_id="faulty_%s"),
    }
    return render(request, "styleguide/page.html", context)
