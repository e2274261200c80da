"""Many tasks at once, in as many statements as one: for upper layers that give and take work in bulk.

The caller owns the transaction and holds what comes before the tasks in the order of locks.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.actor import Actor
from accounts.written import insert_with
from tasks import events
from tasks.domain.lifecycle import ClosedReason, State
from tasks.events import NewEvent
from tasks.models import Assignment, Deadline, Task

from .assign import Recipient, new_shares
from .change import add_deadlines
from .create import NewTask, add_checklists, checked, created, new_row


@dataclass(frozen=True, slots=True)
class Opening:
    """A task to be made and who gets it, already found among the organization's people and teams."""

    task: NewTask
    recipients: Sequence[Recipient] = ()
    state: State = State.PENDING


def create_each(
    *, actor: Actor, project_id: int, source: str, openings: Sequence[Opening], now: datetime
) -> list[Task]:
    """Make these tasks in the project, in their order. Rights are the caller's to know. Raises InvalidInput."""
    if not openings:
        return []
    tasks = [
        new_row(actor, project_id, source, checked(opening.task), now=now, state=opening.state) for opening in openings
    ]
    given = [(task, opening.recipients) for task, opening in zip(tasks, openings, strict=True)]
    shares = [share for task, people in given if people for share in new_shares(task, people, task.weight, now)]
    with transaction.atomic(savepoint=False):  # nothing below is refused: the caller's transaction is enough
        insert_with(tasks, shares, by="task")
        add_checklists(dict(zip(tasks, (opening.task for opening in openings), strict=True)))
        add_deadlines(*tasks)
        news = {task: created(task, people) for task, people in given}
        events.record_each(news=news, now=now, actor=actor, are_new=True)
    return tasks


@transaction.atomic(savepoint=False)
def cancel_each(
    *, actor: Actor, task_ids: Collection[int], closed_reason: ClosedReason, reason: str = "", now: datetime
) -> list[Task]:
    """Cancel those of these tasks that are still open. Rights are the caller's to know."""
    rows = Task.objects.filter(pk__in=task_ids, is_open=True).order_by("pk")
    tasks = list(rows.select_for_update(no_key=True)) if task_ids else []
    if not tasks:
        return []
    ids = [task.pk for task in tasks]
    Assignment.objects.filter(task_id__in=ids, is_open=True).update(is_open=False)
    Deadline.objects.filter(task_id__in=ids).delete()
    closed = {"state": State.CANCELED, "is_open": False, "closed_reason": closed_reason, "closed_at": now}
    closed |= {"closed_by_id": actor.user_id, "updated_at": now}
    Task.objects.filter(pk__in=ids).update(**closed, version=F("version") + 1)
    for task in tasks:
        vars(task).update(closed, version=task.version + 1)
    said = {"state": State.CANCELED.value, "closed_reason": closed_reason.value}
    new = NewEvent("task.canceled", said | ({"reason": reason} if reason else {}))
    events.record_each(news=dict.fromkeys(tasks, new), now=now, actor=actor)
    return tasks
