"""States of a task and the one table that says which verb leads where. Drawn in `docs/lifecycle.md`."""

from enum import StrEnum
from itertools import product

from .errors import WrongState


class State(StrEnum):
    """Where a task stands. Open: processing, pending, in_progress."""

    PROCESSING = "processing"
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELED = "canceled"
    FAILED = "failed"


class ShareState(StrEnum):
    """Where one assignee's part stands. Only a pending share of an open task is somebody's work."""

    PENDING = "pending"
    PERFORMED = "performed"
    DECLINED = "declined"
    REPLACED = "replaced"


class ClosedReason(StrEnum):
    """Why a task was canceled."""

    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"
    FILTERED = "filtered"
    SUPERSEDED = "superseded"


OPEN = frozenset({State.PROCESSING, State.PENDING, State.IN_PROGRESS})
CLOSED = frozenset(State) - OPEN
_WORKABLE = (State.PENDING, State.IN_PROGRESS)

TRANSITIONS: dict[tuple[State, str], State] = {
    (State.PROCESSING, "present"): State.PENDING,
    (State.PROCESSING, "finish"): State.COMPLETED,
    (State.FAILED, "process"): State.PROCESSING,
    (State.PENDING, "start"): State.IN_PROGRESS,
    (State.PENDING, "perform"): State.IN_PROGRESS,
    (State.IN_PROGRESS, "perform"): State.IN_PROGRESS,
    # `complete` and `reject` close the whole task: by a manager, or because the shares decided it.
    **{(state, "complete"): State.COMPLETED for state in _WORKABLE},
    **{(state, "reject"): State.DECLINED for state in _WORKABLE},
    **{(state, "cancel"): State.CANCELED for state in OPEN},
    **{(state, "discard"): State.CANCELED for state in _WORKABLE},
    **{(state, "fail"): State.FAILED for state in OPEN},
    **{(state, "reopen"): State.PENDING for state in CLOSED},
    # Of a step that a processor works on first: what has come of its end is taken back.
    **{(state, "unlock"): State.PENDING for state in (State.COMPLETED, State.DECLINED, State.CANCELED)},
    # These change the task or its shares and leave the state as it is.
    **{(state, verb): state for state, verb in product(_WORKABLE, ("decline", "claim", "release", "progress"))},
    **{(state, verb): state for state, verb in product(OPEN, ("reassign", "update", "escalate", "check"))},
    **{
        (state, verb): state
        for state, verb in product(State, ("comment", "attach", "log", "watch", "report", "delete"))
    },
}

VERBS = tuple(sorted({verb for _, verb in TRANSITIONS}))


def after(state: str, verb: str) -> State:
    """The state that `verb` leads to from `state`. Raises WrongState where the table has no such arrow."""
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        words = state.replace("_", " ")
        raise WrongState(f"A task that is {words} cannot take '{verb}'.", verb=verb, state=state) from None


def is_open(state: str) -> bool:
    """Whether the task still waits for somebody or something."""
    return State(state) in OPEN
