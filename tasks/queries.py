"""Reads of tasks: what an actor sees, one task, and the parts of many tasks in one query.

Lists for contracts start at `visible_to` or at a project's tasks; the inbox is in `tasks.inbox`.
"""

import json
import threading
from collections.abc import Collection, Hashable
from contextlib import suppress
from typing import Any
from uuid import UUID

from cachetools import TTLCache
from django.db import connection
from django.db.models import BooleanField, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import IsNull

from accounts.access import visible_projects
from accounts.actor import Actor
from accounts.prepared import prepared
from tasks.domain.errors import no_such_attachment, no_such_task
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment, Attachment, Category, Reference, Task, Watcher
from tasks.models.category import DEFAULT_CATEGORIES
from tasks.models.task import TaskQuerySet
from tasks.policy import Standing
from tasks.standing import standing_of

COUNT_CAP = 10_000
"""Up to here a list's total is counted; beyond, it is estimated."""


def task(actor: Actor, key: UUID | int, *, within: int | None = None) -> tuple[Task, Standing]:
    """One task and what the actor is to it. Raises NotFound if there is none that they may see. Two queries."""
    found = _of_key(actor.organization_id, key, by="uuid" if isinstance(key, UUID) else "pk")
    if not found or within not in (None, found[0].project_id):
        raise no_such_task()
    return found[0], standing_of(actor, found[0], _shares_of(found[0].pk))


@prepared
def _of_key(organization_id: int, key: UUID | int, *, by: str) -> QuerySet[Task]:
    rows = Task.objects.present().filter(organization_id=organization_id, **{by: key}).order_by()
    return rows.select_related("project", "created_by", "closed_by")


@prepared
def _shares_of(task_id: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(task_id=task_id).order_by("id")


def in_project(project_id: int, involved: Actor | None) -> TaskQuerySet:
    """A project's tasks, newest first: all of them for who may view the project, else those `involved` may see."""
    rows = Task.objects.present() if involved is None else visible_to(involved)
    return rows.filter(project_id=project_id).order_by("-id")


def visible_to(actor: Actor) -> TaskQuerySet:
    """All tasks the actor may see, newest first: those of projects they view, and those they are involved in."""
    return Task.objects.present().filter(seen_by(actor)).order_by("-id")


def seen_by(actor: Actor) -> Q:
    """The condition that the actor may see the task, if it is not deleted."""
    here = Q(organization_id=actor.organization_id)
    if actor.is_manager:
        return here
    views = Q(project_id__in=visible_projects(actor).values("pk"))
    return here & (views | Q(created_by_id=actor.person_id) | _involved(actor))


def _involved(actor: Actor) -> Q:
    """The condition that the actor, or a team of theirs, has a share of the task, or that they watch it.

    Each is one look into the index of the task's own rows. An EXISTS would let PostgreSQL read all shares there are.
    """
    held = Q(user_id=actor.person_id) | Q(team_id__in=actor.team_ids) | Q(claimed_from_id__in=actor.team_ids)
    of_task = Assignment.objects.filter(held, task=OuterRef("pk")).exclude(state=ShareState.REPLACED)
    watched = Watcher.objects.filter(task=OuterRef("pk"), user_id=actor.person_id)
    found = [Subquery(rows.order_by().values("pk")[:1]) for rows in (of_task, watched)]
    return Q(IsNull(found[0], False)) | Q(IsNull(found[1], False))


def about(organization_id: int, kind: str, key: str) -> Q:
    """The condition that a task refers to that thing."""
    same = Reference.objects.filter(organization_id=organization_id, kind=kind, key=key)
    return Q(pk__in=same.values("task_id"))


def tagged(tag: str) -> Q:
    """The condition that a task bears that tag."""
    return Q(_Holds(F("tags"), tag if isinstance(tag, Value) else Value(tag), output_field=BooleanField()))


class _Holds(Func):
    """Whether a JSON list holds a text. An expression, because a subquery gives the table another name."""

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        (column, before), (value, after) = (compiler.compile(part) for part in self.source_expressions)
        if connection.vendor == "postgresql":
            return f"{column} @> jsonb_build_array({value}::text)", (*before, *after)
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {value})", (*before, *after)


