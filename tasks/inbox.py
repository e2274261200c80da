"""One person's work, in order: short ordered index scans, merged, and only then joined to the wide rows.

The textbook query (`user OR team`, distinct, ordered) grows with the organization; this one grows with the page. A page
is found by the keys of the last row before it (keyset), never by counting rows away.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from accounts.actor import Actor
from accounts.prepared import Statement, prepared
from tasks.models import Assignment, Task, Watcher
from tasks.notifications.bell import told
from tasks.queries import tagged, visible_to

PAGE_SIZE = 25
COUNT_CAP = 1000
"""Counts beyond it are shown as "1000+": an exact one would cost more than the page."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a view. Empty values narrow nothing; several priorities, states or sources mean any of them."""

    q: str = ""
    states: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    category: str = ""
    project_id: int | None = None
    tag: str = ""
    overdue: bool = False

    def given(self, now: datetime) -> dict[str, Any]:
        """What narrows, by lookups on the task."""
        named: dict[str, Any] = {
            "state__in": self.states,
            "priority__in": self.priorities,
            "source__in": self.sources,
            "category": self.category,
            "project_id": self.project_id,
            "title__icontains": self.q,
            TAG: self.tag,
        }
        overdue = {"due_at__lt": now, "is_open": True} if self.overdue else {}
        return {name: value for name, value in named.items() if value} | overdue


TAG = "tag"


def _narrowed(given: Mapping[str, Any], prefix: str) -> Q:
    """The condition on the task, which a branch reaches through `prefix`."""
    wanted = Q(**{prefix + name: value for name, value in given.items() if name != TAG})
    if TAG in given:
        wanted &= Q(**{f"{prefix or 'pk__'}in": Task.objects.filter(tagged(given[TAG])).values("pk")})
    return wanted


@dataclass(frozen=True, slots=True)
class Page:
    """Tasks in order and the cursor of the page after them, None at the end."""

    tasks: list[Task]
    next: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many, exact unless `capped`."""

    number: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.capped else str(self.number)


@dataclass(frozen=True, slots=True)
class Branch:
    """One ordered source of task ids: rows, how they reach their task, and by what of theirs they are ordered."""

    rows: QuerySet[Any]
    prefix: str = ""
    id: str = "pk"
    due: str = "due_sort"
    finished: str = "closed_at"


@dataclass(frozen=True, slots=True)
class Sort:
    """Keys by which a page is ordered, after which the task's id decides, and what kind of value each of them is."""

    keys: Callable[[Branch], list[Any]]
    kinds: tuple[type, ...] = ()
    descending: bool = False


SORTS: dict[str, Sort] = {
    "due": Sort(lambda branch: [F(branch.due)], (datetime,)),
    "priority": Sort(lambda branch: [Value(9) - F(f"{branch.prefix}priority"), F(branch.due)], (int, datetime)),
    "newest": Sort(lambda branch: [], descending=True),
    "finished": Sort(lambda branch: [F(branch.finished)], (datetime,), descending=True),
}


def page(
    actor: Actor,
    view: str,
    *,
    now: datetime,
    filters: Filters = Filters(),
    sort: str = "",
    after: str = "",
    limit: int = PAGE_SIZE,
) -> Page:
    """One page of a view (a key of VIEWS). An `after` that is no cursor of this sort gives the first page.

    Two queries: the keys, then the rows with their projects.
    """
    order = "finished" if view == "completed" else sort if sort in SORTS else "due"
    start = _decode(after, (*SORTS[order].kinds, int))
    keys = _keys(actor, filters.given(now), dict(enumerate(start)), view=view, sort=order, limit=limit + 1)
    ids = [row[-1] for row in keys[:limit]]
    rows = {task.pk: task for task in _rows(ids)} if ids else {}
    more = len(keys) > limit
    return Page([rows[pk] for pk in ids if pk in rows], _encode(keys[limit - 1]) if more else None)


@prepared
def _keys(
    actor: Actor, given: Mapping[str, Any], start: Mapping[int, Any], *, view: str, sort: str, limit: int
) -> Statement | None:
    """The keys of a page and of the row after it."""
    order = SORTS[sort]
    branches = [_ordered(branch, order, list(start.values()), given, limit) for branch in VIEWS[view](actor)]
    return _merged(branches, order, limit) if branches else None


@prepared
def _rows(ids: list[int]) -> QuerySet[Task]:
    rows = Task.objects.filter(pk__in=ids).order_by().select_related("project")
    return rows.defer("description", "metadata", "outcomes", "form_fields", "form_data", "resolution")


def counts(actor: Actor, views: Sequence[str] = ("mine", "team", "created", "watching")) -> dict[str, Count]:
    """How much open work each view holds, up to COUNT_CAP, and UNREAD the bell, up to UNREAD_CAP. One query."""
    [row] = _counts(actor, limits=tuple((view, UNREAD_CAP if view == UNREAD else COUNT_CAP + 1) for view in views))
    return {view: Count(min(number, COUNT_CAP), number > COUNT_CAP) for view, number in zip(views, row, strict=True)}


