"""One rule: what it does, who wrote it, whether it is on, and its run log."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.automation import words
from taskhub.automation.runs import lines
from taskhub.automation.views.listing import page_of
from taskhub.inbox.once import fresh_key
from taskhub.inbox.pages import staff_page, wants_fragment
from taskhub.inbox.shell import Empty, Pager, shell
from workflows.automation import queries

SIZE = 25
NOTHING = Empty("history", "Nothing in the log", "What sets the rule off appears here, also where it did not act.")
SHOWN = {
    "": ("All", ()),
    "fired": ("Acted", ("fired", "owed")),
    "trouble": ("In trouble", ("failed", "stopped", "refused")),
    "not_matched": ("Did not match", ("not_matched",)),
}


@require_safe
@staff_page
def rule_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    row = queries.rule(actor, key)
    show, page = request.GET.get("show", ""), page_of(request)
    show = show if show in SHOWN else ""
    found = list(queries.runs(row, SHOWN[show][1])[page * SIZE : (page + 1) * SIZE + 1])
    older = f"{reverse('rule', args=[row.uuid])}?show={show}&page={page + 1}" if len(found) > SIZE else ""
    here = f"{reverse('rule', args=[row.uuid])}?show={show}"
    context = {
        "row": row,
        "sentence": words.sentence(row),
        "actions": [words.action_words(action) for action in row.actions],
        "lines": lines(found[:SIZE]),
        "tabs": [(word, label, f"?show={word}") for word, (label, _) in SHOWN.items()],
        "show": show,
        "pager": Pager("Pages of the log", SIZE, here if page else "", older),
        "empty": NOTHING,
        "once": fresh_key(),
    }
    if wants_fragment(request):
        return render(request, "automation/_log.html", context)
    context["shell"] = shell(actor, here="rules")
    return render(request, "automation/rule.html", context)
