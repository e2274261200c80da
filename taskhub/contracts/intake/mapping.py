"""The intake contract's words for what the domain says. Tables only.

Its errors have no codes: where the status is 422, the code of an entry is the place that is at fault.
"""

from taskhub.contracts.contract import ErrorKey, Kind, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState
from tasks.domain.lifecycle import State
from tasks.models import Priority

STATES: dict[State, str | None] = {
    State.PROCESSING: "in_progress",
    State.PENDING: "pending",
    State.IN_PROGRESS: "in_progress",
    State.COMPLETED: "completed",
    State.DECLINED: None,
    State.CANCELED: None,
    State.FAILED: None,
}
SAYABLE = tuple(state.value for state, word in STATES.items() if word)
"""States of tasks that this contract shows."""
STATUSES: dict[str, State] = {
    "pending": State.PENDING,
    "in_progress": State.IN_PROGRESS,
    "completed": State.COMPLETED,
}

PRIORITIES: dict[str, Priority] = {
    "low": Priority.LOW,
    "medium": Priority.MEDIUM,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
PRIORITY_WORDS: dict[int, str] = {priority: word for word, priority in PRIORITIES.items()}

REFERENCES: dict[str, str] = {
    "call_id": "call",
    "fax_id": "fax",
    "assistant_id": "assistant",
    "session_id": "session",
    "patient_id": "patient",
}
"""Field -> kind of the reference it is kept as."""

FIELDS: dict[str, str] = {
    "assignees": "assigned_user_ids",
    "user": "assigned_user_ids",
    "due_at": "deadline",
    "category": "type",
}

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "not_found"),
    "assignees_not_found": Wire(422, "body.assigned_user_ids"),
    "user_not_found": Wire(422, "body.created_by_id"),
    NotAllowed: Wire(403, "forbidden"),
    InvalidInput: Wire(422, "body"),
    WrongState: Wire(409, "wrong_state"),
    Conflict: Wire(409, "conflict"),
    StaleVersion: Wire(409, "stale_version"),
    UpstreamFailed: Wire(502, "upstream_failed"),
    **wires({kind: kind.value for kind in Kind}),
    Kind.MALFORMED: Wire(422, "body"),
    Kind.BAD_QUERY: Wire(422, "query"),
    Kind.KEY_REUSED: Wire(422, "header.Idempotency-Key"),
}
