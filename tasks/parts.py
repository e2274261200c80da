"""The parts of many tasks (shares, references, history) in one query, for lists and details of every door."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, DecimalField, Field, JSONField, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from .domain.lifecycle import ShareState
from .domain.shares import PLACES
from .models import Assignment, Event, Reference


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


def parts(task_ids: Collection[int], *, events: Collection[str] | None = None) -> dict[int, Parts]:
    """Task id -> its parts, for every id asked for. `events` narrows the history to those types; None: all of it.

    One query, whatever the number of tasks.
    """
    found: dict[int, Parts] = defaultdict(Parts)
    if not task_ids:
        return found
    history = Event.objects.filter(task_id__in=task_ids)
    if events is not None:
        history = history.filter(type__in=events)
    rows = _shares(task_ids).union(_references(task_ids), _events(history), all=True)
    for part, task_id, *columns in sorted(rows, key=itemgetter(0, 2)):
        _READERS[part](found[task_id], columns)
    return found


def _shares(task_ids: Collection[int]) -> QuerySet[Any, Any]:
    return Assignment.objects.filter(task_id__in=task_ids).order_by().values_list(
        Value(_SHARE), "task_id", "id", "state", "user__username", "user__name", "team__title",
        _none(JSONField()), "weight", "uuid", "user__uuid", "team__uuid", "assigned_at", "acted_at",
    )  # fmt: skip


def _references(task_ids: Collection[int]) -> QuerySet[Any, Any]:
    return Reference.objects.filter(task_id__in=task_ids).order_by().values_list(
        Value(_REFERENCE), "task_id", "id", "kind", "key", "label", _TEXT,
        "content", _WEIGHT, _UUID, _UUID, _UUID, _TIME, _TIME,
    )  # fmt: skip


def _events(history: QuerySet[Event]) -> QuerySet[Any, Any]:
    return history.order_by().values_list(
        Value(_EVENT), "task_id", "id", "type", "actor__username", "actor__name", "actor_kind",
        "payload", _WEIGHT, _UUID, "actor__uuid", _UUID, "created_at", _TIME,
    )  # fmt: skip


def _read_share(into: Parts, row: list[Any]) -> None:
    id, state, username, user_name, team_title, _, weight, uuid, user_uuid, team_uuid, assigned_at, acted_at = row
    into.shares.append(
        SharePart(id, uuid, state, weight, user_uuid, username, user_name, team_uuid, team_title, assigned_at, acted_at)
    )


def _read_reference(into: Parts, row: list[Any]) -> None:
    _, kind, key, label, _, content, *_ = row
    into.references.append(ReferencePart(kind, key, label, content))


def _read_event(into: Parts, row: list[Any]) -> None:
    id, type, username, user_name, actor_kind, payload, _, _, user_uuid, _, at, _ = row
    into.events.append(EventPart(id, type, actor_kind, user_uuid, username, user_name, payload, at))


def _none(of: "Field[Any, Any]") -> Cast:
    """An empty column, with the type that the union needs."""
    return Cast(Value(None), of)


_SHARE, _REFERENCE, _EVENT = 1, 2, 3
_READERS = {_SHARE: _read_share, _REFERENCE: _read_reference, _EVENT: _read_event}
_TEXT = _none(CharField(max_length=255))
_WEIGHT = _none(DecimalField(max_digits=13, decimal_places=PLACES))
_UUID = _none(UUIDField())
_TIME = _none(DateTimeField())
