"""What is asked for before an instance is started, helped on, told something, or stopped."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from taskhub.inbox.forms.answers import QuestionsForm
from taskhub.inbox.forms.widgets import ProseField
from taskhub.inbox.renderer import PageForm
from taskhub.processes.definitions.source import Unreadable, read, write
from taskhub.processes.instances import inputs
from workflows.commands.instances import MAX_REASON
from workflows.engine.definition import Definition

MORE = "more"


class MappingField(forms.CharField):
    """Names and values as YAML, one to a line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200_000, **kwargs)
        self.widget.attrs |= {"class": "mono", "spellcheck": "false", "rows": 3}

    def to_python(self, value: Any) -> Any:
        try:
            said = read(super().to_python(value) or "") or {}
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        if not isinstance(said, Mapping) or not all(isinstance(name, str) for name in said):
            raise forms.ValidationError("Write names and values, like “region: EU”, one to a line.")
        return dict(said)

    def validate(self, value: Any) -> None:
        """It is a mapping already."""

    def run_validators(self, value: Any) -> None:
        """It is a mapping already."""


class VariablesForm(QuestionsForm):
    """Variables: those that fit an input as questions, all others as YAML."""

    @property
    def variables(self) -> dict[str, Any]:
        """What is said otherwise than it is already."""
        before = {question.name: question.default for question in self.questions}
        said = {name: value for name, value in self.answers.items() if value != before[name]}
        return said | self.cleaned_data[MORE]


class StartForm(VariablesForm):
    """Where an instance starts, what it is about, and what it knows."""

    project = forms.ChoiceField(label="Project")
    entity_label = forms.CharField(
        label="What is it about?", required=False, max_length=255, help_text="A name that people know it by."
    )
    entity_type = forms.CharField(label="Kind of thing", required=False, max_length=63)
    entity_id = forms.CharField(label="Its id elsewhere", required=False, max_length=200)
    business_key = forms.CharField(
        label="Business key",
        required=False,
        max_length=200,
        help_text="At most one instance of this workflow has it: starting twice finds the first.",
    )
    more = MappingField(label="More data", help_text="As YAML, one “name: value” to a line.")
    full = frozenset({"entity_label", MORE})

    def __init__(self, *args: Any, definition: Definition, projects: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        asked = inputs.of_start(definition)
        others = inputs.rest(definition.variables, asked)
        kwargs["initial"] = {
            "entity_type": definition.entity_type,
            MORE: write(others) if others else "",
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, questions=asked, values=definition.variables, **kwargs)
        self.fields[MORE] = self.fields.pop(MORE)
        self.offer("project", list(projects))


class RetryForm(VariablesForm):
    """A step that stands still is tried again, perhaps with other data."""

    more = MappingField(label="Other data", help_text="As YAML, one “name: value” to a line. Only what is to change.")
    full = frozenset({MORE})

    def __init__(self, *args: Any, values: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, questions=inputs.of_values(values), values=values, **kwargs)
        self.fields[MORE] = self.fields.pop(MORE)


class CancelForm(PageForm):
    reason = ProseField(
        label="Why is it stopped?",
        max_length=MAX_REASON,
        help_text="Everyone who sees the instance or had a task of it can read this.",
        error_messages={"required": "Say why."},
    )


class MessageForm(PageForm):
    """A message that a step waits for."""

    name = forms.ChoiceField(label="Message")
    correlation = forms.CharField(
        label="Correlation", required=False, max_length=200, help_text="The value by which the step knows its message."
    )
    payload = MappingField(label="What it says", help_text="As YAML, one “name: value” to a line.")
    full = frozenset({"payload"})

    def __init__(self, *args: Any, waiting: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("name", list(waiting))
