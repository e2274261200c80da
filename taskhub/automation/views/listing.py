"""The rules of an organization: each as a sentence, whether it is on, and how it did lately."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.automation import words
from taskhub.inbox.once import fresh_key
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Empty, Pager, shell
from workflows.automation import queries
from workflows.automation.queries import Tally
from workflows.models import AutomationRule

SIZE = 25
NOTHING_YET = Empty(
    "zap",
    "No rules yet",
    "A rule does by itself what somebody would have to remember: when a task becomes overdue, tell the team.",
    "New rule",
    "/rules/new/",
)


@dataclass(frozen=True, slots=True)
class Row:
    rule: AutomationRule
    sentence: str
    tally: Tally


@require_safe
@staff_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = page_of(request)
    found = list(queries.rules(actor)[page * SIZE : (page + 1) * SIZE + 1])
    rules = found[:SIZE]
    tallies = queries.tallies(rules, timezone.now())
    here = reverse("rules")
    older = f"{here}?page={page + 1}" if len(found) > SIZE else ""
    context = {
        "shell": shell(actor, here="rules"),
        "rows": [Row(rule, words.sentence(rule), tallies.get(rule.pk, Tally())) for rule in rules],
        "pager": Pager("Pages of rules", SIZE, here if page else "", older),
        "empty": NOTHING_YET,
        "once": fresh_key(),
    }
    return render(request, "automation/list.html", context)


def page_of(request: HttpRequest, most: int = 400) -> int:
    """The number of the page that is asked for, 0 for the first."""
    text = request.GET.get("page", "0")
    return min(int(text), most) if text.isdecimal() and len(text) < 6 else 0
