"""The bots contract's words for what the domain says. Tables only."""

from taskhub.contracts.contract import ErrorKey, Kind, Problem, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "task_not_found"),
    NotAllowed: Wire(403, "permission_denied"),
    InvalidInput: Wire(400, "invalid_request"),
    WrongState: Wire(409, "invalid_state"),
    Conflict: Wire(409, "conflict"),
    StaleVersion: Wire(409, "conflict"),
    UpstreamFailed: Wire(502, "upstream_failed"),
    **{f"invalid_{name}": Wire(400, f"invalid_{name}") for name in ("username", "password", "organization", "refresh")},
    **wires(
        {
            Kind.MALFORMED: "invalid_json",
            Kind.BAD_QUERY: "invalid_query",
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


def shape(problem: Problem) -> object:
    """The documented error format."""
    return {"error": problem.code, "message": problem.message}
