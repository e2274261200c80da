"""Answers against questions: captured data is cleaned, or refused with a reason for each field.

Strict about types, as JSON says them; `typed` makes them of what a page sends.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from . import plain
from .form import Field, FieldType

MAX_ANSWER = 10_000
MAX_FILE_ID = 200
MAX_UNKNOWN = 20


def clean(fields: tuple[Field, ...], data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers by field name, and what is wrong by field name. What is not given takes the default, else None."""
    answers: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        given = data.get(field.name)
        value = field.default if given is None else given
        unanswered = value is None or value == ""
        answers[field.name], fault = (None, _missing(field)) if unanswered else check(field, value)
        if fault:
            faults[field.name] = fault
    known = {field.name for field in fields}
    for name in [name for name in data if name not in known][:MAX_UNKNOWN]:
        faults[str(name)[:80]] = "is not asked for"
    return answers, faults


def typed(field: Field, raw: str) -> Any:
    """The answer that a page's text means; text that means none stays as it is, so that `clean` refuses it."""
    word = raw.strip()
    if field.type == FieldType.BOOLEAN:
        return {"true": True, "on": True, "false": False, "": None}.get(word.lower(), raw)
    if field.type == FieldType.NUMBER and word:
        return _number_of(word)
    return raw if field.type == FieldType.TEXT else word


def check(field: Field, value: Any) -> tuple[Any, str]:
    """The cleaned value and '', or the value and what is wrong with it."""
    if field.required and isinstance(value, str) and not value.strip():
        return value, _missing(field)
    return _CHECKS[field.type](field, value)


def _missing(field: Field) -> str:
    return "is required" if field.required else ""


def _text(field: Field, value: Any) -> tuple[Any, str]:
    if not isinstance(value, str):
        return value, "must be a text"
    if (fault := _storable(value, MAX_ANSWER)) != "":
        return value, fault
    if field.min is not None and len(value) < field.min:
        return value, f"must have at least {field.min} characters"
    if field.max is not None and len(value) > field.max:
        return value, f"must have at most {field.max} characters"
    return value, ""


def _number(field: Field, value: Any) -> tuple[Any, str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value, "must be a number"
    try:
        number = plain.number(value)
    except ValueError as error:
        return value, str(error)
    return number, _within(field, number)


def _date(field: Field, value: Any) -> tuple[Any, str]:
    try:
        day = date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        day = ""
    if not day or day != value:  # ISO 8601 has shorter and week forms: one form only
        return value, "must be a date, like 2026-03-31"
    return day, _within(field, day)


def _within(field: Field, value: Any) -> str:
    if field.min is not None and value < field.min:
        return f"must be at least {field.min}"
    if field.max is not None and value > field.max:
        return f"must be at most {field.max}"
    return ""


def _boolean(field: Field, value: Any) -> tuple[Any, str]:
    return value, "" if isinstance(value, bool) else "must be true or false"


def _select(field: Field, value: Any) -> tuple[Any, str]:
    known = isinstance(value, str) and any(option.value == value for option in field.options)
    return value, "" if known else "must be one of the options"


def _file(field: Field, value: Any) -> tuple[Any, str]:
    if not isinstance(value, str):
        return value, "must be the id of an attachment"
    return value, _storable(value, MAX_FILE_ID)


def _storable(value: str, most: int) -> str:
    if len(value) > most:
        return f"must have at most {most:,} characters"
    try:
        plain.text(value)
    except ValueError as error:
        return str(error)
    return ""


def _number_of(word: str) -> Any:
    try:
        return int(word) if word.lstrip("+-").isdecimal() and len(word) < 20 else float(word)
    except ValueError:
        return word


_CHECKS: dict[FieldType, Callable[[Field, Any], tuple[Any, str]]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: _boolean,
    FieldType.SELECT: _select,
    FieldType.FILE: _file,
}
