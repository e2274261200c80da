"""When time itself makes something happen to a task."""

from datetime import UTC, datetime, timedelta

DUE = "due"
ESCALATION = "escalation"
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Where tasks without a due time are sorted: after all others. A date, because infinity cannot be loaded by clients."""


def due_sort(due_at: datetime | None) -> datetime:
    """The key by which open work is ordered."""
    return due_at or NEVER


def deadlines(
    due_at: datetime | None, escalate_after: timedelta, escalate_at: datetime | None = None
) -> dict[str, datetime]:
    """Kind -> moment of each deadline of an open task. A moment past the end of the calendar is no deadline.

    It is escalated at `escalate_at`; without one `escalate_after` its due time.
    """
    moments = {DUE: due_at} if due_at else {}
    if escalate_at is None and due_at is not None and due_at < NEVER - escalate_after:
        escalate_at = due_at + escalate_after
    return moments | {ESCALATION: escalate_at} if escalate_at else moments


def is_overdue(is_open: bool, due_at: datetime | None, now: datetime) -> bool:
    """Overdue is never stored: an open task whose due time is past."""
    return is_open and due_at is not None and due_at < now
