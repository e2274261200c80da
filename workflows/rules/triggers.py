"""What sets a rule off: something that happened to a task, a trigger that somebody fires by its name, or the clock."""

import re
from dataclasses import dataclass

SCHEDULE = "schedule"
MAX_NAME, MAX_VALUE = 63, 200
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)

TASK_EVENTS: dict[str, str] = {
    "task.created": "a task is created",
    "task.presented": "a task that was processed is given to people",
    "task.started": "somebody starts a task",
    "task.claimed": "somebody claims a task",
    "task.released": "somebody gives a task back",
    "task.reassigned": "a task is reassigned",
    "task.updated": "a task is changed",
    "task.overdue": "a task becomes overdue",
    "task.escalated": "a task is escalated",
    "share.performed": "somebody performs a share",
    "share.declined": "somebody declines a share",
    "task.completed": "a task is completed",
    "task.declined": "a task is declined",
    "task.canceled": "a task is canceled",
    "task.failed": "a task fails",
    "task.reopened": "a task is reopened",
    "task.unlocked": "a task is unlocked",
    "comment.added": "somebody comments on a task",
}
"""Event of a task -> the words after "when"."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """`type` is one of TASK_EVENTS, SCHEDULE, or the name of a trigger. `value` is a schedule's cron expression.

    Of a named trigger, `value` is the one it must be fired with; empty: any.
    """

    type: str
    value: str = ""

    @property
    def has_task(self) -> bool:
        """Whether there is a task that the rule is about, before it has done anything."""
        return self.type in TASK_EVENTS

    @property
    def is_schedule(self) -> bool:
        return self.type == SCHEDULE

    def __str__(self) -> str:
        return f"{self.type} {self.value}".strip()


def is_name(text: str) -> bool:
    """Whether a trigger that is fired by name may be called that. Events have a dot in theirs, so none is one."""
    return _NAME.fullmatch(text) is not None and text != SCHEDULE
