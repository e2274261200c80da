"""The bots contract's words for what the domain says. Tables only."""

from typing import Any

from taskhub.contracts.contract import ErrorKey, Kind, Problem, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState
from tasks.domain.lifecycle import State
from tasks.models import Priority

STATES: dict[State, str | None] = {
    State.PROCESSING: "in_progress",
    State.PENDING: "pending",
    State.IN_PROGRESS: "in_progress",
    State.COMPLETED: "completed",
    State.DECLINED: "cancelled",
    State.CANCELED: "cancelled",
    State.FAILED: "cancelled",
}
STATUSES = ("pending", "in_progress", "completed", "cancelled")
PRIORITIES: dict[str, Priority] = {
    "low": Priority.LOW,
    "medium": Priority.MEDIUM,
    "high": Priority.HIGH,
    "critical": Priority.URGENT,
}
PRIORITY_WORDS: dict[int, str] = {priority: word for word, priority in PRIORITIES.items()}

READ, EDIT = "task.read", "task.edit"
"""The scopes of the operations."""
CREATES, UPDATES, COMMENTS, LISTS = "100/hour", "200/hour", "50/hour", "60/minute"
"""The documented limits, each person's. What makes tasks in several ways shares the window `create_task`."""

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "{code}"),
    "instance_not_found": Wire(404, "workflow_not_found"),
    "assignees_not_found": Wire(400, "invalid_assignee"),
    "user_not_found": Wire(400, "invalid_{field}"),
    NotAllowed: Wire(403, "permission_denied"),
    InvalidInput: Wire(400, "invalid_{field}"),
    "too_large": Wire(413, "payload_too_large"),
    WrongState: Wire(409, "invalid_state"),
    Conflict: Wire(409, "conflict"),
    StaleVersion: Wire(409, "conflict"),
    UpstreamFailed: Wire(502, "upstream_failed"),
    **wires(
        {
            Kind.MALFORMED: "invalid_json",
            Kind.BAD_QUERY: "invalid_{field}",
            Kind.TOO_LARGE: "payload_too_large",
            Kind.UNSUPPORTED: "unsupported_media_type",
            Kind.NOT_ACCEPTABLE: "not_acceptable",
            Kind.UNAUTHENTICATED: "unauthorized",
            Kind.FORBIDDEN: "permission_denied",
            Kind.NO_ROUTE: "not_found",
            Kind.NO_METHOD: "method_not_allowed",
            Kind.THROTTLED: "rate_limit_exceeded",
            Kind.BAD_KEY: "invalid_idempotency_key",
            Kind.KEY_REUSED: "idempotency_key_reused",
            Kind.BUSY: "conflict",
            Kind.UNEXPECTED: "internal_error",
            Kind.UNAVAILABLE: "service_unavailable",
        }
    ),
}

MISSING: dict[str, tuple[str, str]] = {
    "task_not_found": ("Task {} not found", "task_id"),
    "comment_not_found": ("Comment {} not found", "comment_id"),
    "attachment_not_found": ("Attachment {} not found", "attachment_id"),
    "item_not_found": ("Item {} not found", "item_id"),
    "template_not_found": ("Template {} not found", "template_id"),
    "workflow_not_found": ("Workflow {} not found", "workflow_id"),
    "instance_not_found": ("Workflow {} not found", "workflow_id"),
    "automation_not_found": ("Automation {} not found", "automation_id"),
}
"""What is not there -> how the document says so, and the parameter of the address that names it."""

DENIED: dict[str, str] = {
    "task_id": "task",
    "template_id": "template",
    "workflow_id": "workflow",
    "automation_id": "automation",
}
"""Parameter of the address -> what somebody has no permission to modify."""

FIELDS: dict[str, str] = {"due_at": "due_date", "assignees": "assignee", "user": "assignee", "state": "status"}


def shape(problem: Problem) -> dict[str, Any]:
    """The documented error format."""
    return {"error": problem.code, "message": problem.message}
