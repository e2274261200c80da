"""What a section is: the form of an entry, and how one is applied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.models import Organization

Entry = Mapping[str, Any]
Answer = Mapping[str, str | int] | str | None


@dataclass(frozen=True, slots=True)
class Context:
    """Where an entry is applied, by whom, and when.

    `prepared` is what the section's `prepare` made of the file, `entries` are all that the organization has there.
    """

    organization: Organization
    actor: Actor
    now: datetime
    prepared: Any = None
    entries: Sequence[Entry] = ()


def nothing(_: Sequence[Entry]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing below an organization. `apply` changes what differs and says what the answer tells of it.

    `prepare` sees all entries of the file before the transaction begins: for slow work.
    """

    name: str
    key: str
    """The field by which an entry is known."""
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    apply: Callable[[Context, Entry], Answer]
    prepare: Callable[[Sequence[Entry]], Any] = field(default=nothing)
    is_answered: bool = True
    is_closed: bool = True
    """Whether an entry has these properties only; else `apply` knows what else may stand in it."""

    @property
    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": not self.is_closed,
        }


def differing(row: object, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What of `wanted` the row does not have yet."""
    return {field: value for field, value in wanted.items() if getattr(row, field) != value}


def given(entry: Entry, *fields: str) -> dict[str, Any]:
    """Those of `fields` that the entry has: what it does not say stays as it is."""
    return {field: entry[field] for field in fields if field in entry}
