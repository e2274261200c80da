"""What belongs to the work on a task and stands beside its history: files, points to tick off, time. Three queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from tasks.models import Attachment, ChecklistItem, Task
from tasks.policy import Standing, refusal


@dataclass(frozen=True)
class Spent:
    """The minutes of one person."""

    name: str
    minutes: int

    @property
    def in_words(self) -> str:
        return in_words(self.minutes)


@dataclass(frozen=True)
class Work:
    """All of it, and what this person may add."""

    files: Sequence[Attachment]
    items: Sequence[ChecklistItem]
    spent: Sequence[Spent]
    may_attach: bool
    may_check: bool
    may_log: bool
    may_say_progress: bool

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)

    @property
    def time_spent(self) -> str:
        return in_words(sum(one.minutes for one in self.spent))


def work(task: Task, standing: Standing) -> Work:
    """Of one task, for who has this standing to it."""
    by_person = task.time_entries.order_by().values_list("user__name", "user__username").annotate(sum=Sum("minutes"))
    spent = [Spent(name or username or "TaskHub", minutes) for name, username, minutes in by_person]
    return Work(
        files=list(task.attachments.order_by("id")),
        items=list(task.checklist.select_related("done_by")),
        spent=sorted(spent, key=lambda one: (-one.minutes, one.name)),
        may_attach=refusal(standing, "attach") is None,
        may_check=refusal(standing, "check") is None,
        may_log=refusal(standing, "log") is None,
        may_say_progress=refusal(standing, "progress") is None,
    )


def in_words(minutes: int) -> str:
    """90 minutes are 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )
