"""What a move wants written, gathered until all of it is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tasks.commands.assign import Recipient
from workflows.cases import Case
from workflows.engine.intents import OpenTask
from workflows.models import InstanceEvent, Timer

TimerKey = tuple[int, str, str]
"""Instance, run and kind: there is one such timer at most."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A task to be made for a run of this instance."""

    case: Case
    wanted: OpenTask
    recipients: Sequence[Recipient]


@dataclass(slots=True)
class Gathered:
    """Tasks to be made (by instance and run) and closed (task id -> the engine's reason), timers, history."""

    openings: dict[tuple[int, str], Opening] = field(default_factory=dict)
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
