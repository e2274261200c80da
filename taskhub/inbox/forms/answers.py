"""A task's own form, built at run time from its questions, and the result it ends with.

What an answer must be, `tasks.domain.answers` says alone; here is only how each type is asked and how it is read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings

from taskhub.inbox.answers import Files, label_of
from taskhub.inbox.forms.widgets import ProseField, Upload, plain_lines
from taskhub.inbox.renderer import PageForm
from tasks.domain import answers, results
from tasks.domain.content import MAX_LENGTH
from tasks.domain.errors import InvalidInput
from tasks.domain.files import in_words
from tasks.domain.form import Field, FieldType
from tasks.models import Task

PREFIX = "answer-"
LONG = 200
"""From here on a text gets several lines to be written in."""
YES_NO = [("true", "Yes"), ("false", "No")]

FIRST = {"aria-keyshortcuts": "e", "data-focus-only": ""}
"""Of the first input: where the key for completing leads, where there is something to fill in before."""


class Question(forms.Field):
    """One question as an input. Reads what was typed and refuses nothing: that is said of all answers together."""

    def __init__(self, question: Field, value: Any, files: Files) -> None:
        self.question = question
        super().__init__(
            label=label_of(question),
            help_text=question.help or _hint(question),
            required=question.required,
            widget=_WIDGETS[question.type](question, value, files),
            initial=_shown(question, value),
        )

    def clean(self, value: Any) -> Any:
        return answers.typed(self.question, plain_lines(value or ""))


class QuestionsForm(PageForm):
    """Questions in their order. Once it is valid, `given` are the typed answers by name, `answers` what they mean."""

    is_review = False
    """Whether somebody else judges the answers."""

    def __init__(
        self,
        *args: Any,
        questions: tuple[Field, ...],
        values: Mapping[str, Any],
        files: Files | None = None,
        refused: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.refused = refused or {}
        self.given: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        for question in questions:
            value = values.get(question.name, question.default)
            self.fields[PREFIX + question.name] = Question(question, value, files or {})
        several_lines = (name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea))
        self.full = self.full | frozenset(several_lines)

    @property
    def asked(self) -> Iterator[forms.BoundField]:
        """The questions' inputs."""
        return (self[PREFIX + question.name] for question in self.questions)

    def clean(self) -> dict[str, Any]:
        self.given = {each.name: self.cleaned_data[PREFIX + each.name] for each in self.questions}
        self.answers, faults = answers.clean(self.questions, self.given)
        self.blame(self.refused if self.is_review else {**faults, **self.refused})
        return self.cleaned_data

    def blame(self, faults: Mapping[str, str | Sequence[str]]) -> None:
        """Say at each question what is wrong with its answer: name -> words, or several; those of none under ''."""
        labels = {each.name: label_of(each) for each in self.questions}
        for name, found in faults.items():
            place = PREFIX + name if name in labels else None
            for fault in [found] if isinstance(found, str) else found:
                self.add_error(place, _sentence(labels.get(name, name), fault))


class CompleteForm(QuestionsForm):
    """How a task ends: one of its results, the answers to its questions, and free words."""

    outcome = forms.CharField(required=False, max_length=MAX_LENGTH["outcome"], widget=forms.HiddenInput)
    resolution = ProseField(label="Note on the result", required=False, max_length=MAX_LENGTH["resolution"])

    def __init__(
        self, *args: Any, task: Task, doubts: Mapping[str, Sequence[str]] | None = None, **kwargs: Any
    ) -> None:
        """`doubts` are those about a document, by name: why an answer should be looked at. Such questions come first.

        With doubts, even none, it is a review: fields and rules are then judged together by the pipeline.
        """
        self.results = results.from_json(task.outcomes)
        self.is_review = doubts is not None
        doubts = doubts or {}
        questions = tuple(Field.from_json(said) for said in task.form_fields)
        questions = tuple(sorted(questions, key=lambda question: question.name not in doubts))
        super().__init__(*args, questions=questions, values=task.form_data, **kwargs)
        for question in questions:
            self.fields[PREFIX + question.name].doubts = doubts.get(question.name, ())  # type: ignore[attr-defined]
        for asked in list(self.asked)[:1]:
            asked.field.widget.attrs.update(FIRST)

    def clean(self) -> dict[str, Any]:
        super().clean()
        try:
            results.chosen(self.results, self.cleaned_data.get("outcome", ""))
        except InvalidInput:
            self.add_error("outcome", f"Choose how it ends: {_listed([each.label for each in self.results])}.")
        return self.cleaned_data


def _sentence(label: str, fault: str) -> str:
    """What is wrong with an answer, after its question; whole sentences are said as they are."""
    return f"{label.rstrip('?:. ')} {fault.rstrip('.')}." if fault[:1].islower() else fault


def _listed(labels: list[str]) -> str:
    return f"{', '.join(labels[:-1])} or {labels[-1]}" if len(labels) > 1 else "".join(labels)


def _hint(question: Field) -> str:
    """The bounds, before somebody runs into them."""
    low, high = question.min, question.max
    if question.type == FieldType.FILE:
        return f"At most {in_words(settings.ATTACHMENT_MAX_BYTES)}."
    unit = " characters" if question.type == FieldType.TEXT else ""
    if question.type not in (FieldType.TEXT, FieldType.NUMBER, FieldType.DATE):
        return ""
    if low is not None and high is not None:
        return f"{low} to {high}{unit}."
    return f"At least {low}{unit}." if low is not None else f"At most {high}{unit}." if high is not None else ""


def _shown(question: Field, value: Any) -> Any:
    """A value as its input writes it."""
    if question.type == FieldType.BOOLEAN:
        return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""
    return "" if value is None else str(value)


def _text(question: Field, value: Any, files: Files) -> forms.Widget:
    is_long = (question.max or 0) > LONG or "\n" in str(value or "") or len(str(value or "")) > LONG
    return forms.Textarea({"rows": 3}) if is_long else forms.TextInput({"autocomplete": "off"})


def _number(question: Field, value: Any, files: Files) -> forms.Widget:
    """No number input: it would forget what was typed where that is no number."""
    return forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "input--number"})


def _date(question: Field, value: Any, files: Files) -> forms.Widget:
    bounds = {name: bound for name, bound in (("min", question.min), ("max", question.max)) if bound}
    return forms.DateInput({"type": "date", **bounds})


def _boolean(question: Field, value: Any, files: Files) -> forms.Widget:
    """Yes and no are two answers, and none is a third."""
    may_stay_open = not question.required and question.default is None
    return forms.RadioSelect(choices=[*YES_NO, ("", "No answer")] if may_stay_open else YES_NO)


def _select(question: Field, value: Any, files: Files) -> forms.Widget:
    return forms.Select(choices=[("", "Choose…"), *((option.value, option.label) for option in question.options)])


def _file(question: Field, value: Any, files: Files) -> forms.Widget:
    return Upload(files)


_WIDGETS: dict[FieldType, Callable[[Field, Any, Files], forms.Widget]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: _boolean,
    FieldType.SELECT: _select,
    FieldType.FILE: _file,
}
