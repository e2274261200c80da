"""The documents contract's words for what the domain says. Tables, and the shape of an error."""

from django.db.models import Q

from taskhub.contracts.contract import ErrorKey, Kind, Problem, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState
from tasks.domain.lifecycle import ClosedReason, State

READ, EDIT = "task.read", "task.edit"
"""The scopes of the operations."""

STATES: dict[State, str | None] = {
    State.PROCESSING: "PROCESSING",
    State.PENDING: "REVIEWING",
    State.IN_PROGRESS: "REVIEWING",
    State.COMPLETED: "COMPLETED",
    State.DECLINED: "DISCARDED",
    State.CANCELED: "DISCARDED",
    State.FAILED: "FAILED",
}
FILTERED = "FILTERED"
"""A canceled task that a rule of the pipeline took out."""
STATUSES = ("PROCESSING", "REVIEWING", "COMPLETED", "FAILED", "DISCARDED", FILTERED)
LOCKED = frozenset({"COMPLETED", "DISCARDED", FILTERED})
"""The final ones: such a task can be edited when it has been unlocked."""

UPLOAD_STATUSES = ("PROCESSING", "REVIEWING", "FAILED", "COMPLETED", "EXPORTED")

REPORTS: dict[str, str] = {
    "local": "recorded",
    "owed": "pending",
    "sent": "forwarded",
    "given_up": "undelivered",
}
"""State of a report -> what became of it outside."""

FIELDS: dict[str, str] = {"form_data": "data", "file": "files"}

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "{code}"),
    NotAllowed: Wire(403, "forbidden"),
    InvalidInput: Wire(400, "invalid_request"),
    "invalid_form": Wire(400, "validation_failed"),
    "too_large": Wire(413, "payload_too_large"),
    WrongState: Wire(400, "{code}"),
    Conflict: Wire(409, "conflict"),
    StaleVersion: Wire(409, "conflict"),
    UpstreamFailed: Wire(502, "upstream_failed"),
    **wires(
        {
            Kind.MALFORMED: "malformed_request",
            Kind.BAD_QUERY: "invalid_request",
            Kind.TOO_LARGE: "payload_too_large",
            Kind.UNSUPPORTED: "unsupported_media_type",
            Kind.NOT_ACCEPTABLE: "not_acceptable",
            Kind.UNAUTHENTICATED: "unauthorized",
            Kind.FORBIDDEN: "forbidden",
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


def status_of(state: str, closed_reason: str) -> str | None:
    """The contract's word for a task."""
    return FILTERED if closed_reason == ClosedReason.FILTERED else STATES[State(state)]


def of_status(status: str) -> Q:
    """The condition that a task has this status."""
    states = [state.value for state, word in STATES.items() if word == status]
    if status == FILTERED:
        return Q(state=State.CANCELED, closed_reason=ClosedReason.FILTERED)
    found = Q(state__in=states)
    return found & ~Q(closed_reason=ClosedReason.FILTERED) if State.CANCELED in states else found


def shape(problem: Problem) -> object:
    """The error format; `details` names each field, parameter or rule that was not met."""
    details = [
        {"field": ".".join(map(str, fault.path[1:])) or str(fault.path[0]), "message": fault.message}
        for fault in problem.faults
    ]
    return {"error": {"code": problem.code, "message": problem.message, "details": details}}
