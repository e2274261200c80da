"""One change of many tasks: the frame of `change` for as many as there are, in as many statements as for one.

For what acts without anybody asking. Right and state of each task are asked as if it were alone, and what becomes of it
is said by the same function that the command for one task uses.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actor import Actor
from accounts.written import update
from tasks import events, policy
from tasks.domain.errors import DomainError, no_such_task
from tasks.models import Assignment, Task
from tasks.standing import standing_of

from .change import Change, locked

Answers = Mapping[int, Task | DomainError]
"""Id of a task -> the task as it is now, or why nothing was done to it."""


def hold(task_ids: Collection[int]) -> None:
    """Lock these tasks, all in one order: for who changes some of them now and others later in the transaction."""
    list(locked(Task.objects.filter(pk__in=task_ids).order_by("pk")).values_list("pk"))


def change_each(
    verb: str, deed: Callable[[Change], None], *, actor: Actor, tasks: Collection[int], now: datetime
) -> Answers:
    """Lock the tasks in one order, and do the deed to those to which the actor may do the verb now.

    What the deed raises is raised, and then nothing has changed of any of them.
    """
    answers: dict[int, Task | DomainError] = {task_id: no_such_task() for task_id in tasks}
    with transaction.atomic():
        changes = []
        for task, shares in _load(actor.organization_id, tasks):
            try:
                standing = standing_of(actor, task, shares)
                policy.check(standing, verb)
            except DomainError as error:
                answers[task.pk] = error
                continue
            changes.append(Change(actor, now, task, standing, {share.pk: share for share in shares}))
            deed(changes[-1])
            answers[task.pk] = task
        _save(changes, actor, now)
    return answers


def _load(organization_id: int, task_ids: Collection[int]) -> Iterable[tuple[Task, Sequence[Assignment]]]:
    rows = Task.objects.present().filter(organization_id=organization_id, pk__in=task_ids).order_by("pk")
    tasks = {task.pk: task for task in locked(rows.select_related("project"))}
    shares: defaultdict[int, list[Assignment]] = defaultdict(list)
    for share in Assignment.objects.filter(task_id__in=tasks).order_by("id"):
        share.task = tasks[share.task_id]
        shares[share.task_id].append(share)
    return [(task, shares[task.pk]) for task in tasks.values()]


def _save(changes: Sequence[Change], actor: Actor, now: datetime) -> None:
    """What changes alike is written by one statement, then the events: first that of each task, then the second."""
    alike: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.settle():
            alike[repr(_values(change))].append(change)
    for first, *others in alike.values():
        if others:
            rows = Task.objects.filter(pk__in=[change.task.pk for change in (first, *others)])
            rows.update(**_values(first), version=F("version") + 1)
        else:
            update(first.task, first.fields)
    for place in range(max((len(change.news) for change in changes), default=0)):
        news = {change.task: change.news[place] for change in changes if len(change.news) > place}
        events.record_each(news=news, now=now, actor=actor)


def _values(change: Change) -> dict[str, Any]:
    """What the task's row becomes, but for its version, which each has of its own."""
    return {name: getattr(change.task, name) for name in sorted(change.fields - {"version"})}
