"""Plays an instance as its world would: does what the engine wants, in the order a test chooses, and watches its rules.

After every event: the state survives JSON, its predecessor is untouched, no run id comes twice, nothing is open that
was closed, progress does not fall.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workflows.engine.advance import advance
from workflows.engine.definition import Definition, parse
from workflows.engine.events import Event, Processed, Reopen, Start, StepCompleted
from workflows.engine.intents import (
    CancelChild,
    CloseTask,
    Ended,
    Intent,
    OpenTask,
    RunAction,
    StartChild,
    StepEntered,
    StepSkipped,
)
from workflows.engine.progress import progress
from workflows.engine.state import Run, State, Status

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def define(*steps: Mapping[str, Any], **head: Any) -> Definition:
    """A definition of these steps."""
    return parse({"key": "process", "name": "Process", "steps": list(steps), **head})


class Play:
    """One instance. `told` has every intent in order, `last` those of the last event."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.state = State()
        self.told: list[Intent] = []
        self.last: list[Intent] = []
        self.now = NOW
        self.percents = [0]
        self.events: list[Event] = []
        self._ids = (f"r{number}" for number in itertools.count(1))
        self._ends = 0
        self._seen: set[str] = set()
        self._open: set[str] = set()

    def start(self, by: str = "ana", **variables: Any) -> "Play":
        return self.happen(Start(variables, by))

    def happen(self, event: Event) -> "Play":
        """Let it happen, and look that the rules hold."""
        before = json.dumps(self.state.to_json())
        state, intents = advance(self.definition, self.state, event, self.now, self._ids)
        assert json.dumps(self.state.to_json()) == before, "advance has changed what it was given"
        self.events.append(event)
        self.state, self.last = State.from_json(json.loads(json.dumps(state.to_json()))), list(intents)
        assert self.state == state
        self.told += intents
        if isinstance(event, Reopen):
            self._ends, self.percents = 0, [0]
        self._watch(intents)
        return self

    def complete(self, step: str, outcome: str = "", /, by: str = "ana", **data: Any) -> "Play":
        """Complete the oldest open run of the step."""
        return self.happen(StepCompleted(self.run(step).id, outcome, data, by))

    def process(self, step: str, /, issues: Sequence[Any] = (), metadata: Any = None, **data: Any) -> "Play":
        """The processor of the oldest open run of the step answers."""
        run = self.run(step)
        return self.happen(Processed(run.id, run.attempt, data, issues, metadata or {}))

    def run(self, step: str) -> Run:
        """The oldest open run of the step."""
        return next(run for run in self.state.runs.values() if run.step == step)

    def all_of(self, kind: type, *, last: bool = False) -> list[Any]:
        """What has been told of that kind."""
        return [intent for intent in (self.last if last else self.told) if isinstance(intent, kind)]

    @property
    def entered(self) -> list[str]:
        """The keys of the steps in the order they were opened."""
        return [intent.step for intent in self.all_of(StepEntered)]

    @property
    def skipped(self) -> list[tuple[str, str]]:
        return [(intent.step, intent.reason) for intent in self.all_of(StepSkipped)]

    @property
    def open(self) -> list[str]:
        """The keys of the steps that are open, sorted."""
        return sorted(run.step for run in self.state.runs.values())

    @property
    def is_completed(self) -> bool:
        return self.state.status == Status.COMPLETED

    @property
    def incident(self) -> str:
        """Why the only failed run is stuck."""
        (run,) = self.state.incidents
        return run.reason

    def _watch(self, intents: tuple[Intent, ...]) -> None:
        for intent in intents:
            if isinstance(intent, StepEntered):
                assert intent.run not in self._seen, "a run id came twice"
                self._seen.add(intent.run)
            elif isinstance(intent, OpenTask | RunAction | StartChild):
                self._open.add(intent.run)
            elif isinstance(intent, CloseTask | CancelChild):
                assert intent.run in self._open, "something was closed that was not open"
        self._ends += len(self.all_of(Ended, last=True))
        assert self._ends == (self.state.status in {Status.COMPLETED, Status.CANCELED})
        if self._ends:
            assert not self.state.runs, "something is left open after the end"
            assert not self.state.waiting, "a token is left after the end"
        self.percents.append(progress(self.definition, self.state).percent)
        if self.state.status != Status.CANCELED:
            assert self.percents[-1] >= self.percents[-2], "progress has fallen"
        assert (self.percents[-1] == 100) == self.is_completed
