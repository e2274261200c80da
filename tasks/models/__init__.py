"""Tables of human work. Rows are changed by `tasks.commands` only."""

from .activity import Comment, Watcher
from .assignment import Assignment
from .attachment import Attachment
from .category import Category
from .checklist import ChecklistItem, TimeEntry
from .deadline import Deadline
from .event import Event, OutboxEntry
from .notification import Delivery, NotificationPreference
from .reference import Reference
from .report import Report
from .rollup import Rollup, RollupEntry
from .task import Priority, Task
from .template import TaskTemplate

__all__ = [
    "Assignment",
    "Attachment",
    "Category",
    "ChecklistItem",
    "Comment",
    "Deadline",
    "Delivery",
    "Event",
    "NotificationPreference",
    "OutboxEntry",
    "Priority",
    "Reference",
    "Report",
    "Rollup",
    "RollupEntry",
    "Task",
    "TaskTemplate",
    "TimeEntry",
    "Watcher",
]
