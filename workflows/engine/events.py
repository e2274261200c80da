"""What can happen to an instance. `run` is the id of a run that the engine has opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from .issues import Issue


class TimerKind(StrEnum):
    """What a timer is for: a wait that is over, a message that has not come, work that is to be tried again."""

    WAIT = "wait"
    TIMEOUT = "timeout"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Start:
    """Begin. `variables` are laid over those of the definition; `by` is who starts it."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class StepCompleted:
    """A person or an action has done the work of a run. `data` are a form's answers, or what the action answered."""

    run: str
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class Processed:
    """A processor has read what it was given: `data` by the names of the step's fields and by others, what is in doubt
    (`issues`), and what is worth knowing of it (`metadata`)."""

    run: str
    attempt: int
    data: Mapping[str, Any] = field(default_factory=dict)
    issues: Sequence[Issue | Mapping[str, Any]] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepFailed:
    """The work of a run could not be done; `attempt` is the one that failed.

    `outcome` says how a person's work ended instead: declined, canceled or failed. `rest` is how long to wait before
    the next attempt, where who failed knows it better than the step.
    """

    run: str
    error: str
    attempt: int = 1
    outcome: str = ""
    rest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The moment of a timer has come."""

    run: str
    kind: TimerKind


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message came for this instance. It goes to all runs that wait for it now; nobody else will see it."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """The instance that a workflow step started has ended: completed, canceled or failed."""

    run: str
    status: str
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the whole instance on purpose."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try a failed run again, with corrected variables if need be."""

    run: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reopen:
    """Put a processor step that has been left before people again; what has come of it is closed. `data` is what it
    was left with."""

    run: str
    step: str
    visit: int
    data: Mapping[str, Any] = field(default_factory=dict)


Event = (
    Start | StepCompleted | Processed | StepFailed | TimerFired | MessageArrived | ChildEnded | Cancel | Retry | Reopen
)
