"""What an event does to a tree of instances: asked of the engine, gathered, and written in a handful of statements.

The caller holds the tree's lock (`workflows.store`) and owns the transaction. One event leads to others: a child that
ends goes on in its parent, work that nobody can be given is a failure. All of it is gathered in one Move.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.ids import uuid7
from tasks.domain.errors import DomainError
from workflows.cases import Case
from workflows.engine import intents
from workflows.engine.advance import advance
from workflows.engine.events import Cancel, ChildEnded, Event, Processed, Start, StepFailed
from workflows.engine.state import Status
from workflows.engine.steps import Action, Message
from workflows.gathered import Gathered, Opening, Owed, Turn
from workflows.models import InstanceEvent, StepRun, Timer, WorkflowInstance
from workflows.recipients import Directory, Unassignable
from workflows.starting import Unstartable, new_child
from workflows.writing import write

MAX_ERROR = 1_000
_Given = intents.OpenTask | intents.PresentTask
_Turning = intents.FinishTask | intents.FilterTask | intents.FailTask | intents.ProcessAgain
_current: ContextVar["Move | None"] = ContextVar("the move being written", default=None)
_witness: ContextVar["list[Move] | None"] = ContextVar("moves that somebody wants to know of", default=None)


class Move:
    """One event and all that follows from it. `by` says who has done the work of which run."""

    def __init__(self, actor: Actor, now: datetime, by: dict[str, int | None] | None = None) -> None:
        self.actor = actor
        self.now = now
        self.by = by or {}
        self.cases: dict[int, Case] = {}
        self.gathered = Gathered()
        self._queue: deque[tuple[Case, Event]] = deque()

    def case(self, row: WorkflowInstance) -> Case:
        """The working copy of an instance, the same for every event of this move."""
        if row.pk not in self.cases:
            self.cases[row.pk] = Case.of(row)
        return self.cases[row.pk]

    def make(self, case: Case, *events: Event) -> None:
        """Let the events happen and write what comes of them. Raises what the engine raises for the events given."""
        self.make_each([(case, event) for event in events])

    def make_each(self, happenings: Sequence[tuple[Case, Event]]) -> None:
        """The same for many instances, written in as many statements as one."""
        for case, event in happenings:
            self._advance(case, event)
        while self._queue:
            self._follow(*self._queue.popleft())
        token = _current.set(self)
        try:
            write(self.cases.values(), self.gathered, self.actor, self.now)
        finally:
            _current.reset(token)
        witnessed = _witness.get()
        if witnessed is not None:
            witnessed.append(self)

    def note(self, case: Case, kind: InstanceEvent.Type, *, step: str = "", text: str = "", **payload: Any) -> None:
        """Add to the instance's history."""
        row = InstanceEvent(
            organization_id=case.row.organization_id,
            instance=case.row,
            type=kind,
            step=step,
            text=text[:2_000],
            payload=payload,
            actor_kind=self.actor.kind,
            actor_id=self.actor.user_id,
            created_at=self.now,
        )
        self.gathered.history.append(row)

    def _advance(self, case: Case, event: Event) -> None:
        state, wanted = advance(case.definition, case.state, event, self.now, _new_id)
        if state is case.state and not wanted:
            return
        owed = case.owing()
        case.settle(state, self.now)
        given: list[_Given] = []
        for intent in wanted:
            if isinstance(intent, _Given):
                given.append(intent)
            else:
                _DO[type(intent)](self, case, intent)
        self._give(case, [each for each in given if each.run in state.runs])
        self._forget_work(case, event, owed)
        self._note_messages(case)
        if not state.is_running and case.row.parent_id:
            self._tell_parent(case, state.status.value)

    def _follow(self, case: Case, event: Event) -> None:
        """An event that nobody asked for by name: what is wrong with it ends a child that cannot start."""
        try:
            self._advance(case, event)
        except DomainError as error:
            case.break_off(error.message, self.now)
            self._tell_parent(case, case.row.status)

    def _give(self, case: Case, given: list[_Given]) -> None:
        """Find who is meant by each of the tasks wanted; where nobody is, the step has failed."""
        named = [each.assignees for each in given if each.assignees]
        directory = Directory(case.row.organization_id, named) if named else None
        for each in given:
            try:
                people = directory.recipients(each.assignees) if directory else []
            except Unassignable as error:
                if isinstance(each, intents.PresentTask) and each.findings is None:
                    people = []  # whoever had it has it again
                else:
                    name = case.definition.step(each.step).name
                    self._queue.append((case, StepFailed(each.run, f"'{name}' cannot be given to anybody: {error}")))
                    continue
            key = case.row.pk, each.run
            if isinstance(each, intents.OpenTask):
                self.gathered.openings[key] = Opening(case, each, people)
            else:
                self.gathered.turns[key] = Turn(case, each, people)

    def _note_messages(self, case: Case) -> None:
        """Write down which message a newly opened step waits for, so that it is found by it."""
        for run_id in case.entered:
            run = case.state.runs.get(run_id)
            work = case.definition.step(run.step).work if run else None
            if run and isinstance(work, Message):
                case.change(run_id, message=work.name, correlation=run.correlation or "")

    def _tell_parent(self, case: Case, status: str) -> None:
        if case.row.parent_id is None:
            return
        known = self.cases.get(case.row.parent_id)
        parent = known or self.case(WorkflowInstance.objects.get(pk=case.row.parent_id))
        outputs = dict(case.state.variables)
        self._queue.append((parent, ChildEnded(case.row.parent_run, status, outputs)))

    def _run_action(self, case: Case, wanted: intents.RunAction) -> None:
        payload: dict[str, Any] = {"action": wanted.action, "step": wanted.step, "attempt": wanted.attempt}
        payload["inputs"] = dict(wanted.inputs)
        case.change(wanted.run, attempt=wanted.attempt)
        self.gathered.set_timer(case, wanted.run, Timer.Kind.ACTION, self.now, payload)

    def _run_processor(self, case: Case, wanted: intents.RunProcessor) -> None:
        case.change(wanted.run, attempt=wanted.attempt)
        self.gathered.owed[case.row.pk, wanted.run] = Owed(case, wanted)

    def _turn(self, case: Case, wanted: _Turning) -> None:
        self.gathered.turns[case.row.pk, wanted.run] = Turn(case, wanted)

    def _forget_work(self, case: Case, event: Event, before: set[str]) -> None:
        """Have what is not owed any more taken away; whoever answers for a processor has done so already."""
        owed, owing = self.gathered.owed, case.owing()
        for key in [key for key, each in owed.items() if each and each.case is case and key[1] not in owing]:
            del owed[key]  # wanted, and not wanted any more, before it was written
        gone = before - owing
        if isinstance(event, Processed) or (isinstance(event, StepFailed) and not event.outcome):
            gone -= {event.run}
        owed.update({(case.row.pk, run): None for run in gone})

    def _set_timer(self, case: Case, wanted: intents.SetTimer) -> None:
        self.gathered.set_timer(case, wanted.run, Timer.Kind(wanted.kind.value), wanted.at)

    def _clear_timer(self, case: Case, wanted: intents.ClearTimer) -> None:
        self.gathered.clear_timer(case, wanted.run, Timer.Kind(wanted.kind.value))

    def _start_child(self, case: Case, wanted: intents.StartChild) -> None:
        try:
            child = self.case(new_child(case.row, wanted, self.now))
        except Unstartable as error:
            self._queue.append((case, StepFailed(wanted.run, str(error))))
            return
        case.change(wanted.run, child=child.row)
        self.note(child, InstanceEvent.Type.STARTED)
        self._queue.append((child, Start(wanted.inputs, by=case.state.starter)))

    def _cancel_child(self, case: Case, wanted: intents.CancelChild) -> None:
        child_id = case.run(wanted.run).child_id
        if child_id is None:
            return
        child = self.cases.get(child_id) or self.case(WorkflowInstance.objects.get(pk=child_id))
        if child.state.status == Status.RUNNING:
            self._queue.append((child, Cancel(wanted.reason)))

    def _close_task(self, case: Case, wanted: intents.CloseTask) -> None:
        if self.gathered.openings.pop((case.row.pk, wanted.run), None) is None:
            task_id = case.run(wanted.run).task_id
            if task_id:
                self.gathered.closings[task_id] = wanted.reason

    def _raise_incident(self, case: Case, wanted: intents.RaiseIncident) -> None:
        case.change(wanted.run, state=StepRun.State.FAILED, error=wanted.reason[:MAX_ERROR])
        self.note(case, InstanceEvent.Type.INCIDENT_RAISED, step=wanted.step, text=wanted.reason, run=wanted.run)

    def _clear_incident(self, case: Case, wanted: intents.ClearIncident) -> None:
        row = case.run(wanted.run)
        is_done = row.left_at is not None  # the work was done, only the way on was not found
        case.change(wanted.run, state=StepRun.State.DONE if is_done else StepRun.State.OPEN, error="")

    def _entered(self, case: Case, told: intents.StepEntered) -> None:
        case.enter(told.run, case.definition.step(told.step), told.visit, self.now)

    def _left(self, case: Case, told: intents.StepLeft) -> None:
        case.change(
            told.run,
            state=StepRun.State.DONE,
            left_at=self.now,
            outcome=told.outcome,
            form_data=dict(told.data),
            completed_by_id=self.by.get(told.run),
        )
        self._forget_action(case, told.run, told.step)

    def _canceled(self, case: Case, told: intents.StepCanceled) -> None:
        case.change(told.run, state=StepRun.State.CANCELED, left_at=self.now, error=told.reason[:MAX_ERROR])
        self._forget_action(case, told.run, told.step)

    def _forget_action(self, case: Case, run: str, step: str) -> None:
        if isinstance(case.definition.step(step).work, Action):
            self.gathered.clear_timer(case, run, Timer.Kind.ACTION)

    def _reopened(self, case: Case, told: intents.StepReopened) -> None:
        case.change(told.run, state=StepRun.State.OPEN, left_at=None, outcome="", completed_by_id=None, error="")

    def _skipped(self, case: Case, told: intents.StepSkipped) -> None:
        self.note(case, InstanceEvent.Type.STEP_SKIPPED, step=told.step, text=told.reason)

    def _condition_failed(self, case: Case, told: intents.ConditionFailed) -> None:
        self.note(case, InstanceEvent.Type.CONDITION_FAILED, step=told.step, text=told.reason)

    def _ended(self, case: Case, told: intents.Ended) -> None:
        kind = InstanceEvent.Type.CANCELED if told.status == Status.CANCELED else InstanceEvent.Type.COMPLETED
        if kind == InstanceEvent.Type.CANCELED:
            case.row.cancel_reason = told.reason[:2_000]
        self.note(case, kind, text=told.reason)