def categories(organization_id: int) -> dict[str, tuple[str, str]]:
    """Slug -> (title, icon) of an organization's categories: its own, else the documented four."""
    return {slug: (title, icon) for slug, title, icon in _categories(organization_id)} or dict(DEFAULT_CATEGORIES)


@prepared
def _categories(organization_id: int) -> QuerySet[Category, tuple[str, str, str]]:
    return Category.objects.filter(organization_id=organization_id).values_list("slug", "title", "icon")


def total(rows: QuerySet[Any, Any], asked: Hashable = None) -> tuple[int, bool]:
    """How many rows there are, and whether that is exact: beyond COUNT_CAP it is the planner's estimate, which is
    remembered under `asked`, or under the statement.
    """
    said = asked or _ids(rows).query.sql_with_params()
    known = known_estimate(said)
    if known is not None:
        return known, False
    count = rows.order_by()[: COUNT_CAP + 1].count()
    return (count, True) if count <= COUNT_CAP else (_estimated(said, rows), False)


def counting(rows: QuerySet[Any, Any], most: int) -> RawSQL:
    """How many rows there are, up to `most`, as a column of another query. Raises EmptyResultSet where there can be
    none.
    """
    sql, params = _ids(rows).query.sql_with_params()
    return RawSQL(f"SELECT COUNT(*) FROM ({sql} LIMIT {most:d}) counted", params, IntegerField())


def _ids(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The same rows, whatever their columns and order."""
    return rows.order_by().values("pk")


_long: TTLCache[Hashable, int] = TTLCache(2_000, ttl=15)
"""What is asked for in long lists -> the estimate. It changes no sooner than the database's statistics do, and counting
to ten thousand only to say so costs more than the page.
"""
_lock = threading.Lock()


def forget_totals() -> None:
    """Count anew: for tests, whose rows come and go."""
    with _lock:
        _long.clear()


def known_estimate(asked: Hashable) -> int | None:
    """What `total` has estimated for this a moment ago."""
    with _lock, suppress(TypeError):  # it has a parameter that nothing can be looked up by
        return _long.get(asked)
    return None


def _estimated(asked: Hashable, rows: QuerySet[Any, Any]) -> int:
    found = _estimate(rows)
    with _lock, suppress(TypeError):
        _long[asked] = found
    return found


def _estimate(rows: QuerySet[Any, Any]) -> int:
    if connection.vendor != "postgresql":
        return rows.order_by().count()
    plan = rows.order_by().explain(format="json")
    return max(int(json.loads(plan)[0]["Plan"]["Plan Rows"]), COUNT_CAP)


def attachment(actor: Actor, key: UUID) -> Attachment:
    """A file, for whoever sees its task; or a later step of the same workflow, to which its answers were shown.

    Raises NotFound (`attachment_not_found`).
    """
    rows = Attachment.objects.filter(organization_id=actor.organization_id, uuid=key).select_related("task")
    found = rows.first()
    if found is None:
        raise no_such_attachment()
    own = visible_to(actor).filter(pk=found.task_id)
    later = visible_to(actor).filter(instance_id=found.task.instance_id, created_at__gte=found.created_at)
    if own.exists() or (found.task.instance_id is not None and later.exists()):
        return found
    raise no_such_attachment()


def attachments(keys: Collection[UUID], *, task_id: int | None, instance_id: int | None) -> dict[UUID, Attachment]:
    """Those of these files that belong to the task, or to a task of the same workflow. One query, none for no keys."""
    if not keys:
        return {}
    own = Q(task_id=task_id) | (Q(task__instance_id=instance_id) if instance_id is not None else Q())
    return {row.uuid: row for row in Attachment.objects.filter(own, uuid__in=keys)}
