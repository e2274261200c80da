"""Inputs of the pages that Django does not bring."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from tasks.models import Attachment

Files = Mapping[UUID, Attachment]
CHOSEN, REMOVED = "-file", "-remove"
"""What is added to a field's name for a file that was just chosen, and for one that is not wanted any more."""


def plain_lines(text: str) -> str:
    """With line ends as everything but a browser writes them."""
    return text.replace("\r\n", "\n")


class ProseField(forms.CharField):
    """Several lines of plain text, with line ends as everything but a browser writes them."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return plain_lines(super().to_python(value) or "")


class Picks(forms.CheckboxSelectMultiple):
    """A list of checkboxes that scrolls, with a box to filter it where it is long and scripts run."""

    template_name = "components/picks.html"


class LocalDateTime(forms.DateTimeInput):
    """The browser's own date and time picker, in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class LocalDateTimeField(forms.DateTimeField):
    """A moment typed in the reader's zone, which the hint names."""

    widget = LocalDateTime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)
        self.error_messages["invalid"] = "Give a date and a time, such as 17 March 2026, 11:30."

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.help_text = f"In your time zone, {timezone.get_current_timezone_name()}."
        return super().get_bound_field(form, field_name)


class Upload(forms.FileInput):
    """A file: what is kept already, as a link, and another one to be chosen.

    The value is the id of what is kept. A file that somebody chose is kept before the form is read (`inbox.uploads`),
    so that it need not be chosen again where another field is refused.
    """

    template_name = "components/upload.html"

    def __init__(self, files: Files, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.files = files

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        key = _uuid(value)
        context["kept"] = self.files.get(key) if key else None
        context |= {"chosen": name + CHOSEN, "removed": name + REMOVED}
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return "" if data.get(name + REMOVED) else data.get(name, "")


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


class TagsField(forms.CharField):
    """Words separated by commas, as a list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(part.strip() for part in str(value or "").split(",") if part.strip()))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The command knows the bounds of tags."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])