def _new_id() -> str:
    return uuid7().hex


def is_moving(instance_id: int) -> bool:
    """Whether a move that holds this instance is being written right now: then it knows of everything that happens."""
    current = _current.get()
    return current is not None and instance_id in current.cases


@contextmanager
def witnessed() -> Iterator[list[Move]]:
    """The moves that are made inside the block, for a caller that wants to say what has come of them."""
    moves: list[Move] = []
    token = _witness.set(moves)
    try:
        yield moves
    finally:
        _witness.reset(token)


_DO: dict[type[intents.Intent], Callable[[Move, Case, Any], None]] = {
    intents.RunAction: Move._run_action,
    intents.RunProcessor: Move._run_processor,
    intents.FinishTask: Move._turn,
    intents.FilterTask: Move._turn,
    intents.FailTask: Move._turn,
    intents.ProcessAgain: Move._turn,
    intents.SetTimer: Move._set_timer,
    intents.ClearTimer: Move._clear_timer,
    intents.StartChild: Move._start_child,
    intents.CloseTask: Move._close_task,
    intents.CancelChild: Move._cancel_child,
    intents.RaiseIncident: Move._raise_incident,
    intents.ClearIncident: Move._clear_incident,
    intents.StepEntered: Move._entered,
    intents.StepLeft: Move._left,
    intents.StepCanceled: Move._canceled,
    intents.StepReopened: Move._reopened,
    intents.StepSkipped: Move._skipped,
    intents.ConditionFailed: Move._condition_failed,
    intents.Ended: Move._ended,
}
