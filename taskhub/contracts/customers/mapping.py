"""The customers contract's words for what the domain says. Tables only."""

from taskhub.contracts.contract import ErrorKey, Kind, Problem, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState
from tasks.domain.lifecycle import ShareState, State
from tasks.models import Priority

STATES: dict[State, str | None] = {
    State.PROCESSING: None,
    State.PENDING: "pending",
    State.IN_PROGRESS: "in_progress",
    State.COMPLETED: "completed",
    State.DECLINED: "declined",
    State.CANCELED: "canceled",
    State.FAILED: None,
}
SAYABLE = tuple(state.value for state, word in STATES.items() if word)
"""States of tasks that this contract shows."""
STATUSES: dict[str, State] = {word: state for state, word in STATES.items() if word}

SHARES: dict[ShareState, str] = {
    ShareState.PENDING: "pending",
    ShareState.PERFORMED: "completed",
    ShareState.DECLINED: "declined",
    ShareState.REPLACED: "canceled",
}
NOT_NEEDED = "canceled"
"""A pending share of a closed task: nobody needs it any more."""

URGENT = {True: Priority.URGENT, False: Priority.MEDIUM}

ACTIONS: dict[str, str] = {
    "share.performed": "performed",
    "task.completed": "performed",
    "share.declined": "decline",
    "task.canceled": "cancel",
    "task.reassigned": "reassign",
}
"""Event -> documented action. `task.completed` counts where a manager closed the task without a share."""

FIELDS: dict[str, str] = {"user": "assignees", "references": "objects", "priority": "is_urgent", "reason": "metadata"}

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "tasks_m.task_not_found"),
    "customer_not_found": Wire(404, "tasks_m.customer_not_found"),
    "assignees_not_found": Wire(404, "tasks_m.assignees_not_found"),
    "assignee_not_found": Wire(404, "tasks_m.assignee_not_found"),
    "persona_not_found": Wire(404, "tasks_m.persona_not_found"),
    "user_not_found": Wire(404, "tasks_m.persona_not_found"),
    NotAllowed: Wire(403, "tasks_m.forbidden"),
    "not_assignee": Wire(403, "tasks_m.ineligible_to_perform_task"),
    InvalidInput: Wire(400, "tasks_m.invalid_task_data"),
    "invalid_category": Wire(400, "tasks_m.invalid_category"),
    WrongState: Wire(409, "tasks_m.failed_to_{operation}"),
    Conflict: Wire(409, "tasks_m.failed_to_{operation}"),
    "already_exists": Wire(409, "tasks_m.task_already_exists"),
    StaleVersion: Wire(409, "tasks_m.failed_to_update_task"),
    UpstreamFailed: Wire(502, "tasks_m.failed_to_{operation}"),
    **wires(
        {
            Kind.MALFORMED: "tasks_m.invalid_task_data",
            Kind.BAD_QUERY: "tasks_m.invalid_task_data",
            Kind.TOO_LARGE: "tasks_m.payload_too_large",
            Kind.UNSUPPORTED: "tasks_m.unsupported_media_type",
            Kind.NOT_ACCEPTABLE: "tasks_m.not_acceptable",
            Kind.UNAUTHENTICATED: "tasks_m.unauthorized",
            Kind.FORBIDDEN: "tasks_m.forbidden",
            Kind.NO_ROUTE: "tasks_m.route_not_found",
            Kind.NO_METHOD: "tasks_m.method_not_allowed",
            Kind.THROTTLED: "tasks_m.rate_limit_exceeded",
            Kind.BAD_KEY: "tasks_m.invalid_idempotency_key",
            Kind.KEY_REUSED: "tasks_m.idempotency_key_reused",
            Kind.BUSY: "tasks_m.failed_to_update_task",
            Kind.UNEXPECTED: "tasks_m.failed_to_{operation}",
            Kind.UNAVAILABLE: "tasks_m.failed_to_{operation}",
        }
    ),
}


def shape(problem: Problem) -> object:
    """The documented error format."""
    return {"code": problem.code, "message": problem.message}
