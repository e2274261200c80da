"""A report as other systems get it: the same bytes at every try."""

import json
from typing import Any

from tasks.models import Report


def body(report: Report) -> bytes:
    """The message. Only what never changes, so that its receiver may compare."""
    message: dict[str, Any] = {
        "type": "task.reported",
        "timestamp": report.created_at.isoformat(),
        "data": {
            "report_id": str(report.uuid),
            "task_id": str(report.task.uuid),
            "project_id": str(report.task.project.uuid),
            "team_id": str(report.organization.uuid),
            "reason": report.reason,
            "description": report.description,
            "reported_by": report.created_by.username if report.created_by else None,
        },
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
