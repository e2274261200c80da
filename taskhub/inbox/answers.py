"""Answers as people read them: the words of the question and of the answer, and a link where that is a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from taskhub.inbox import words
from tasks import queries
from tasks.domain.form import Field, FieldType
from tasks.models import Attachment

Asked = tuple[Sequence[Field], Mapping[str, Any]]
"""Questions, and the answers by their names."""
Files = Mapping[UUID, Attachment]


@dataclass(frozen=True)
class Told:
    """One answer. Without text nobody has answered."""

    label: str
    text: str
    url: str = ""


def label_of(question: Field) -> str:
    """What the question is called for people."""
    return question.label or words.spaced(question.name)


def told(questions: Sequence[Field], data: Mapping[str, Any], files: Files) -> list[Told]:
    """The answers in the questions' order, then what was answered and is not asked for here."""
    known = {question.name for question in questions}
    others = [Told(words.spaced(name), plain(value)) for name, value in data.items() if name not in known]
    return [_told(question, data.get(question.name), files) for question in questions] + others


def files_of(asked: Iterable[Asked], *, task_id: int | None = None, instance_id: int | None) -> dict[UUID, Attachment]:
    """The files of this task or workflow that the answers name: whoever sees the answers may see them.

    An answer may name any other file; then it stays the id that somebody gave. One query, none where none is named.
    """
    keys = {key for one in asked for key in _keys(*one)}
    return queries.attachments(keys, task_id=task_id, instance_id=instance_id)


def _keys(questions: Sequence[Field], data: Mapping[str, Any]) -> Iterable[UUID]:
    for question in questions:
        key = uuid_of(data.get(question.name)) if question.type == FieldType.FILE else None
        if key:
            yield key


def uuid_of(value: Any) -> UUID | None:
    """The id that a file's answer is, if it is one."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def plain(value: Any) -> str:
    """Any plain value in a line."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return ", ".join(f"{words.spaced(str(name))}: {plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value)
    return "" if value is None else str(value)


def _told(question: Field, value: Any, files: Files) -> Told:
    label = label_of(question)
    if value is None or value == "":
        return Told(label, "")
    if question.type == FieldType.FILE:
        return _file(label, value, files)
    return Told(label, _WORDS.get(question.type, _as_it_is)(question, value))


def _file(label: str, value: Any, files: Files) -> Told:
    """A file of another system is only its id here."""
    kept = files.get(uuid_of(value) or UUID(int=0))
    return Told(label, kept.name, reverse("attachment", args=[kept.uuid])) if kept else Told(label, plain(value))


def _as_it_is(question: Field, value: Any) -> str:
    return plain(value)


def _date(question: Field, value: Any) -> str:
    try:
        return f"{date.fromisoformat(value):%-d %b %Y}"
    except (TypeError, ValueError):
        return plain(value)


def _select(question: Field, value: Any) -> str:
    return next((option.label for option in question.options if option.value == value), plain(value))


_WORDS: dict[FieldType, Callable[[Field, Any], str]] = {FieldType.DATE: _date, FieldType.SELECT: _select}
