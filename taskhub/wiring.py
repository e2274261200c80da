"""Which handlers hear which events, and whose files are whose. Data only, loaded by name from settings.TASKHUB_WIRING.

LOCK_FIRST: called before a command locks a task: an expression over its row that locks what comes before it.
INLINE: called with the event inside the command's transaction; database only.
RELAYED: called later with a sequence of events, through the outbox; database only.
FILES: folder of the storage -> the field whose rows name what lies below it. What no row names is removed; so a kind of
file has a folder of its own, and a storage belongs to one database.
"""

from tasks.notifications.notices import BY_EVENT
from workflows.rules.triggers import TASK_EVENTS

LOCK_FIRST: tuple[str, ...] = ("workflows.store.before_task",)
INLINE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("task.completed", "task.declined", "task.canceled", "task.failed"), ("workflows.handlers.task_closed",)
    ),
    "task.unlocked": ("workflows.handlers.task_unlocked",),
}
RELAYED: dict[str, tuple[str, ...]] = {
    event_type: (
        *(("tasks.notifications.plan.plan",) if event_type in BY_EVENT else ()),
        *(("workflows.automation.planning.plan",) if event_type in TASK_EVENTS else ()),
    )
    for event_type in (BY_EVENT | TASK_EVENTS)
}
FILES: tuple[tuple[str, str], ...] = (
    ("attachments", "tasks.Attachment.file"),
    ("documents", "workflows.Document.file"),
)
