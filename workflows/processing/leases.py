"""Processors that run elsewhere, in any language: they fetch work under a lease, extend it, and answer or fail it.

Whoever manages a project may do its processing: a worker sees whole documents and decides what people are shown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import managed_projects
from accounts.actor import Actor
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflows import policy, uploads
from workflows.engine.events import Processed, StepFailed
from workflows.models import Document, Processing
from workflows.uploads import OpenedFile

from . import registry
from .claiming import Claimed, claim, held
from .claiming import answer as settle

MAX_NAMES = 20
MOST = 100
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(hours=1)
LONGEST_REST = timedelta(days=1)
MAX_NAME, MAX_WORKER, MAX_ERROR = 63, 100, 1_000


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is to do, until `lease_until`; with `id` and `token` it answers."""

    id: UUID
    token: UUID
    processor: str
    attempt: int
    lease_until: datetime
    task: UUID
    instance: UUID
    step: str
    options: Mapping[str, Any]
    variables: Mapping[str, Any]
    fields: Sequence[Mapping[str, Any]]
    document: Document | None


def fetch(
    *,
    actor: Actor,
    processors: Collection[str],
    most: int = 1,
    lease: timedelta = timedelta(minutes=1),
    worker: str = "",
    now: datetime | None = None,
) -> list[Work]:
    """Lease work for these processors, the oldest first. None of them may be one that TaskHub runs itself.

    Raises NotAllowed, and InvalidInput (`processors`, `most`, `lease`, `worker`). A constant number of queries.
    """
    rows = _reachable(actor)
    names = _names(processors)
    if not 1 <= most <= MOST:
        raise InvalidInput(f"Fetch 1 to {MOST} at a time.", field="most")
    if len(worker) > MAX_WORKER:
        raise InvalidInput(f"The name of a worker has at most {MAX_WORKER} characters.", field="worker")
    owed = rows.filter(processor__in=names)
    now = now or timezone.now()
    return [_work(each) for each in claim(owed, most=most, lease=_bounded(lease), worker=worker, now=now)]


def extend(
    *, actor: Actor, work: UUID, token: UUID, lease: timedelta = timedelta(minutes=1), now: datetime | None = None
) -> datetime:
    """Hold it longer: so long from now. Returns until when. Raises NotFound, Conflict (`lease_lost`), InvalidInput."""
    now = now or timezone.now()
    row, until = _held(actor, work, token, now), now + _bounded(lease)
    if not held(row, now).update(fire_at=until):
        raise _lost()
    return until


def answer(
    *,
    actor: Actor,
    work: UUID,
    token: UUID,
    data: Mapping[str, Any] | None = None,
    issues: Sequence[Mapping[str, Any]] = (),
    metadata: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> None:
    """Say what was found; it counts once. Raises NotFound (`work_not_found`: also once it was answered), Conflict
    (`lease_lost`), InvalidInput (`data`, `issues[2].code`, `metadata`), after which the lease goes on.
    """
    now = now or timezone.now()
    row = _held(actor, work, token, now)
    if not settle(row, Processed(row.run, row.attempt, dict(data or {}), issues, dict(metadata or {})), now):
        raise _lost()


def fail(
    *,
    actor: Actor,
    work: UUID,
    token: UUID,
    error: str,
    retry_in: timedelta | None = None,
    now: datetime | None = None,
) -> None:
    """Say that it could not be done. It is tried again as often as the step says, after `retry_in` if that is given."""
    if len(error) > MAX_ERROR or not error.strip():
        raise InvalidInput(f"The error is a text of 1 to {MAX_ERROR:,} characters.", field="error")
    if retry_in is not None and not timedelta(0) <= retry_in <= LONGEST_REST:
        raise InvalidInput("The rest is at most one day.", field="retry_in")
    now = now or timezone.now()
    row = _held(actor, work, token, now)
    if not settle(row, StepFailed(row.run, error, row.attempt, rest=retry_in), now):
        raise _lost()


def open_file(*, actor: Actor, work: UUID, token: UUID, now: datetime | None = None) -> OpenedFile:
    """The document's file, for who holds the lease. Raises NotFound (`work_not_found`, `file_not_found`), Conflict."""
    row = _held(actor, work, token, now or timezone.now())
    root = row.instance.root_id or row.instance_id
    document = Document.objects.filter(instance_id=root).first()
    if document is None:
        raise NotFound("There is no document here.", code="file_not_found")
    return uploads.open_file(actor, document)


def _reachable(actor: Actor) -> QuerySet[Processing]:
    """What is owed in the projects that the actor manages."""
    policy.check_processing(actor)
    rows = Processing.objects.filter(organization_id=actor.organization_id)
    if actor.is_manager:
        return rows
    managed = managed_projects(actor)
    if not managed.exists():
        raise NotAllowed("Only who manages a project may do its processing.")
    return rows.filter(instance__project_id__in=managed.values("pk"))


def _held(actor: Actor, work: UUID, token: UUID, now: datetime) -> Processing:
    row = _reachable(actor).filter(uuid=work).select_related("instance").first()
    if row is None:
        raise NotFound("There is no such work, or it is done.", code="work_not_found")
    if row.lease != token or row.fire_at <= now:
        raise _lost()
    return row


def _lost() -> Conflict:
    return Conflict("The lease has run out; somebody else may be at it.", code="lease_lost")


def _names(processors: Collection[str]) -> list[str]:
    names = list(dict.fromkeys(processors))
    if not 1 <= len(names) <= MAX_NAMES or not all(0 < len(name) <= MAX_NAME and "\0" not in name for name in names):
        raise InvalidInput(f"Name 1 to {MAX_NAMES} processors.", field="processors")
    own = registry.names().intersection(names)
    if own:
        raise InvalidInput(f"TaskHub itself runs '{min(own)}'.", field="processors", code="built_in")
    return names


def _bounded(lease: timedelta) -> timedelta:
    if not SHORTEST <= lease <= LONGEST:
        raise InvalidInput("A lease lasts from one second to one hour.", field="lease")
    return lease


def _work(claimed: Claimed) -> Work:
    row = claimed.row
    assert row.lease is not None, "it has just been claimed"
    return Work(
        id=row.uuid,
        token=row.lease,
        processor=row.processor,
        attempt=row.attempt,
        lease_until=row.fire_at,
        task=row.task.uuid,
        instance=row.instance.uuid,
        step=claimed.step.key,
        options=row.options,
        variables=claimed.variables,
        fields=[each.to_json() for each in claimed.work.fields],
        document=claimed.document,
    )