@prepared
def _counts(actor: Actor, *, limits: tuple[tuple[str, int], ...]) -> Statement:
    parts: list[str] = []
    params: list[Any] = []
    for view, limit in limits:
        branches = [branch.rows.order_by().values_list(branch.id)[:limit] for branch in COUNTABLE[view](actor)]
        sql, values = _union(branches)
        parts.append(f"(SELECT COUNT(*) FROM ({sql} LIMIT {limit}) counted)" if branches else "0")
        params += values
    return Statement("SELECT " + ", ".join(parts), params)


def _mine(actor: Actor) -> list[Branch]:
    return [_open_shares(actor, user_id=actor.person_id)]


def _team(actor: Actor) -> list[Branch]:
    """A branch per team: each is one ordered scan of the team's index."""
    return [_open_shares(actor, team_id=team_id) for team_id in actor.team_ids]


def _created(actor: Actor) -> list[Branch]:
    rows = Task.objects.open().filter(organization_id=actor.organization_id, created_by_id=actor.person_id)
    return [Branch(rows)]


def _watching(actor: Actor) -> list[Branch]:
    rows = Watcher.objects.filter(organization_id=actor.organization_id, user_id=actor.person_id, task__is_open=True)
    return [Branch(rows, "task__", "task_id", "task__due_sort")]


def _everything(actor: Actor) -> list[Branch]:
    return [Branch(visible_to(actor).filter(is_open=True))]


def _completed(actor: Actor) -> list[Branch]:
    """What I have acted on, each task once, and what I closed without a share of my own and still see."""
    acted = Assignment.objects.filter(user_id=actor.person_id, acted_at__isnull=False)
    later = acted.filter(task=OuterRef("task"), id__gt=OuterRef("id"))
    of_here = acted.filter(organization_id=actor.organization_id, task__deleted_at__isnull=True)
    closed = visible_to(actor).filter(closed_by_id=actor.person_id, is_open=False)
    return [
        Branch(of_here.exclude(Exists(later)), "task__", "task_id", finished="acted_at"),
        Branch(closed.exclude(Exists(acted.filter(task=OuterRef("pk"))))),
    ]


def _open_shares(actor: Actor, **held_by: int | None) -> Branch:
    rows = Assignment.objects.filter(organization_id=actor.organization_id, is_open=True, **held_by)
    return Branch(rows, "task__", "task_id")


VIEWS: dict[str, Callable[[Actor], list[Branch]]] = {
    "mine": _mine,
    "team": _team,
    "created": _created,
    "watching": _watching,
    "completed": _completed,
    "all": _everything,
}
"""What an inbox can show. Every view but `completed` holds open work."""
UNREAD, UNREAD_CAP = "unread", 100
COUNTABLE = VIEWS | {UNREAD: lambda actor: [Branch(told(actor, unread=True))]}


def _ordered(branch: Branch, order: Sort, start: list[Any], given: Mapping[str, Any], limit: int) -> QuerySet[Any, Any]:
    keys = {f"key{number}": key for number, key in enumerate([*order.keys(branch), F(branch.id)])}
    rows = branch.rows.filter(_narrowed(given, branch.prefix)).annotate(**keys)
    if len(start) == len(keys):
        rows = rows.filter(_beyond(list(keys), start, order.descending))
    sign = "-" if order.descending else ""
    return rows.order_by(*(sign + name for name in keys)).values_list(*keys)[:limit]


def _beyond(names: Sequence[str], values: Sequence[Any], descending: bool) -> Q:
    """Rows after `values` in the order of `names`. The bound on the first key alone is what an index scan starts at."""
    way = "lt" if descending else "gt"
    beyond = Q()
    for depth, name in enumerate(names):
        same = Q(**dict(zip(names[:depth], values[:depth], strict=True)))
        beyond |= same & Q(**{f"{name}__{way}": values[depth]})
    return Q(**{f"{names[0]}__{way}e": values[0]}) & beyond


def _merged(branches: Sequence[QuerySet[Any, Any]], order: Sort, limit: int) -> Statement:
    if len(branches) == 1:
        return Statement(*branches[0].query.sql_with_params())
    sql, params = _union(branches)
    width = len(branches[0].query.values_select) + len(branches[0].query.annotation_select)
    direction = " DESC" if order.descending else ""
    by = ", ".join(f"{column}{direction}" for column in range(1, width + 1))
    return Statement(f"{sql} ORDER BY {by} LIMIT {limit}", params)


def _union(branches: Sequence[QuerySet[Any, Any]]) -> tuple[str, list[Any]]:
    """Each branch keeps its own order and limit, which SQL allows in a derived table only."""
    parts: list[str] = []
    params: list[Any] = []
    for number, branch in enumerate(branches):
        sql, values = branch.query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) branch{number}")
        params += values
    return " UNION ".join(parts), params


def _encode(row: Sequence[Any]) -> str:
    return json.dumps([key.isoformat() if isinstance(key, datetime) else key for key in row])


def _decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The keys in a cursor; none if it is not one of this kind. They are only compared with: no signature is needed."""
    if not cursor:
        return []
    try:
        return [_READERS[kind](key) for kind, key in zip(kinds, json.loads(cursor), strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return make_aware(moment, UTC) if is_naive(moment) else moment.astimezone(UTC)


def _number(value: int) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


_READERS: dict[type, Callable[[Any], Any]] = {datetime: _moment, int: _number}
