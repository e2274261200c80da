"""What a move wants written, gathered until all of it is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tasks.commands.assign import Recipient
from workflows.cases import Case
from workflows.engine.intents import FailTask, FilterTask, FinishTask, OpenTask, PresentTask, ProcessAgain, RunProcessor
from workflows.models import InstanceEvent, Timer

RunKey = tuple[int, str]
"""Instance and run."""
TimerKey = tuple[int, str, str]
"""Instance, run and kind: there is one such timer at most."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A task to be made for a run of this instance."""

    case: Case
    wanted: OpenTask
    recipients: Sequence[Recipient]


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a task that a processor works on; of one that is presented, who gets it."""

    case: Case
    wanted: PresentTask | FinishTask | FilterTask | FailTask | ProcessAgain
    recipients: Sequence[Recipient] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """What a processor has to do for a run of this instance."""

    case: Case
    wanted: RunProcessor


@dataclass(slots=True)
class Gathered:
    """Tasks to be made (by instance and run) and closed (task id -> the engine's reason), timers, history.

    Of processor steps: what becomes of their tasks, and what is owed to them.
    """

    openings: dict[RunKey, Opening] = field(default_factory=dict)
    turns: dict[RunKey, Turn] = field(default_factory=dict)
    owed: dict[RunKey, Owed | None] = field(default_factory=dict)
    """None where nothing is owed any more."""
    closings: dict[int, str] = field(default_factory=dict)
    timers: dict[TimerKey, Timer | None] = field(default_factory=dict)
    """None where the timer is to be deleted."""
    history: list[InstanceEvent] = field(default_factory=list)

    def set_timer(
        self, case: Case, run: str, kind: Timer.Kind, at: datetime, payload: dict[str, Any] | None = None
    ) -> None:
        """Have it fire then; one of the same kind that is there already is moved."""
        self.timers[case.row.pk, run, kind] = Timer(
            organization_id=case.row.organization_id,
            instance=case.row,
            run=run,
            kind=kind,
            fire_at=at,
            payload=payload or {},
        )

    def clear_timer(self, case: Case, run: str, kind: Timer.Kind) -> None:
        """It is not needed any more."""
        self.timers[case.row.pk, run, kind] = None
