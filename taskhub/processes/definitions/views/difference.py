"""What is different between two versions of a definition."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import shell
from taskhub.processes.definitions.comparing import compared
from taskhub.processes.definitions.views.viewer import MOST_VERSIONS, version_of
from workflows import catalog
from workflows.engine.definition import glimpse


@require_safe
@staff_page
def difference_page(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Two versions side by side; without a choice, the newest and the one before."""
    versions = list(catalog.versions(actor, key)[:MOST_VERSIONS])
    if not versions:
        raise catalog.no_such_workflow()
    numbers = [row.version for row in versions]
    new = _chosen(request, "to", numbers[0])
    old = _chosen(request, "from", next((number for number in numbers if number < new), new))
    rows = {number: version_of(actor, key, number) for number in {old, new}}
    context = {
        "shell": shell(actor, here="workflows"),
        "row": versions[0],
        "versions": versions,
        "old": rows[old],
        "new": rows[new],
        "comparison": compared(*(glimpse(rows[number].document) for number in (old, new))),
    }
    return render(request, "processes/difference.html", context)


def _chosen(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else usual
