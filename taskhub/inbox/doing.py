"""Verb -> form, command and what is said afterwards. The one table between a button and `tasks.commands`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.actor import Actor
from taskhub.inbox.forms import verbs as forms
from taskhub.inbox.forms.content import EditForm, ReassignForm
from taskhub.inbox.renderer import PageForm
from tasks import commands
from tasks.models import Task

Run = Callable[..., Task]


@dataclass(frozen=True)
class Doing:
    """How a verb is done. `moves_on` is true where the task then leaves the person's list."""

    form: type[PageForm]
    run: Run
    done: str
    question: str
    button: str
    moves_on: bool = False
    explain: str = ""


def _reassign(form: ReassignForm, **target: Any) -> Task:
    reason = form.cleaned_data["reason"]
    return commands.reassign(assignees=form.shares, metadata={"reason": reason} if reason else None, **target)


def _update(form: EditForm, **target: Any) -> Task:
    return commands.update(values=form.cleaned_data, **target)


def _bare(command: Run) -> Run:
    return lambda form, **target: command(**target)


def _given(command: Run) -> Run:
    """The form's fields are the command's arguments."""
    return lambda form, **target: command(**form.cleaned_data, **target)


DOINGS: dict[str, Doing] = {
    "complete": Doing(
        forms.CompleteForm, _given(commands.complete), "Done.", "Complete this task?", "Complete", moves_on=True
    ),
    "claim": Doing(forms.Plain, _bare(commands.claim), "Claimed. It is yours now.", "Claim this task?", "Claim"),
    "release": Doing(forms.Plain, _bare(commands.release), "Given back to the team.", "Give it back?", "Give back"),
    "start": Doing(forms.Plain, _bare(commands.start), "Started.", "Start working on this task?", "Start"),
    "escalate": Doing(
        forms.Plain, _bare(commands.escalate), "Escalated. The managers are told.", "Escalate this task?", "Escalate"
    ),
    "decline": Doing(
        forms.DeclineForm, _given(commands.decline), "Declined.", "Decline this task?", "Decline", moves_on=True,
        explain="Only your share is declined; the task itself as soon as the others cannot reach its weight.",
    ),
    "reassign": Doing(ReassignForm, _reassign, "Reassigned.", "Reassign this task", "Reassign"),
    "update": Doing(EditForm, _update, "Saved.", "Edit this task", "Save"),
    "reopen": Doing(
        forms.ReopenForm, _given(commands.reopen), "Reopened.", "Reopen this task?", "Reopen",
        explain="Everyone's share has to be done anew.",
    ),
    "cancel": Doing(
        forms.CancelForm, _given(commands.cancel), "Canceled.", "Cancel this task?", "Cancel task", moves_on=True,
        explain="It is closed for everyone who still has a share of it.",
    ),
    "delete": Doing(
        forms.Plain, _bare(commands.delete), "Deleted.", "Delete this task?", "Delete task", moves_on=True,
        explain="It disappears from every list. Its history is kept. This cannot be undone.",
    ),
}  # fmt: skip


def build_form(
    verb: str, actor: Actor, data: Mapping[str, Any] | None, initial: dict[str, Any], categories: Any
) -> PageForm:
    """The verb's form, with what it needs to offer choices."""
    form = DOINGS[verb].form
    extra: dict[str, Any] = {}
    if issubclass(form, ReassignForm):
        extra["actor"] = actor
    if issubclass(form, EditForm):
        extra["categories"] = categories
    return form(data, initial=initial, **extra)
