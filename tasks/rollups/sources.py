"""Where the numbers of a scope stand: roll-ups, entries, and tasks that have to be looked at one by one.

Whole days of projects that the actor views are counted ahead. Looked at are what was created in a part of a day at the
edges of the period, what somebody sees without viewing its project, and the tasks of one team: as many rows as that is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, DurationField, ExpressionWrapper, F, Func, Q, QuerySet, Value, When

from accounts.access import visible_projects
from accounts.actor import Actor
from tasks.domain.lifecycle import ShareState, State
from tasks.domain.spans import Cover, cover
from tasks.models import Assignment, Rollup, RollupEntry, Task, Watcher
from tasks.models.task import TaskQuerySet
from tasks.queries import seen_by

from .meaning import COUNTED, UNDER_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which tasks are meant: created in [since, until), of a project, of a team. None is any."""

    since: datetime | None = None
    until: datetime | None = None
    project_id: int | None = None
    team_id: int | None = None

    @property
    def condition(self) -> Q:
        """That a task is in it."""
        named = {"created_at__gte": self.since, "created_at__lt": self.until, "project_id": self.project_id}
        found = Q(**{name: value for name, value in named.items() if value is not None})
        return found if self.team_id is None else found & Q(pk__in=_given_to_teams([self.team_id]))


@dataclass(frozen=True, slots=True)
class Sources:
    """Where every task of a scope is found once: in rows that count several, or by itself."""

    counted: Sequence[QuerySet[Any]]
    tasks: Sequence[TaskQuerySet]
    open: Sequence[TaskQuerySet]
    """The open ones among all of them: an index holds these by due time."""


def sources(actor: Actor, scope: Scope) -> Sources:
    """The tasks of the scope that the actor may see."""
    if scope.team_id is not None:
        seen = seen_by(actor) & scope.condition
        return Sources([], [Task.objects.present().filter(seen)], [Task.objects.open().filter(seen)])
    viewed = _viewed(actor, scope.project_id)
    period = cover(scope.since, scope.until)
    edges = [Q(**_between("created_at", edge.since, edge.until)) for edge in period.edges]
    found = Sources(
        counted=[rows.filter(viewed) for rows in _counted(period)],
        tasks=[Task.objects.present().filter(viewed, edge) for edge in edges],
        open=[Task.objects.open().filter(viewed, scope.condition)],
    )
    if actor.is_manager:
        return found
    elsewhere = _elsewhere(actor) & scope.condition
    tasks, open_ones = Task.objects.present().filter(elsewhere), Task.objects.open().filter(elsewhere)
    return Sources(found.counted, [*found.tasks, tasks], [*found.open, open_ones])


def _viewed(actor: Actor, project_id: int | None) -> Q:
    """The condition on anything that has a project that the actor views the project."""
    viewed = Q(organization_id=actor.organization_id)
    if not actor.is_manager:
        viewed &= Q(project_id__in=visible_projects(actor).values("pk"))
    return viewed if project_id is None else viewed & Q(project_id=project_id)


def by_priority(found: Sources) -> list[QuerySet[Any, Any]]:
    """Rows that add up to the numbers of priorities: priority, tasks, completed, under way, time."""
    columns = ("priority", "tasks", "completed", "under_way", "took_ms")
    numbers = {"tasks": Value(1), "completed": _one_if(state=State.COMPLETED), "took_ms": _TOOK}
    numbers["under_way"] = _one_if(state__in=UNDER_WAY)
    ahead = [rows.filter(user__isnull=True) for rows in found.counted]
    return [
        rows.order_by().values_list(*columns) for rows in (*ahead, *(rows.annotate(**numbers) for rows in found.tasks))
    ]


def by_person(found: Sources) -> list[QuerySet[Any, Any]]:
    """Rows that add up to what people completed: user, completed, time."""
    columns = ("user_id", "completed", "took_ms")
    held = {"assignments__user__isnull": False, "assignments__state__in": COUNTED}
    numbers = {"user_id": F("assignments__user_id"), "completed": Value(1), "took_ms": _TOOK}
    ahead = [rows.filter(user__isnull=False) for rows in found.counted]
    looked_at = [rows.filter(state=State.COMPLETED, **held).annotate(**numbers) for rows in found.tasks]
    return [rows.order_by().values_list(*columns) for rows in (*ahead, *looked_at)]


def overdue(found: Sources, now: datetime) -> QuerySet[Any, Any]:
    """A row for each open task past its due time."""
    first, *others = (rows.order_by().filter(due_sort__lt=now).values("pk") for rows in found.open)
    return first.union(*others, all=True) if others else first


def _counted(period: Cover) -> list[QuerySet[Any]]:
    """A part for each row of spans, because each is one range of an index."""
    if not period.rows:
        return []
    spans = [{"width": row.width, **_between("start", row.start, row.end)} for row in period.rows]
    ahead = [Rollup.objects.filter(**span) for span in spans]
    return [*ahead, RollupEntry.objects.filter(**_between("day", period.start, period.end))]


def _elsewhere(actor: Actor) -> Q:
    """The condition that the actor sees the task though they may not view its project: found from what is theirs."""
    of_mine = Assignment.objects.filter(user_id=actor.person_id).exclude(state=ShareState.REPLACED)
    mine = (
        of_mine.order_by()
        .values("task_id")
        .union(
            _given_to_teams(actor.team_ids),
            Watcher.objects.filter(user_id=actor.person_id).order_by().values("task_id"),
            Task.objects.filter(created_by_id=actor.person_id).order_by().values("pk"),
        )
    )
    viewed = Q(project_id__in=visible_projects(actor).values("pk"))
    return Q(organization_id=actor.organization_id, pk__in=mine) & ~viewed


def _given_to_teams(team_ids: Iterable[int]) -> QuerySet[Assignment, Any]:
    """The tasks of which a share is, or was before a member claimed it, of one of these teams."""
    held = Q(team_id__in=team_ids) | Q(claimed_from_id__in=team_ids)
    return Assignment.objects.filter(held).exclude(state=ShareState.REPLACED).order_by().values("task_id")


def _between(name: str, start: Any, end: Any) -> dict[str, Any]:
    bounds = {f"{name}__gte": start, f"{name}__lt": end}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def _one_if(**condition: Any) -> Case:
    return Case(When(**condition, then=1), default=0)


class _Milliseconds(Func):
    """A length of time as `meaning` writes it."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="floor(extract(epoch FROM %(expressions)s) * 1000)::bigint")

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s) / 1000")


_LENGTH = ExpressionWrapper(F("closed_at") - F("created_at"), output_field=DurationField())
_TOOK = Case(
    When(state=State.COMPLETED, closed_at__isnull=False, then=_Milliseconds(_LENGTH)),
    default=0,
    output_field=BigIntegerField(),
)
