"""What staff may do with the tasks they have ticked. Each action is one command, as the staff member, task by task."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import queries as people
from accounts.actor import Actor
from accounts.administration import staff_actor, tell
from tasks import commands
from tasks.commands import NewShare
from tasks.domain.errors import DomainError, NotFound
from tasks.models import Task

if TYPE_CHECKING:
    from .tasks import TaskPages

MOST = 500
"""Tasks one action may touch; each is a transaction of its own."""

Verb = Callable[..., object]


class TaskActionForm(ActionForm):
    """What some actions need to know besides the tasks."""

    to = forms.CharField(required=False, label="to (user name or @team)", max_length=150)
    reason = forms.CharField(required=False, label="reason", max_length=2_000)


def shares(actor: Actor, to: str) -> list[NewShare]:
    """The new holder: a user name, or a team's slug after @. Raises NotFound."""
    if to.startswith("@"):
        teams = people.teams(actor.organization_id, slugs=[to[1:]])
        found = [NewShare(team=team.uuid) for team in teams]
    else:
        found = [NewShare(user=member.uuid) for member in people.members(actor.organization_id, usernames=[to])]
    if not found:
        raise NotFound(f"There is nobody called {to or '...'} here.", code="assignees_not_found")
    return found


def action(name: str, done: str, verb: Verb, *, needs: tuple[str, ...] = ()) -> Callable[..., None]:
    """An admin action that calls `verb` for each task; `needs` names what it takes from the action form."""

    @admin.action(description=name, permissions=["act"])
    def act(pages: "TaskPages", request: HttpRequest, rows: QuerySet[Task]) -> None:
        tasks = list(rows[: MOST + 1])
        if len(tasks) > MOST:
            pages.message_user(request, f"At most {MOST} tasks at a time.", messages.ERROR)
            return
        each(pages, request, tasks, lambda actor, task: verb(actor=actor, task=task.pk, **given(request, actor)), done)

    def given(request: HttpRequest, actor: Actor) -> dict[str, Any]:
        typed: dict[str, Any] = {"reason": request.POST.get("reason", "")} if "reason" in needs else {}
        if "to" in needs:
            typed["assignees"] = shares(actor, request.POST.get("to", "").strip())
        return typed

    act.__name__ = done.replace(" ", "_")
    return act


def each(
    pages: "TaskPages", request: HttpRequest, tasks: list[Task], act: Callable[[Actor, Task], object], done: str
) -> None:
    count, refusals = 0, []
    for task in tasks:
        try:
            act(staff_actor(request, task.organization_id), task)
        except DomainError as error:
            refusals.append(f"{task.pk} {task}: {error.message}")
        else:
            count += 1
            pages.log_change(request, task, done)
    tell(pages, request, count, refusals, done)


ACTIONS = (
    action("Start", "started", commands.start),
    action("Complete", "completed", commands.complete),
    action("Cancel (with reason)", "canceled", commands.cancel, needs=("reason",)),
    action("Reassign (to somebody)", "reassigned", commands.reassign, needs=("to",)),
    action("Escalate", "escalated", commands.escalate),
    action("Mark as failed (with reason)", "marked as failed", commands.fail, needs=("reason",)),
    action("Reopen (with reason)", "reopened", commands.reopen, needs=("reason",)),
    action("Delete", "deleted", commands.delete),
)
