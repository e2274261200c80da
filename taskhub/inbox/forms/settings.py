"""What people set for themselves."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.models import User
from taskhub.inbox.renderer import PageForm


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Every zone that has a place in its name, and UTC."""
    named = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
    )
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *named]]


class ProfileForm(PageForm):
    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Say how you are called."})
    timezone = forms.ChoiceField(label="Time zone", required=False)
    theme = forms.ChoiceField(label="Colours", choices=User.Theme.choices, widget=forms.RadioSelect)
    shortcuts = forms.BooleanField(
        label="Single keys are shortcuts",
        required=False,
        help_text="Turn this off if you dictate, or press keys by accident.",
    )

    def __init__(self, *args: Any, organization_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("timezone", [("", f"The organization's ({organization_zone})"), *zones()])
