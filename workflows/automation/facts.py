"""What rules know of something that happened: plain values under the names of `workflows.rules.rule.NAMES`.

Loaded for many events in a constant number of queries. Conditions see a task as it is when the rule looks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment, Comment, Event, Task
from workflows.models import TriggerEvent
from workflows.rules.actions import PRIORITIES

Facts = dict[str, Any]
MAX_TEXT = 4_000
"""Of long texts rules see the beginning: a condition must not become too costly by what somebody wrote."""
NOT_NAMED = ("task__outcomes", "task__form_fields", "task__form_data")
"""Columns of a task that rules have no name for."""
WORDS = {number: word for word, number in PRIORITIES.items()}
_NOBODY = {"username": "", "name": "", "kind": "system"}
_NOTHING: dict[str, Any] = {"title": "", "description": "", "state": "", "priority": "", "category": "", "tags": []}


def of_events(events: Sequence[Event], now: datetime) -> list[Facts]:
    """The facts of each event. Two queries: who has the tasks, what was said. Events come with task, project, actor."""
    holders = _holders({event.task_id for event in events})
    texts = _texts(events)
    return [
        {
            "task": of_task(event.task, holders[event.task_id], now),
            "event": _of_event(event, texts),
            "actor": _of_actor(event.actor_kind, event.actor),
            "trigger": {"type": event.type, "value": ""},
            "context": {},
            "now": now,
        }
        for event in events
    ]


def with_parts(keys: Iterable[int]) -> list[Event]:
    """These events with what `of_events` looks at, oldest first."""
    rows = Event.objects.filter(pk__in=set(keys)).select_related("task").defer(*NOT_NAMED).order_by("pk")
    return list(rows.prefetch_related("actor", "task__project"))


def of_trigger(trigger: TriggerEvent, now: datetime) -> Facts:
    """The facts of a trigger that was fired by its name."""
    said = {"type": trigger.type, "value": trigger.value}
    actor = _of_actor(trigger.actor_kind, trigger.actor)
    return _without_task(said, trigger.created_at, now) | {"actor": actor, "context": trigger.context}


def of_slot(slot: datetime, cron: str, now: datetime) -> Facts:
    """The facts of a moment of a schedule."""
    return _without_task({"type": "schedule", "value": cron}, slot, now)


def _without_task(trigger: dict[str, str], at: datetime, now: datetime) -> Facts:
    event = {"type": trigger["type"], "at": at, "state": "", "changed": [], "text": "", "reason": ""}
    return {"task": dict(_NOTHING), "event": event, "actor": _NOBODY, "trigger": trigger, "context": {}, "now": now}


def of_task(task: Task, holders: Mapping[str, list[str]], now: datetime) -> Facts:
    """A task in the words of conditions."""
    return {
        "id": str(task.uuid),
        "title": task.title,
        "description": task.description[:MAX_TEXT],
        "state": task.state,
        "is_open": task.is_open,
        "priority": WORDS[task.priority],
        "priority_number": task.priority,
        "category": task.category,
        "tags": task.tags,
        "metadata": task.metadata,
        "source": task.source,
        "project": task.project.slug,
        "due_at": task.due_at,
        "overdue": task.is_open and task.due_at is not None and task.due_at < now,
        "created_at": task.created_at,
        "escalation_level": task.escalation_level,
        "outcome": task.outcome,
        "resolution": task.resolution[:MAX_TEXT],
        "is_step": task.instance_id is not None,
        "assignees": holders["users"],
        "teams": holders["teams"],
    }


def _of_event(event: Event, texts: Mapping[int, str]) -> dict[str, Any]:
    said = event.payload
    return {
        "type": event.type,
        "at": event.created_at,
        "state": said.get("state", ""),
        "changed": sorted(said.get("fields", ())),
        "reason": str(said.get("reason", "")),
        "text": texts.get(said.get("comment", 0), "")[:MAX_TEXT],
    }


def _of_actor(kind: str, user: Any) -> dict[str, str]:
    return {"username": user.username, "name": str(user), "kind": kind} if user else {**_NOBODY, "kind": kind}


def _holders(task_ids: Iterable[int]) -> defaultdict[int, dict[str, list[str]]]:
    found: defaultdict[int, dict[str, list[str]]] = defaultdict(lambda: {"users": [], "teams": []})
    rows = Assignment.objects.filter(task_id__in=set(task_ids)).exclude(state=ShareState.REPLACED).order_by("id")
    for task_id, username, slug in rows.values_list("task_id", "user__username", "team__slug"):
        found[task_id]["users" if username else "teams"].append(username or slug)
    return found


def _texts(events: Iterable[Event]) -> dict[int, str]:
    said = {event.payload["comment"] for event in events if event.payload.get("comment")}
    return dict(Comment.objects.filter(pk__in=said).values_list("pk", "text")) if said else {}
