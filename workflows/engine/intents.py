"""What the engine wants done, in order, and what it has to tell. It does nothing itself.

Do: OpenTask, RunAction, RunProcessor, PresentTask, FinishTask, FilterTask, FailTask, ProcessAgain, CloseTask, SetTimer,
ClearTimer, StartChild, CancelChild, RaiseIncident, ClearIncident.
Tell (for the history): StepEntered, StepLeft, StepCanceled, StepReopened, StepSkipped, ConditionFailed, Ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .events import TimerKind
from .state import Status


@dataclass(frozen=True, slots=True)
class Assignees:
    """Who gets a task: users with the weights of their shares (none: equal parts), or a team; `required` is enough."""

    users: tuple[str, ...] = ()
    team: str = ""
    weights: tuple[Decimal, ...] = ()
    required: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Give a human step to people. The task itself keeps its due time and its escalation.

    With `is_processing` it is nobody's yet: TaskHub works on it until it is presented, finished or filtered.
    """

    run: str
    step: str
    title: str
    description: str
    assignees: Assignees | None
    due_at: datetime | None
    escalate_at: datetime | None
    prefilled: Mapping[str, Any] = field(default_factory=dict)
    is_processing: bool = False


@dataclass(frozen=True, slots=True)
class RunAction:
    """Run a registered action; answer with StepCompleted, or with StepFailed for this attempt."""

    run: str
    step: str
    action: str
    inputs: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class RunProcessor:
    """Have a processor read what the instance is about; answer with Processed, or with StepFailed for this attempt."""

    run: str
    step: str
    processor: str
    options: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What a processor step has come to: `data` of its fields, what was `found` beyond them, what is in doubt.

    The issues are plain values; `metadata` is what the processor says of what it has read.
    """

    data: Mapping[str, Any]
    found: Mapping[str, Any] = field(default_factory=dict)
    issues: tuple[Mapping[str, Any], ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PresentTask:
    """People are to look at what was found. Without `findings` the task is open again and keeps what it has: whoever
    had it has it again, and only if nobody had, it is given to the assignees."""

    run: str
    step: str
    assignees: Assignees | None
    due_at: datetime | None
    escalate_at: datetime | None
    findings: Findings | None


@dataclass(frozen=True, slots=True)
class FinishTask:
    """The task is completed without anybody."""

    run: str
    findings: Findings


@dataclass(frozen=True, slots=True)
class FilterTask:
    """What was found takes the task out: nobody is asked."""

    run: str
    reason: str
    findings: Findings


@dataclass(frozen=True, slots=True)
class FailTask:
    """The task has failed, until somebody has it tried again."""

    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProcessAgain:
    """The failed task is being processed again."""

    run: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Say TimerFired at that moment, or soon after."""

    run: str
    kind: TimerKind
    at: datetime


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """The timer is not needed any more."""

    run: str
    kind: TimerKind


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start an instance of another definition; answer with ChildEnded when it has ended."""

    run: str
    step: str
    workflow: str
    version: int | None
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CloseTask:
    """The task of this run is not needed any more."""

    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class CancelChild:
    """The instance that this run started is not needed any more."""

    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class RaiseIncident:
    """A run is stuck until somebody retries it or cancels the instance."""

    run: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClearIncident:
    """The run is being tried again, or is closed."""

    run: str


@dataclass(frozen=True, slots=True)
class StepEntered:
    """A visit of a step has begun."""

    run: str
    step: str
    visit: int


@dataclass(frozen=True, slots=True)
class StepLeft:
    """The work of a visit is done, with this outcome and these (cleaned) data."""

    run: str
    step: str
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class StepCanceled:
    """A visit was closed before its work was done: the instance was canceled or terminated, or a step before it
    reopened."""

    run: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class StepReopened:
    """A visit that had been left goes on."""

    run: str
    step: str


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """What reached a join does not open it: `forsaken` (a path to it was ended) or `late` (it has gone on without)."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConditionFailed:
    """A condition of this step could not be judged and counted as false."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The instance is over."""

    status: Status
    reason: str = ""


Intent = (
    OpenTask
    | RunAction
    | RunProcessor
    | PresentTask
    | FinishTask
    | FilterTask
    | FailTask
    | ProcessAgain
    | SetTimer
    | ClearTimer
    | StartChild
    | CloseTask
    | CancelChild
    | RaiseIncident
    | ClearIncident
    | StepEntered
    | StepLeft
    | StepCanceled
    | StepReopened
    | StepSkipped
    | ConditionFailed
    | Ended
)
