"""Numbers about the work, added up by the database: four queries, whatever is asked and however much there is.

What counts is what lists show (`queries.visible_to`); which moments mean what is in ADR 0117. Most of it is counted
ahead (`tasks.rollups`). No contract's words here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from tasks.models import Priority
from tasks.rollups import sources
from tasks.rollups.sources import Scope

__all__ = ["Analytics", "Person", "Scope", "Summary", "Tally", "analytics", "hours"]

MOST_PEOPLE = 100
"""Of these, those who completed most."""


@dataclass(slots=True)
class Tally:
    """How many there are of some kind."""

    total: int = 0
    completed: int = 0
    in_progress: int = 0
    took: timedelta = timedelta()
    """The time of all completed ones together."""

    @property
    def completion_rate(self) -> float:
        """The part that is completed; 0 of none."""
        return self.completed / self.total if self.total else 0.0

    @property
    def average_hours(self) -> float:
        """From creation to completion; 0 while nothing is completed."""
        return hours(self.took / self.completed) if self.completed else 0.0


@dataclass(slots=True)
class Summary(Tally):
    """All of them together, and how many are late."""

    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody has completed."""

    username: str
    name: str
    completed: int
    average_hours: float


@dataclass(frozen=True, slots=True)
class Analytics:
    """The numbers of a scope."""

    summary: Summary
    by_priority: dict[Priority, Tally]
    by_assignee: list[Person] = field(default_factory=list)


def hours(duration: timedelta) -> float:
    return duration / timedelta(hours=1)


def analytics(actor: Actor, scope: Scope, now: datetime | None = None) -> Analytics:
    """The numbers of the tasks that the actor sees in `scope`."""
    found = sources.sources(actor, scope)
    by_priority = {priority: Tally() for priority in Priority} | _priorities(found)
    summary = _together(by_priority.values(), sources.overdue(found, now or timezone.now()).count())
    return Analytics(summary, by_priority, _people(found))


def _priorities(found: sources.Sources) -> dict[Priority, Tally]:
    rows = _added_up(sources.by_priority(found), "priority", ("tasks", "completed", "under_way", "took_ms"))
    return {
        Priority(priority): Tally(int(total), int(completed), int(under_way), _duration(took))
        for priority, total, completed, under_way, took in rows
    }


def _together(tallies: Iterable[Tally], overdue: int) -> Summary:
    summary = Summary(overdue=overdue)
    for tally in tallies:
        summary.total += tally.total
        summary.completed += tally.completed
        summary.in_progress += tally.in_progress
        summary.took += tally.took
    return summary


def _people(found: sources.Sources) -> list[Person]:
    """Numbers are added up by number, and only then do people get their names: sorting a million names is slow."""
    rows = _added_up(
        sources.by_person(found),
        "user_id",
        ("completed", "took_ms"),
        f"HAVING SUM(completed) > 0 ORDER BY SUM(completed) DESC, user_id LIMIT {MOST_PEOPLE}",
    )
    users = User.objects.only("username", "name").in_bulk([user_id for user_id, *_ in rows])
    return [
        Person(
            users[user_id].username,
            users[user_id].get_full_name(),
            int(completed),
            hours(_duration(took) / int(completed)),
        )
        for user_id, completed, took in rows
    ]


def _added_up(parts: Sequence[QuerySet[Any, Any]], key: str, numbers: Sequence[str], end: str = "") -> list[Any]:
    """The sums of `numbers` by `key` over the rows of all parts, in one statement and so of one moment."""
    compiled = [part.query.sql_with_params() for part in parts]
    union = " UNION ALL ".join(sql for sql, _ in compiled)
    sums = ", ".join(f"SUM({name})" for name in numbers)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {sums} FROM ({union}) part GROUP BY {key} {end}",
            [value for _, params in compiled for value in params],
        )
        return cursor.fetchall()


def _duration(milliseconds: Any) -> timedelta:
    return timedelta(milliseconds=int(milliseconds))
