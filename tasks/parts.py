"""The parts of many tasks (shares, references, history) in one query, for lists and details of every door.

Written in SQL: building and compiling the same union by the ORM costs five times what the database needs for it, and
every list and every task pays for it (ADR 0044).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime

from .domain.lifecycle import ShareState
from .domain.shares import QUANTUM


@dataclass(frozen=True, slots=True)
class SharePart:
    """A share with who has it: a person, else a team."""

    id: int
    uuid: UUID
    state: str
    weight: Decimal
    user_uuid: UUID | None
    username: str | None
    user_name: str | None
    team_uuid: UUID | None
    team_title: str | None
    assigned_at: datetime
    acted_at: datetime | None

    @property
    def name(self) -> str:
        """Whom to show as the holder."""
        return self.team_title or self.user_name or self.username or ""


@dataclass(frozen=True, slots=True)
class ReferencePart:
    """A thing the task is about."""

    kind: str
    key: str
    label: str
    content: Any


@dataclass(frozen=True, slots=True)
class EventPart:
    """Something that happened, with who did it."""

    id: int
    type: str
    actor_kind: str
    user_uuid: UUID | None
    username: str | None
    user_name: str | None
    payload: dict[str, Any]
    at: datetime

    @property
    def name(self) -> str:
        """Whom to show as the one who did it."""
        return self.user_name or self.username or "TaskHub"


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs on one task, each list in order."""

    shares: list[SharePart] = field(default_factory=list)
    references: list[ReferencePart] = field(default_factory=list)
    events: list[EventPart] = field(default_factory=list)

    @property
    def current_shares(self) -> list[SharePart]:
        """Without those that a reassignment replaced."""
        return [share for share in self.shares if share.state != ShareState.REPLACED]


def parts(
    task_ids: Collection[int], *, events: Collection[str] | None = None, references: bool = True
) -> dict[int, Parts]:
    """Task id -> its parts, for every id asked for. `events` narrows the history to those types; None: all of it.
    Without `references` none are read.

    One query, whatever the number of tasks.
    """
    found: dict[int, Parts] = defaultdict(Parts)
    if not task_ids:
        return found
    of_one = len(task_ids) == 1
    ids = next(iter(task_ids)) if of_one else _listed(list(task_ids))
    types = [] if events is None else [_listed(list(events))]
    with connection.cursor() as cursor:
        of_each = [ids] * (3 if references else 2)
        cursor.execute(_sql(connection.vendor, of_one, events is not None, references), [*of_each, *types])
        rows = cursor.fetchall()
    for part, task_id, *columns in rows:
        _READERS[part](found[task_id], columns)
    return found


_SHARE, _REFERENCE, _EVENT = 1, 2, 3
_SHARES = """
SELECT 1, a.task_id, a.id, a.state, u.username, u.name, t.title, NULL, a.weight, a.uuid, u.uuid, t.uuid,
       a.assigned_at, a.acted_at
  FROM tasks_assignment a
  LEFT JOIN accounts_user u ON u.id = a.user_id
  LEFT JOIN accounts_team t ON t.group_ptr_id = a.team_id
 WHERE a.task_id {in_ids}
"""
_REFERENCES = """
SELECT 2, r.task_id, r.id, r.kind, r.key, r.label, NULL, r.content, NULL, NULL, NULL, NULL, NULL, NULL
  FROM tasks_reference r
 WHERE r.task_id {in_ids}
"""
_EVENTS = """
SELECT 3, e.task_id, e.id, e.type, u.username, u.name, e.actor_kind, e.payload, NULL, NULL, u.uuid, NULL,
       e.created_at, NULL
  FROM tasks_event e
  LEFT JOIN accounts_user u ON u.id = e.actor_id
 WHERE e.task_id {in_ids}{and_type}
"""
_IN = {
    "postgresql": ("= ANY(%s::bigint[])", " AND e.type = ANY(%s::text[])"),
    "sqlite": (
        "IN (SELECT value FROM json_each(%s))",
        " AND e.type IN (SELECT value FROM json_each(%s))",
    ),
}
"""How each database takes a list as one parameter, so that the text of the query is always the same."""


@cache
def _sql(vendor: str, of_one: bool, narrowed: bool, references: bool) -> str:
    """PostgreSQL plans a query for a list anew each time, which takes five times what finding one task's parts does."""
    in_ids, and_type = _IN[vendor]
    branches = [_SHARES, _REFERENCES, _EVENTS] if references else [_SHARES, _EVENTS]
    union = "UNION ALL".join(branches).format(
        in_ids="= %s" if of_one else in_ids, and_type=and_type if narrowed else ""
    )
    return f"{union}ORDER BY 1, 3"


def _listed(values: list[Any]) -> Any:
    return values if connection.vendor == "postgresql" else json.dumps(values)


def _read_share(into: Parts, row: list[Any]) -> None:
    id, state, username, user_name, team_title, _, weight, uuid, user_uuid, team_uuid, assigned_at, acted_at = row
    into.shares.append(
        SharePart(
            id=id,
            uuid=_uuid(uuid) or UUID(int=0),
            state=state,
            weight=weight if isinstance(weight, Decimal) else Decimal(str(weight)).quantize(QUANTUM),
            user_uuid=_uuid(user_uuid),
            username=username,
            user_name=user_name,
            team_uuid=_uuid(team_uuid),
            team_title=team_title,
            assigned_at=_moment(assigned_at),
            acted_at=_moment(acted_at) if acted_at else None,
        )
    )


def _read_reference(into: Parts, row: list[Any]) -> None:
    _, kind, key, label, _, content, *_ = row
    into.references.append(ReferencePart(kind, key, label, None if content is None else json.loads(content)))


def _read_event(into: Parts, row: list[Any]) -> None:
    id, type, username, user_name, actor_kind, payload, _, _, user_uuid, _, at, _ = row
    user, moment = _uuid(user_uuid), _moment(at)
    into.events.append(EventPart(id, type, actor_kind, user, username, user_name, json.loads(payload), moment))


_READERS: dict[int, Callable[[Parts, list[Any]], None]] = {
    _SHARE: _read_share,
    _REFERENCE: _read_reference,
    _EVENT: _read_event,
}


def _uuid(value: UUID | str | None) -> UUID | None:
    """SQLite keeps ids as 32 hexadecimal digits."""
    return UUID(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps moments as text, in UTC."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    if moment is None:
        raise ValueError(f"{value!r} is no moment")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
