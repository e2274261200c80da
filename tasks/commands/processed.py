"""Tasks that TaskHub works on itself before people do: many at once, in as many statements as one.

The caller owns the transaction and holds what comes before the tasks in the order of locks. Rights are the caller's to
know. A task that cannot take the verb any more is left as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.actor import Actor
from accounts.written import insert, update
from tasks import events
from tasks.domain import deadlines
from tasks.domain.lifecycle import TRANSITIONS, ClosedReason, ShareState, State
from tasks.events import NewEvent
from tasks.models import Assignment, Deadline, Task

from .assign import Recipient, new_shares
from .change import add_deadlines

MAX_REASON = 2_000
_OPEN_AGAIN = {"is_open": True, "closed_at": None, "closed_by_id": None, "closed_reason": "", "outcome": ""}


@dataclass(frozen=True, slots=True)
class Presentation:
    """A task that people are to look at. It is given to these unless somebody has a share of it already.

    `form_data` is what its form shows, None: what it shows now. `weight` is what is required of the shares.
    """

    task_id: int
    recipients: Sequence[Recipient] = ()
    weight: Decimal = Decimal(1)
    due_at: datetime | None = None
    escalate_at: datetime | None = None
    form_data: Mapping[str, Any] | None = None


def present_each(*, actor: Actor, presentations: Sequence[Presentation], now: datetime) -> list[Task]:
    """Give these tasks to people, and begin their time. One that has been unlocked is pending already."""
    given = {each.task_id: each for each in presentations}
    tasks = _locked(given, {State.PROCESSING, State.PENDING})
    if not tasks:
        return []
    held = _holders(tasks)
    timed = [task.pk for task in tasks if task.due_at or task.escalate_at]
    news = {task: _present(task, given[task.pk], held.get(task.pk)) for task in tasks}
    _save(tasks, {"state", "weight", "due_at", "due_sort", "escalate_at", "form_data"}, now)
    _give([task for task in tasks if task.pk not in held], given, now)
    if held:
        due = Task.objects.filter(pk=OuterRef("task_id")).values("due_sort")
        Assignment.objects.filter(task_id__in=held, is_open=True).update(due_sort=Subquery(due))
    if timed:
        Deadline.objects.filter(task_id__in=timed).delete()
    add_deadlines(*tasks)
    events.record_each(news={task: new for task, new in news.items() if new}, now=now, actor=actor)
    return tasks


def finish_each(*, actor: Actor, answers: Mapping[int, Mapping[str, Any]], now: datetime) -> list[Task]:
    """These tasks are completed without anybody, with these answers to their forms."""
    done = NewEvent("task.completed", {"state": State.COMPLETED.value})
    return _close_each("finish", {task_id: (data, done) for task_id, data in answers.items()}, actor, now)


def filter_each(*, actor: Actor, filtered: Mapping[int, tuple[Mapping[str, Any], str]], now: datetime) -> list[Task]:
    """These tasks need nobody: what was found, and the reason, by task."""
    said = {"state": State.CANCELED.value, "closed_reason": ClosedReason.FILTERED.value}
    closing = {
        task_id: (data, NewEvent("task.canceled", said | _why(why))) for task_id, (data, why) in filtered.items()
    }
    return _close_each("cancel", closing, actor, now, closed_reason=ClosedReason.FILTERED)


def fail_each(*, actor: Actor, reasons: Mapping[int, str], now: datetime) -> list[Task]:
    """The work on these tasks broke."""
    said = {"state": State.FAILED.value}
    closing = {task_id: (None, NewEvent("task.failed", said | _why(why))) for task_id, why in reasons.items()}
    return _close_each("fail", closing, actor, now)


def process_each(*, actor: Actor, task_ids: Collection[int], now: datetime) -> list[Task]:
    """These failed tasks are worked on again by TaskHub: nobody has them until they are presented."""
    tasks = _locked(task_ids, _sources("process"))
    if not tasks:
        return []
    no_time = {"due_at": None, "due_sort": deadlines.due_sort(None), "escalate_at": None}
    again = {"state": State.PROCESSING, "performed_weight": Decimal(0), **_OPEN_AGAIN, **no_time}
    for task in tasks:
        vars(task).update(again)
    _save(tasks, again, now)
    shares = Assignment.objects.filter(task__in=tasks).exclude(state=ShareState.REPLACED)
    shares.update(state=ShareState.REPLACED, is_open=False, acted_at=None, outcome="")
    told = NewEvent("task.reprocessed", {"state": State.PROCESSING.value})
    events.record_each(news=dict.fromkeys(tasks, told), now=now, actor=actor)
    return tasks


def _close_each(
    verb: str,
    closing: Mapping[int, tuple[Mapping[str, Any] | None, NewEvent]],
    actor: Actor,
    now: datetime,
    closed_reason: str = "",
) -> list[Task]:
    tasks = _locked(closing, _sources(verb))
    if not tasks:
        return []
    ids = [task.pk for task in tasks]
    Assignment.objects.filter(task_id__in=ids, is_open=True).update(is_open=False)
    Deadline.objects.filter(task_id__in=ids).delete()
    closed = {"is_open": False, "closed_at": now, "closed_by_id": actor.user_id, "closed_reason": closed_reason}
    for task in tasks:
        data, said = closing[task.pk]
        vars(task).update(closed, state=State(said.payload["state"]))
        task.form_data = task.form_data if data is None else dict(data)
    _save(tasks, {*closed, "state", "form_data"}, now)
    events.record_each(news={task: closing[task.pk][1] for task in tasks}, now=now, actor=actor)
    return tasks


@cache
def _sources(verb: str) -> frozenset[State]:
    return frozenset(state for state, taken in TRANSITIONS if taken == verb)


def _locked(task_ids: Collection[int], states: Collection[State]) -> list[Task]:
    """Those of these tasks that are in one of the states; what is deleted is nobody's any more."""
    if not task_ids:
        return []
    rows = Task.objects.present().filter(pk__in=task_ids, state__in=sorted(states)).order_by("pk")
    return list(rows.select_for_update(no_key=True))


