"""A dry run in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from workflows.automation.dry_run import Case, DryRun


@dataclass(frozen=True, slots=True)
class TriedLine:
    at: datetime
    what: str
    url: str
    would: bool
    why: str


@dataclass(frozen=True, slots=True)
class Tried:
    summary: str
    note: str
    lines: Sequence[TriedLine]


def tried(found: DryRun) -> Tried:
    """What would have happened, the latest first."""
    times = "once" if found.matched == 1 else f"{found.matched:,} times"
    acted = f"It would have acted {times}" if found.matched else "It would not have acted"
    things = "one time that" if found.judged == 1 else f"{found.judged:,} times that"
    summary = f"{acted}, of {things} something set it off." if found.judged else "Nothing has set it off in these days."
    note = "Tasks are looked at as they are now."
    if not found.is_whole:
        note += " Only the latest were looked at."
    return Tried(summary, note, [_line(case) for case in found.cases])


def _line(case: Case) -> TriedLine:
    there = case.task is not None and case.task.deleted_at is None
    url = reverse("task", args=[case.task.uuid]) if case.task and there else ""
    return TriedLine(case.at, case.what, url, case.verdict.matches, case.verdict.why)
