"""The story as values: what is made when, and what people then do. Knows nothing of the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from taskhub.provisioning import document
from tasks.models import Priority

FILE = Path(__file__).with_name("story.yaml")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
OFFSET = re.compile(r"([+-])((?:[0-9]+[dhm])+)")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, or a team as @team, and the weight of their share if it is not an equal part."""

    name: str
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something somebody does with a task."""

    at: datetime
    who: str
    verb: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One task: how it comes in, and what becomes of it."""

    at: datetime
    by: str
    project: str
    source: str
    to: tuple[Recipient, ...]
    watchers: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...]
    fields: Mapping[str, Any]
    deeds: tuple[Deed, ...]


def chapters(now: datetime) -> list[Chapter]:
    """The story, as if told at `now`."""
    return [_chapter(entry, now) for entry in document.read(FILE.read_text(encoding="utf-8"))]


def moment(text: str, now: datetime) -> datetime:
    """`-2d4h` before or `+90m` after now."""
    match = OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"Not a moment: {text}")
    parts = re.findall(r"([0-9]+)([dhm])", match[2])
    span = timedelta(**{UNITS[unit]: int(number) for number, unit in parts})
    return now + span if match[1] == "+" else now - span


def recipients(entries: list[Any]) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(entry["user"], Decimal(entry["weight"])) if isinstance(entry, dict) else Recipient(entry)
        for entry in entries
    )


def _chapter(entry: dict[str, Any], now: datetime) -> Chapter:
    fields: dict[str, Any] = {
        name: entry[name] for name in ("title", "description", "category", "tags", "state", "metadata") if name in entry
    }
    fields["priority"] = Priority[entry.get("priority", "medium").upper()]
    if "due" in entry:
        fields["due_at"] = moment(entry["due"], now)
    if "weight" in entry:
        fields["weight"] = Decimal(entry["weight"])
    return Chapter(
        at=moment(entry["created"], now),
        by=entry.get("by", "systems"),
        project=entry["project"],
        source=entry["source"],
        to=recipients(entry.get("to", [])),
        watchers=tuple(entry.get("watchers", [])),
        references=tuple((kind, key, label) for kind, key, label in entry.get("references", [])),
        fields=fields,
        deeds=tuple(_deed(step, now) for step in entry.get("then", [])),
    )


def _deed(step: dict[str, Any], now: datetime) -> Deed:
    arguments = {name: value for name, value in step.items() if name not in ("at", "who", "do")}
    return Deed(at=moment(step["at"], now), who=step["who"], verb=step["do"], arguments=arguments)