def _save(tasks: Sequence[Task], names: Iterable[str], now: datetime) -> None:
    """One statement for all of them."""
    columns = [*(name.removesuffix("_id") for name in names), "version", "updated_at"]
    for task in tasks:
        task.version, task.updated_at = task.version + 1, now
    if len(tasks) == 1:
        update(tasks[0], columns)
    else:
        Task.objects.bulk_update(tasks, columns)


def _holders(tasks: Iterable[Task]) -> dict[int, list[Recipient]]:
    """Task -> whose shares of it are still to be performed."""
    found: dict[int, list[Recipient]] = {}
    shares = Assignment.objects.filter(task__in=tasks, state=ShareState.PENDING).order_by("pk")
    for task_id, user_id, team_id, weight in shares.values_list("task_id", "user_id", "team_id", "weight"):
        found.setdefault(task_id, []).append(Recipient(user_id, team_id, weight))
    return found


def _present(task: Task, given: Presentation, holders: Sequence[Recipient] | None) -> NewEvent | None:
    """Change the task; what there is to tell of it: nothing, where it is pending already and somebody's."""
    is_new = task.state == State.PROCESSING
    task.state = State.PENDING
    task.weight = task.weight if holders else given.weight
    task.due_at, task.due_sort, task.escalate_at = given.due_at, deadlines.due_sort(given.due_at), given.escalate_at
    task.form_data = task.form_data if given.form_data is None else dict(given.form_data)
    if holders and not is_new:
        return None
    people = holders or given.recipients
    said = {
        "users": [each.user_id for each in people if each.user_id],
        "teams": [each.team_id for each in people if each.team_id],
    }
    return NewEvent("task.presented", {"state": State.PENDING.value, **said} if is_new else said)


def _give(tasks: Iterable[Task], given: Mapping[int, Presentation], now: datetime) -> None:
    people = {task: given[task.pk].recipients for task in tasks}
    insert([share for task, each in people.items() if each for share in new_shares(task, each, task.weight, now)])


def _why(reason: str) -> dict[str, str]:
    return {"reason": reason[:MAX_REASON]} if reason else {}
