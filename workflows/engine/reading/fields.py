"""Reads the fields of a form out of a definition."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.domain import answers
from tasks.domain.answers import MAX_ANSWER
from tasks.domain.form import Field, FieldType, Option
from workflows.engine import values

from .node import Node

MAX_FIELDS = 100
MAX_OPTIONS = 500
TYPES = {kind.value: kind for kind in FieldType}


def read_fields(node: Node) -> tuple[Field, ...]:
    """The fields of a step; each id and each name stands once."""
    fields = tuple(_field(each) for each in node.nodes("fields", most=MAX_FIELDS))
    for attribute in ("id", "name"):
        seen: set[str] = set()
        for place, field in enumerate(fields):
            word = getattr(field, attribute)
            if word and word in seen:
                node.fault(f"fields[{place}].{attribute}", f"'{word}' stands twice")
            seen.add(word)
    return fields


def _field(node: Node) -> Field:
    name = node.text("name", most=63, required=True)
    if name and values.NAME.fullmatch(name) is None:
        node.fault("name", "must be a word of letters, digits and '_' that begins with a letter")
    kind = node.one_of("type", TYPES) or FieldType.TEXT
    field = Field(
        id=node.text("id", most=80) or name,
        name=name,
        type=kind,
        label=node.text("label"),
        help=node.text("help", most=1_000),
        required=node.flag("required"),
        default=node.plain("default"),
        prefill=node.text("prefill"),
        options=_options(node, kind),
        min=_bound(node, "min", kind),
        max=_bound(node, "max", kind),
    )
    node.close()
    _check(node, field)
    return field


def _check(node: Node, field: Field) -> None:
    low, high = field.min, field.max
    if low is not None and high is not None and low > high:
        node.fault("min", "is greater than max")
    elif field.default is not None:
        _, fault = answers.check(field, field.default)
        if fault:
            node.fault("default", fault)


def _options(node: Node, kind: FieldType) -> tuple[Option, ...]:
    given = "options" in node
    options = tuple(_option(path, each, node) for path, each in node.items("options", most=MAX_OPTIONS))
    if kind == FieldType.SELECT and not options:
        node.fault("options", "are missing")
    elif kind != FieldType.SELECT and given:
        node.fault("options", "belong to a select")
    seen = [option.value for option in options]
    for place, value in enumerate(seen):
        if value and value in seen[:place]:
            node.fault(f"options[{place}]", f"'{value}' stands twice")
    return options


def _option(path: str, given: Any, node: Node) -> Option:
    """A word, or a mapping of value and label."""
    if not isinstance(given, Mapping):
        given = {"value": str(given) if isinstance(given, int) and not isinstance(given, bool) else given}
    option = Node(given, path, node.faults)
    value = option.text("value", required=True)
    made = Option(value, option.text("label") or value)
    option.close()
    return made


def _bound(node: Node, key: str, kind: FieldType) -> Any:
    if key not in node:
        return None
    value = node.plain(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == FieldType.NUMBER and is_number:
        return value
    if kind == FieldType.TEXT and isinstance(value, int) and is_number and 0 <= value <= MAX_ANSWER:
        return value
    if kind == FieldType.DATE and isinstance(value, str) and _is_date(value):
        return value
    rules = {FieldType.NUMBER: "must be a number", FieldType.TEXT: f"must be a length of at most {MAX_ANSWER:,}"}
    rules[FieldType.DATE] = "must be a date, like 2026-03-31"
    node.fault(key, rules.get(kind, f"does not belong to a {kind}"))
    return None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
