"""A new API key: what it is for, what it may and for how long."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts.actor import Role
from accounts.policy import SCOPES_OF_ROLE
from taskhub.inbox.renderer import PageForm

SCOPE_NAMES = {
    "task.read": "Read tasks",
    "task.edit": "Create and change tasks",
    "workflow.read": "Read workflows",
    "workflow.execute": "Start and move workflows",
    "admin": "Administer the organization",
}
LASTS = {"30": "30 days", "90": "90 days", "365": "A year", "never": "Until it is revoked"}


class KeyForm(PageForm):
    name = forms.CharField(
        label="Name",
        max_length=100,
        help_text="What uses it, such as “Support bot”.",
        error_messages={"required": "Give the key a name."},
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the key may do."},
    )
    lasts = forms.ChoiceField(label="It works for", choices=list(LASTS.items()), initial="90")

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = SCOPES_OF_ROLE[role]
        self.offer("scopes", [(scope, name) for scope, name in SCOPE_NAMES.items() if scope in allowed])

    def expires_at(self, now: datetime) -> datetime | None:
        """When it ends, None for never."""
        days = self.cleaned_data["lasts"]
        return None if days == "never" else now + timedelta(days=int(days))
