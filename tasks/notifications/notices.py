"""What people can be told, whom it concerns, and what is sent unless they say otherwise."""

from dataclasses import dataclass

MENTIONED = "mentioned"
ASSIGNEE, CREATOR, WATCHER, MANAGER = "assignee", "creator", "watcher", "manager"
RECIPIENTS = (MENTIONED, ASSIGNEE, CREATOR, WATCHER, MANAGER)
"""Roles, by precedence: who is several things is told as the first."""

IN_APP, EMAIL = "in_app", "email"
CHANNELS = (IN_APP, EMAIL)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing people can be told. `text` is filled with who and title; `emails` are the roles mailed by default."""

    name: str
    label: str
    text: str
    recipients: tuple[str, ...]
    emails: frozenset[str]

    def by_default(self, channel: str, recipient: str) -> bool:
        """Whether `recipient` gets it through `channel` without having said anything."""
        return recipient in self.recipients and (channel == IN_APP or recipient in self.emails)


def _notice(name: str, label: str, text: str, recipients: tuple[str, ...], *emails: str) -> Notice:
    return Notice(name, label, text, recipients, frozenset(emails))


_INVOLVED = (ASSIGNEE, CREATOR, WATCHER)
NOTICES: dict[str, Notice] = {
    notice.name: notice
    for notice in (
        _notice("task_assigned", "A task is assigned", "{who} assigned you: {title}", (ASSIGNEE,), ASSIGNEE),
        _notice("share_performed", "A share is performed", "{who} performed their share of: {title}",
                (CREATOR, WATCHER), WATCHER),
        _notice("share_declined", "A share is declined", "{who} declined their share of: {title}", (CREATOR, WATCHER),
                CREATOR, WATCHER),
        _notice("task_completed", "A task is completed", "{who} completed: {title}", _INVOLVED, CREATOR, WATCHER),
        _notice("task_declined", "A task is declined", "{who} declined: {title}", _INVOLVED, CREATOR, WATCHER),
        _notice("task_canceled", "A task is canceled", "{who} canceled: {title}", _INVOLVED, WATCHER),
        _notice("task_failed", "A task fails", "{who} marked as failed: {title}", _INVOLVED, CREATOR, WATCHER),
        _notice("task_reopened", "A task is reopened", "{who} reopened: {title}", _INVOLVED, ASSIGNEE, WATCHER),
        _notice("task_overdue", "A task is overdue", "Overdue: {title}", _INVOLVED, ASSIGNEE),
        _notice("task_escalated", "A task is escalated", "Escalated: {title}", (ASSIGNEE, MANAGER), MANAGER),
        _notice("comment_added", "A comment is added", "{who} commented on: {title}", _INVOLVED, WATCHER),
        _notice("mentioned", "Somebody mentions you", "{who} mentioned you in: {title}", (MENTIONED,), MENTIONED),
        _notice("told", "A rule tells me something", "{said}: {title}", (MENTIONED,), MENTIONED),
        _notice("rule_stopped", "A rule is stopped", "A rule was stopped at: {title}", (MANAGER,)),
    )
}  # fmt: skip

BY_EVENT: dict[str, str] = {
    "task.created": "task_assigned",
    "task.presented": "task_assigned",
    "task.reassigned": "task_assigned",
    "share.performed": "share_performed",
    "share.declined": "share_declined",
    "task.completed": "task_completed",
    "task.declined": "task_declined",
    "task.canceled": "task_canceled",
    "task.failed": "task_failed",
    "task.reopened": "task_reopened",
    "task.unlocked": "task_reopened",
    "task.overdue": "task_overdue",
    "task.escalated": "task_escalated",
    "comment.added": "comment_added",
    "comment.mentioned": "mentioned",
    "people.told": "told",
    "rule.stopped": "rule_stopped",
}
"""Event type -> the notice it makes."""


def notice_of(event_type: str, payload: dict[str, object]) -> Notice | None:
    """The notice of an event; None where another event of the same change says it: the share that closes a task."""
    name = BY_EVENT.get(event_type)
    return None if name is None or payload.get("closes") else NOTICES[name]
