"""What a script does to tasks: the same commands, words and rights as the bots contract, for the same person."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.exceptions import ValidationError

from accounts.actor import Actor
from taskhub.contracts.bots import CONTRACT, ids
from taskhub.contracts.bots.mapping import PRIORITIES, STATES, STATUSES
from taskhub.contracts.bots.projects import project_of
from taskhub.contracts.bots.resources.tasks.changes import apply
from taskhub.contracts.fields import YEARS, Moment
from tasks import commands, queries
from tasks.commands import NewShare
from tasks.domain.errors import InvalidInput, NotFound
from tasks.domain.lifecycle import State

from .quota import Quota, spend
from .values import Value, is_number

MAX_TASKS, MAX_CHANGES, MAX_LOOKS = 10, 50, 100
"""Of one script."""
MOST = {"create": MAX_TASKS, "change": MAX_CHANGES, "complete": MAX_CHANGES, "status": MAX_LOOKS}
"""Kind of statement -> how often a script can say it at all."""
DUE = "A due date is NOW() + seconds, or a text such as 2026-03-21T10:00:00Z."
_MOMENT = Moment()


@dataclass
class TaskHost:
    """The tasks, as `actor` may change them."""

    actor: Actor
    quota: Quota = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    changes: int = 0
    looks: int = 0

    def create(self, title: Value, assignee: Value | None) -> str:
        if len(self.made) >= MAX_TASKS:
            raise InvalidInput(f"A script creates at most {MAX_TASKS} tasks.", field="script")
        spend(self.quota, "create")
        shares = [] if assignee is None else [NewShare(username=_text(assignee, "An assignee"))]
        task = commands.create(
            actor=self.actor,
            project=project_of(self.actor, None),
            source=CONTRACT.name,
            title=_text(title, "A title"),
            assignees=shares,
        )
        self.made.append(ids.public("tsk", task.uuid))
        return self.made[-1]

    def change(self, task: Value, field: str, value: Value) -> None:
        self._count("change")
        apply(self.actor, _uuid(task), {field: _READ[field](value)})

    def complete(self, task: Value) -> None:
        self._count("complete")
        commands.complete(actor=self.actor, task=_uuid(task))

    def status(self, task: Value) -> str:
        self.looks += 1
        if self.looks > MAX_LOOKS:
            raise InvalidInput(f"A script looks at most {MAX_LOOKS} times.", field="script")
        spend(self.quota, "status")
        found, _ = queries.task(self.actor, _uuid(task))
        return STATES[State(found.state)] or ""

    def now(self) -> int:
        return int(timezone.now().timestamp())

    def _count(self, kind: str) -> None:
        self.changes += 1
        if self.changes > MAX_CHANGES:
            raise InvalidInput(f"A script makes at most {MAX_CHANGES} changes.", field="script")
        spend(self.quota, kind)


def _uuid(task: Value) -> UUID:
    found = ids.parse("tsk", task) if isinstance(task, str) else None
    if found is None:
        raise NotFound(f"Task {str(task)[:100]} not found", code="task_not_found")
    return found


def _text(value: Value, what: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{what} is a text.", field="script")
    return value


def _one_of(known: Any) -> Any:
    def read(value: Value) -> str:
        if value not in known:
            raise InvalidInput(f"Must be one of {', '.join(known)}.", field="script")
        return str(value)

    return read


def _due(value: Value) -> datetime:
    """Seconds since 1970, as NOW() counts them, or a date and time in a text."""
    try:
        moment: datetime = datetime.fromtimestamp(value, UTC) if is_number(value) else _MOMENT.run_validation(value)
    except (ValueError, OverflowError, OSError, ValidationError):
        raise InvalidInput(DUE, field="script") from None
    if moment.year not in YEARS:
        raise InvalidInput(DUE, field="script")
    return moment


_READ: dict[str, Any] = {
    "priority": _one_of(tuple(PRIORITIES)),
    "status": _one_of(STATUSES),
    "assignee": lambda value: _text(value, "An assignee"),
    "due_date": _due,
}
"""Field -> its value as the contract's own update takes it."""
