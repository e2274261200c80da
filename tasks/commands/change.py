"""The frame of every command that changes a task: lock, right, state, then save, events and copies in one place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.actor import Actor
from accounts.prepared import prepared
from accounts.written import insert, update
from tasks import events, policy
from tasks.domain import deadlines, lifecycle
from tasks.domain.errors import StaleVersion, no_such_task
from tasks.domain.facts import TaskFacts
from tasks.domain.lifecycle import ShareState, State
from tasks.models import Assignment, Deadline, Task
from tasks.standing import standing_of

from .escalation import escalate_after

Known = Callable[[Task], bool]
"""Whether a door that speaks of some tasks only speaks of this one; others are not there for it."""


@dataclass(slots=True)
class Change:
    """One task under its lock, and what a command does to it."""

    actor: Actor
    now: datetime
    task: Task
    standing: policy.Standing
    shares: dict[int, Assignment]
    news: list[events.NewEvent] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    share_fields: dict[int, set[str]] = field(default_factory=dict)

    @property
    def facts(self) -> TaskFacts:
        return self.standing.facts

    def set(self, **values: Any) -> None:
        """Change fields of the task; they are saved at the end of the command."""
        for name, value in values.items():
            setattr(self.task, name, value)
        self.fields.update(values)

    def set_share(self, share_id: int, **values: Any) -> None:
        """Change fields of one share; saved at the end of the command."""
        for name, value in values.items():
            setattr(self.shares[share_id], name, value)
        self.share_fields.setdefault(share_id, set()).update(values)

    def record(self, event_type: str, **payload: Any) -> None:
        """Note what has happened; written at the end of the command, in this order."""
        self.news.append(events.NewEvent(event_type, payload))

    def move_to(self, state: State) -> dict[str, str]:
        """Give the task another state, with all that hangs on it. Returns the payload that says so, empty if none."""
        if state == self.task.state:
            return {}
        was_open, is_open = lifecycle.is_open(self.task.state), lifecycle.is_open(state)
        self.set(state=state)
        if state == State.IN_PROGRESS and self.task.started_at is None:
            self.set(started_at=self.now)
        if was_open and not is_open:
            self._close()
        elif is_open and not was_open:
            self._open()
        return {"state": state.value}

    def _close(self) -> None:
        self.set(is_open=False, closed_at=self.now, closed_by_id=self.actor.user_id)
        still_open = [share for share in self.shares.values() if share.is_open]
        if still_open:
            self.task.assignments.filter(is_open=True).update(is_open=False)
        for share in still_open:
            share.is_open = False
        if self.task.due_at or self.task.escalate_at:
            Deadline.objects.filter(task=self.task).delete()

    def _open(self) -> None:
        """Every share that was not replaced is to be performed anew; of several of one person only the latest."""
        self.set(is_open=True, closed_at=None, closed_by_id=None, closed_reason="", outcome="")
        self.set(performed_weight=Decimal(0))
        counted = [share for share in self.shares.values() if share.state != ShareState.REPLACED]
        latest = {(share.user_id, share.team_id): share.pk for share in counted}
        for share in counted:
            anew = share.pk in latest.values()
            state = ShareState.PENDING if anew else ShareState.REPLACED
            self.set_share(share.pk, state=state, is_open=anew, acted_at=None, outcome="", due_sort=self.task.due_sort)
        self.plan_deadlines()

    def plan_deadlines(self) -> None:
        """Make the deadline rows what the due time says."""
        Deadline.objects.filter(task=self.task).delete()
        add_deadlines(self.task)

    def save_shares(self) -> None:
        """Write the shares changed so far; for commands that add others, which must not meet the old ones."""
        for share_id, names in self.share_fields.items():
            update(self.shares[share_id], names)
        self.share_fields = {}

    def settle(self) -> bool:
        """Write each changed share and raise the version. Returns whether there is anything of the task to be saved."""
        if not (self.fields or self.share_fields):
            return False
        self.save_shares()
        self.set(version=self.task.version + 1, updated_at=self.now)
        return True

    def save(self) -> None:
        """Write what has changed of shares and task, each once, then the events."""
        if self.settle():
            update(self.task, self.fields)
        events.record(task=self.task, actor=self.actor, now=self.now, events=self.news)


@contextmanager
def changing(
    verb: str,
    *,
    actor: Actor,
    task: UUID | int,
    within: int | None = None,
    known: Known | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Iterator[Change]:
    """Lock a task for `verb`, check right and state, and save what the block did, all in one transaction.

    `task` is its uuid or id, `within` the only project it may be in, `known` whether the door speaks of such a task at
    all, `version` what the caller believes it to be at. Raises NotFound, NotAllowed, WrongState or StaleVersion.
    """
    with transaction.atomic():
        change = _load(actor, task, within, known, now or timezone.now())
        policy.check(change.standing, verb)
        if version is not None and version != change.task.version:
            raise StaleVersion("Somebody changed this task in the meantime.", version=change.task.version)
        yield change
        change.save()


def add_deadlines(*tasks: Task) -> None:
    """Write the deadline rows of open tasks that have none."""
    insert([row for task in tasks for row in _deadlines(task)])


def _deadlines(task: Task) -> list[Deadline]:
    if not (task.due_at or task.escalate_at):
        return []
    moments = deadlines.deadlines(task.due_at, escalate_after(task.organization_id), task.escalate_at)
    return [
        Deadline(organization_id=task.organization_id, task=task, kind=kind, fire_at=moment)
        for kind, moment in moments.items()
    ]


def _load(actor: Actor, key: UUID | int, within: int | None, known: Known | None, now: datetime) -> Change:
    by = "uuid" if isinstance(key, UUID) else "pk"
    found = _locked(actor.organization_id, key, by=by)
    if not found or within not in (None, found[0].project_id) or (known and not known(found[0])):
        raise no_such_task()
    task = found[0]
    shares = {share.pk: share for share in _shares_of(task.pk)}
    for share in shares.values():
        share.task = task
    standing = standing_of(actor, task, shares.values())
    return Change(actor, now, task, standing, shares)


@prepared
def _locked(organization_id: int, key: UUID | int, *, by: str) -> QuerySet[Task]:
    rows = Task.objects.present().filter(organization_id=organization_id, **{by: key}).order_by()
    return locked(rows.select_related("project", "created_by"))


def locked(rows: QuerySet[Task]) -> QuerySet[Task]:
    """These tasks, locked once they are read, after what comes before them in the order of locks."""
    before = {f"before_{place}": import_string(name)() for place, name in enumerate(events.wiring().LOCK_FIRST)}
    # no_key: whoever only refers to the task, such as a handler that writes who is told, does not wait for us
    return rows.annotate(**before).select_for_update(of=("self",), no_key=True)


@prepared
def _shares_of(task_id: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(task_id=task_id).order_by("id")
