"""The hub contract's words for what the domain says. Tables only: its words are the domain's own."""

from taskhub.contracts.contract import ErrorKey, Kind, Wire, wires
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, UpstreamFailed, WrongState
from workflows.engine.faults import InvalidDefinition

READ, EXECUTE, PROCESS = "workflow.read", "workflow.execute", "task.edit"
"""The scopes of its operations."""

ERRORS: dict[ErrorKey, Wire] = {
    NotFound: Wire(404, "{code}"),
    NotAllowed: Wire(403, "{code}"),
    InvalidInput: Wire(422, "invalid_input"),
    InvalidDefinition: Wire(422, "invalid_definition"),
    "diagram_too_large": Wire(422, "diagram_too_large"),
    WrongState: Wire(409, "{code}"),
    Conflict: Wire(409, "{code}"),
    StaleVersion: Wire(412, "{code}"),
    "precondition_required": Wire(428, "precondition_required"),
    UpstreamFailed: Wire(502, "upstream_failed"),
    **wires({kind: kind.value for kind in Kind}),
}
