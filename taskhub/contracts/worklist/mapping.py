"""The worklist contract's words for what the domain says. Tables, and the shape of an error."""

from taskhub.contracts.contract import ErrorKey, Kind, Problem, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState
from tasks.domain.lifecycle import State

READ, EXECUTE = "workflow.read", "workflow.execute"
PERMISSIONS: dict[str, str] = {READ: "APICLI_WORKFLOW_READ", EXECUTE: "APICLI_WORKFLOW_EXECUTE"}
"""Scope of a key -> the document's name of it."""
GRANTED: dict[str, tuple[str, ...]] = {READ: ("task.read",), EXECUTE: ("task.edit",)}
"""Scope of a key -> what it stands for behind this contract, which touches tasks of workflows only."""

STATES: dict[State, str | None] = {
    State.PROCESSING: None,
    State.PENDING: "PENDING",
    State.IN_PROGRESS: "IN_PROGRESS",
    State.COMPLETED: "COMPLETED",
    State.DECLINED: None,
    State.CANCELED: None,
    State.FAILED: None,
}
SAYABLE = tuple(state.value for state, word in STATES.items() if word)
"""States of tasks that this contract shows."""
STATUSES: dict[str, State] = {word: state for state, word in STATES.items() if word}

INSTANCE_STATUSES: dict[str, str] = {
    "running": "RUNNING",
    "completed": "COMPLETED",
    "canceled": "CANCELED",
    "failed": "FAILED",
}

DONE = ("completed", "Completed")
"""Code and label of the one result of a step whose definition names none: a client has to send one."""

FIELDS: dict[str, str] = {
    "outcome": "result_code",
    "form_data": "captured_data",
    "resolution": "comment",
    "reason": "comment",
    "assignees": "assign_to_user_id",
}

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "NOT_FOUND"),
    NotAllowed: Wire(403, "FORBIDDEN"),
    InvalidInput: Wire(400, "VALIDATION_ERROR"),
    WrongState: Wire(400, "VALIDATION_ERROR"),
    Conflict: Wire(400, "VALIDATION_ERROR"),
    StaleVersion: Wire(400, "VALIDATION_ERROR"),
    UpstreamFailed: Wire(502, "UPSTREAM_FAILED"),
    "missing_header": Wire(400, "BAD_REQUEST"),
    **wires(
        {
            Kind.MALFORMED: "VALIDATION_ERROR",
            Kind.BAD_QUERY: "VALIDATION_ERROR",
            Kind.TOO_LARGE: "PAYLOAD_TOO_LARGE",
            Kind.UNSUPPORTED: "UNSUPPORTED_MEDIA_TYPE",
            Kind.NOT_ACCEPTABLE: "NOT_ACCEPTABLE",
            Kind.UNAUTHENTICATED: "UNAUTHORIZED",
            Kind.FORBIDDEN: "FORBIDDEN",
            Kind.NO_ROUTE: "NOT_FOUND",
            Kind.NO_METHOD: "METHOD_NOT_ALLOWED",
            Kind.THROTTLED: "RATE_LIMITED",
            Kind.BAD_KEY: "BAD_REQUEST",
            Kind.KEY_REUSED: "IDEMPOTENCY_KEY_REUSED",
            Kind.BUSY: "CONFLICT",
            Kind.UNEXPECTED: "INTERNAL_ERROR",
            Kind.UNAVAILABLE: "SERVICE_UNAVAILABLE",
        }
    ),
}


def shape(problem: Problem) -> object:
    """The error format; `details` names each parameter, field or header that was wrong."""
    details = [
        {"field": ".".join(map(str, fault.path[1:])) or str(fault.path[0]), "message": fault.message}
        for fault in problem.faults
    ]
    error = {"code": problem.code, "message": problem.message, "details": details}
    return {"success": False, "error": error, "meta": {}}
