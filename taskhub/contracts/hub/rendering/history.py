"""What happened, as far as it means something outside: numbers of rows are left out."""

from collections.abc import Iterable
from typing import Any

from workflows.history import Happening

from .common import person

TOLD = ("state", "outcome", "reason", "closed_reason", "error", "fields", "level", "visit")
"""The facts of an event that are shown."""


def happenings(found: Iterable[Happening]) -> list[dict[str, Any]]:
    return [happening(one) for one in found]


def happening(one: Happening) -> dict[str, Any]:
    return {
        "type": one.type,
        "at": one.at,
        "by": person(one.by),
        "step": one.step or None,
        "run": one.run or None,
        "task": one.task,
        "text": one.text or None,
        "data": {name: one.data[name] for name in TOLD if one.data.get(name)},
    }
