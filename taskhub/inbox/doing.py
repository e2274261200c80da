"""Verb -> form, command and what is said afterwards. The one table between a button and `tasks.commands`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.actor import Actor
from taskhub.inbox.detail import Detail
from taskhub.inbox.forms import verbs as forms
from taskhub.inbox.forms.answers import CompleteForm
from taskhub.inbox.forms.content import EditForm, ReassignForm, holders
from taskhub.inbox.forms.verbs import ReportForm
from taskhub.inbox.renderer import PageForm
from tasks import commands, queries
from tasks.domain.lifecycle import ShareState
from tasks.models import Task
from tasks.reports.forward import forward
from workflows import commands as workflows
from workflows.models import WorkflowInstance


@dataclass(frozen=True)
class Done:
    """What has come of it: the task, and where it led its workflow, if that has gone on."""

    task: Task
    instance: WorkflowInstance | None = None
    next_steps: tuple[str, ...] = ()


Run = Callable[..., Done]


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


def _complete(form: CompleteForm, **target: Any) -> Done:
    if form.is_review:
        resolution = form.cleaned_data["resolution"]
        return Done(workflows.complete_review(data=form.given, resolution=resolution, **target))
    said = {name: form.cleaned_data[name] for name in ("outcome", "resolution")}
    done = workflows.complete(**said, form_data=form.given, **target)
    return Done(done.task, done.instance, done.next_steps)


def _report(form: ReportForm, **target: Any) -> Done:
    """Kept here at once; what leaves TaskHub is tried right away, and else later."""
    del target["version"]
    row = commands.report(**form.cleaned_data, **target)
    forward(row.pk)
    return Done(row.task)


def _reassign(form: ReassignForm, **target: Any) -> Done:
    return Done(commands.reassign(assignees=form.shares, reason=form.cleaned_data["reason"], **target))


def _update(form: EditForm, **target: Any) -> Done:
    return Done(commands.update(values=form.cleaned_data, **target))


def _bare(command: Callable[..., Task]) -> Run:
    return lambda form, **target: Done(command(**target))


def _given(command: Callable[..., Task]) -> Run:
    """The form's fields are the command's arguments."""
    return lambda form, **target: Done(command(**form.cleaned_data, **target))


DOINGS: dict[str, Doing] = {
    "complete": Doing(CompleteForm, _complete, "Done.", "Complete this task?", "Complete", moves_on=True),
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
    "discard": Doing(
        forms.DiscardForm, _given(commands.discard), "Discarded.", "Discard this document?", "Discard", moves_on=True,
        explain="It leaves the pipeline. Until its upload is fully processed or exported it can be unlocked.",
    ),
    "unlock": Doing(
        forms.UnlockForm, _given(workflows.unlock), "Unlocked.", "Unlock this document?", "Unlock",
        explain="It is to be reviewed again; what has already begun after it is taken back.",
    ),
    "retry": Doing(
        forms.Plain, _bare(workflows.retry_task), "It is being processed again.", "Process this document again?",
        "Process again",
    ),
    "report": Doing(forms.ReportForm, _report, "Reported.", "Report a problem with this document", "Report"),
    "cancel": Doing(
        forms.CancelForm, _given(commands.cancel), "Canceled.", "Cancel this task?", "Cancel task", moves_on=True,
        explain="It is closed for everyone who still has a share of it.",
    ),
    "delete": Doing(
        forms.Plain, _bare(commands.delete), "Deleted.", "Delete this task?", "Delete task", moves_on=True,
        explain="It disappears from every list. Its history is kept. This cannot be undone.",
    ),
}  # fmt: skip


def build_form(verb: str, actor: Actor, found: Detail, data: Mapping[str, Any] | None = None, **given: Any) -> PageForm:
    """The verb's form, with what it needs to offer choices and to show what is there."""
    form = DOINGS[verb].form
    if issubclass(form, CompleteForm):
        return form(data, task=found.task, doubts=found.doubts, **given)
    if issubclass(form, ReassignForm):
        waiting = [share for share in found.shares if share.state == ShareState.PENDING]
        held = holders((share.user_uuid, share.team_uuid) for share in waiting)
        return form(data, initial={"assignees": held}, actor=actor)
    if issubclass(form, EditForm):
        categories = queries.categories(actor.organization_id)
        return form(data, initial=EditForm.initial_of(found.task), categories=categories)
    return form(data)
