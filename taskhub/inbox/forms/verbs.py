"""What a verb asks for before it is done."""

from taskhub.inbox.forms.widgets import ProseField
from taskhub.inbox.renderer import PageForm
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
