"""Saying that something is wrong with a task or with what it is about."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts.actor import Actor
from tasks.domain.content import check_text
from tasks.domain.errors import Conflict, InvalidInput
from tasks.models import Report

from .change import changing

MAX_REASON = 200
MAX_REPORTS = 100
"""Of one task."""
HEAD_START = timedelta(seconds=30)
"""Who reports may try at once to forward it (`tasks.reports.forward`); after it, the workers see to it."""


def report(
    *,
    actor: Actor,
    task: UUID | int,
    reason: str,
    description: str = "",
    within: int | None = None,
    now: datetime | None = None,
) -> Report:
    """Keep a report, and owe it to the project's report URL. In every state; neither state nor version changes.

    Raises InvalidInput (`reason`, `description`) and Conflict (`too_many_reports`) besides the usual.
    """
    if not reason.strip() or len(reason) > MAX_REASON:
        raise InvalidInput(f"A reason has 1 to {MAX_REASON} characters.", field="reason")
    check_text("description", description)
    with changing("report", actor=actor, task=task, within=within, now=now) as change:
        if change.task.reports.count() >= MAX_REPORTS:
            raise Conflict(f"A task has at most {MAX_REPORTS} reports.", code="too_many_reports")
        is_owed = bool(change.task.project.report_url)
        row = Report.objects.create(
            organization_id=change.task.organization_id,
            task=change.task,
            reason=reason,
            description=description,
            created_by_id=actor.user_id,
            created_at=change.now,
            state=Report.State.OWED if is_owed else Report.State.LOCAL,
            fire_at=change.now + HEAD_START if is_owed else None,
        )
        change.record("task.reported", report=row.pk, reason=reason)
    return row
