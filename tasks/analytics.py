"""Numbers about the work, computed by the database: three queries, whatever is asked and however much there is.

What counts is what lists show (`queries.visible_to`); which moments mean what is in ADR 0117. No contract's words here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from tasks.domain.lifecycle import ShareState, State
from tasks.models import Assignment, Priority
from tasks.models.task import TaskQuerySet
from tasks.queries import visible_to

MOST_PEOPLE = 100
"""Of these, those who completed most."""
_TOOK = ExpressionWrapper(F("closed_at") - F("created_at"), output_field=DurationField())
_COUNTED = (ShareState.PENDING, ShareState.PERFORMED)
_UNDER_WAY = (State.IN_PROGRESS, State.PROCESSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which tasks are meant: created in [since, until), of a project, of a team. None is any."""

    since: datetime | None = None
    until: datetime | None = None
    project_id: int | None = None
    team_id: int | None = None


@dataclass(slots=True)
class Tally:
    """How many there are of some kind."""

    total: int = 0
    completed: int = 0
    in_progress: int = 0
    overdue: int = 0
    took: timedelta = timedelta()
    """The time of all completed ones together."""

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a group of tasks that share a state."""
        self.total += row["count"]
        self.overdue += row["overdue"]
        if row["state"] in _UNDER_WAY:
            self.in_progress += row["count"]
        if row["state"] == State.COMPLETED:
            self.completed += row["count"]
            self.took += row["took"] or timedelta()

    @property
    def completion_rate(self) -> float:
        """The part that is completed; 0 of none."""
        return self.completed / self.total if self.total else 0.0

    @property
    def average_hours(self) -> float:
        """From creation to completion; 0 while nothing is completed."""
        return hours(self.took / self.completed) if self.completed else 0.0


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

    summary: Tally
    by_priority: dict[Priority, Tally]
    by_assignee: list[Person] = field(default_factory=list)


def hours(duration: timedelta) -> float:
    return duration / timedelta(hours=1)


def analytics(actor: Actor, scope: Scope, now: datetime | None = None) -> Analytics:
    """The numbers of the tasks that the actor sees in `scope`."""
    wanted = _in(visible_to(actor), scope).order_by()
    summary, by_priority = Tally(), {priority: Tally() for priority in Priority}
    for row in _groups(wanted, now or timezone.now()):
        summary.add(row)
        by_priority[Priority(row["priority"])].add(row)
    return Analytics(summary, by_priority, _people(wanted))


def of_team(team_id: int) -> Q:
    """The condition that a share of the task is, or was before a member claimed it, that team's."""
    held = Assignment.objects.filter(Q(team_id=team_id) | Q(claimed_from_id=team_id), task=OuterRef("pk"))
    return Q(Exists(held.exclude(state=ShareState.REPLACED)))


def _in(rows: TaskQuerySet, scope: Scope) -> TaskQuerySet:
    conditions = {
        "created_at__gte": scope.since,
        "created_at__lt": scope.until,
        "project_id": scope.project_id,
    }
    rows = rows.filter(**{name: value for name, value in conditions.items() if value is not None})
    return rows if scope.team_id is None else rows.filter(of_team(scope.team_id))


def _groups(wanted: TaskQuerySet, now: datetime) -> Iterable[Any]:
    """A row for each priority and state that occurs: at most 28."""
    return wanted.values("priority", "state").annotate(
        count=Count("pk"),
        overdue=Count("pk", filter=Q(is_open=True, due_at__lt=now)),
        took=Sum(_TOOK, filter=Q(state=State.COMPLETED)),
    )


def _people(wanted: TaskQuerySet) -> list[Person]:
    """Whoever holds a share of a completed task has completed it; who declined or was replaced has not.

    Numbers are grouped by number, and only then do people get their names: sorting a million names is slow.
    """
    held = wanted.filter(
        state=State.COMPLETED, assignments__user__isnull=False, assignments__state__in=_COUNTED
    ).values(user_id=F("assignments__user_id"))
    counted = held.annotate(completed=Count("pk", distinct=True), took=Avg(_TOOK))
    found = list(counted.order_by("-completed", "user_id")[:MOST_PEOPLE])
    names = User.objects.in_bulk([row["user_id"] for row in found])
    return [_person(names[row["user_id"]], row) for row in found]


def _person(user: User, row: Mapping[str, Any]) -> Person:
    return Person(user.username, user.get_full_name(), row["completed"], hours(row["took"]))
