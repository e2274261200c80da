"""One instance while it is being moved: its row, its definition, where it stands and what of its runs has changed."""

from dataclasses import dataclass, field
from datetime import datetime

from workflows import compiled
from workflows.engine.definition import Definition
from workflows.engine.state import Run, State, Status
from workflows.engine.steps import Process, Step
from workflows.models import StepRun, WorkflowInstance

_OPEN = (StepRun.State.OPEN, StepRun.State.FAILED)


@dataclass(slots=True)
class Case:
    """The working copy. `rows` are the known rows of its runs, `changed` those to write, `entered` the new ones."""

    row: WorkflowInstance
    definition: Definition
    state: State
    rows: dict[str, StepRun] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    entered: list[str] = field(default_factory=list)
    is_loaded: bool = False
    is_touched: bool = False

    @classmethod
    def of(cls, row: WorkflowInstance) -> "Case":
        return cls(row, compiled.definition_of(row.definition_id), State.from_json(row.state))

    def know(self, run: StepRun) -> None:
        """Use this row, which was read under the lock."""
        self.rows[run.run] = run

    def run(self, run_id: str) -> StepRun:
        """The row of a run that is open; all of them are read when the first is missing."""
        if run_id not in self.rows and not self.is_loaded:
            open_runs = StepRun.objects.filter(instance_id=self.row.pk, state__in=_OPEN)
            self.rows = {run.run: run for run in open_runs} | self.rows
            self.is_loaded = True
        return self.rows[run_id]

    def enter(self, run_id: str, step: Step, visit: int, now: datetime) -> None:
        """A visit has begun."""
        self.rows[run_id] = StepRun(
            organization_id=self.row.organization_id,
            instance=self.row,
            run=run_id,
            step=step.key,
            name=step.name,
            kind=step.type.value,
            visit=visit,
            entered_at=now,
        )
        self.entered.append(run_id)
        self.changed.add(run_id)

    def change(self, run_id: str, **values: object) -> StepRun:
        """Change the row of a run; it is written with the others."""
        row = self.run(run_id)
        for name, value in values.items():
            setattr(row, name, value)
        self.changed.add(run_id)
        return row

    def settle(self, state: State, now: datetime) -> None:
        """Take over where the engine says it stands."""
        self.is_touched = True
        self.state = state
        self.row.state = state.to_json()
        self.row.has_incident = bool(state.incidents)
        self.row.updated_at = now
        if state.status != Status.RUNNING:
            self.row.status = state.status.value
            self.row.ended_at = now
        elif self.row.ended_at is not None:
            self.row.status, self.row.ended_at = WorkflowInstance.Status.RUNNING, None

    def break_off(self, reason: str, now: datetime) -> None:
        """It has failed before its first step."""
        self.is_touched = True
        self.row.status, self.row.ended_at, self.row.updated_at = WorkflowInstance.Status.FAILED, now, now
        self.row.cancel_reason = reason[:2_000]

    def owing(self) -> set[str]:
        """The runs for which a processor has something to do."""
        if not self.definition.has_processors:
            return set()
        return {run.id for run in self.state.runs.values() if self._owes(run)}

    def _owes(self, run: Run) -> bool:
        is_at_rest = run.presented or run.resting or run.failed
        return not is_at_rest and isinstance(self.definition.step(run.step).work, Process)

    def next_steps(self) -> tuple[str, ...]:
        """The names of the steps opened by this move that still wait, in the definition's order."""
        waiting = {self.state.runs[run_id].step for run_id in self.entered if run_id in self.state.runs}
        return tuple(step.name for step in self.definition.steps if step.key in waiting)
