"""The dry run of a rule: what it would have done in the past days, and why not. Changes nothing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.automation import words
from taskhub.automation.tries import tried
from taskhub.inbox.pages import staff_page
from taskhub.inbox.shell import Empty, shell
from workflows.automation import queries
from workflows.automation.dry_run import dry_run

DAYS = (1, 7, 14, 30)


@require_safe
@staff_page
def try_page(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    row = queries.rule(actor, key)
    text = request.GET.get("days", "7")
    days = int(text) if text in {str(number) for number in DAYS} else 7
    context = {
        "shell": shell(actor, here="rules"),
        "row": row,
        "sentence": words.sentence(row),
        "days": days,
        "choices": DAYS,
        "tried": tried(dry_run(actor=actor, rule=row, days=days)),
        "empty": Empty("history", "Nothing to try it on", "Nothing has set this rule off in these days."),
    }
    return render(request, "automation/try.html", context)
