"""What a verb asks for before it is done."""

from django import forms

from taskhub.inbox.forms.widgets import ProseField
from taskhub.inbox.renderer import PageForm
from tasks.commands.report import MAX_REASON
from tasks.domain.content import MAX_LENGTH


def _reason(label: str, *, required: bool = True, hint: str = "") -> ProseField:
    return ProseField(
        label=label,
        required=required,
        max_length=MAX_LENGTH["reason"],
        help_text=hint,
        error_messages={"required": "Say why."},
    )


class Plain(PageForm):
    """Nothing but yes."""


class DeclineForm(PageForm):
    reason = _reason("Why do you decline?", hint="The task's creator and everyone who watches it can read this.")


class CancelForm(PageForm):
    reason = _reason("Why is it no longer needed?", required=False)


class ReopenForm(PageForm):
    reason = _reason("Why is it opened again?", required=False)


class DiscardForm(PageForm):
    reason = _reason("Why is it discarded?", hint="Such as: a blank page, unreadable, sent twice.")


class UnlockForm(PageForm):
    reason = _reason("Why is it unlocked?")


class ReportForm(PageForm):
    reason = forms.CharField(
        label="What is wrong?",
        max_length=MAX_REASON,
        help_text="In a few words, such as: poor scan, wrong pages.",
        error_messages={"required": "Say what is wrong."},
    )
    description = ProseField(label="More about it", required=False, max_length=MAX_LENGTH["description"])
