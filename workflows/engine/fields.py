"""What a person is asked for in a step: the fields of its form, as the definition says them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FieldType(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    SELECT = "select"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers of a select."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """A question. `min` and `max` bound a number, a date (ISO) or the length of a text; `prefill` names a variable."""

    id: str
    name: str
    type: FieldType
    label: str = ""
    help: str = ""
    required: bool = False
    default: Any = None
    prefill: str = ""
    options: tuple[Option, ...] = ()
    min: Any = None
    max: Any = None
