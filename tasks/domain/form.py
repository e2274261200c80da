"""What a person is asked for beside the result: the fields of a task's form."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
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

    def to_json(self) -> Any:
        """A word, or a mapping of value and label where they differ."""
        return self.value if self.label == self.value else {"value": self.value, "label": self.label}

    @classmethod
    def from_json(cls, said: Any) -> "Option":
        return cls(said["value"], said["label"]) if isinstance(said, Mapping) else cls(said, said)


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

    def to_json(self) -> dict[str, Any]:
        """The shortest mapping that says the same; it is also how a definition spells the field."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        said |= {"type": self.type.value, "options": [option.to_json() for option in self.options]}
        return {name: value for name, value in said.items() if not _is_nothing(name, value)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Field":
        """The field that `to_json` wrote."""
        options = tuple(Option.from_json(option) for option in said.get("options", ()))
        return cls(**{**said, "type": FieldType(said["type"]), "options": options})


def _is_nothing(name: str, value: Any) -> bool:
    """A default may be any value but None; elsewhere empty is nothing, and 0 is something."""
    return value is None or (name != "default" and (value is False or value in ("", [])))
