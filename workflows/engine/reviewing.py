"""A processor step in people's hands: given to them, completed, taken out, failed, and opened again."""

from collections.abc import Mapping
from typing import Any

from tasks.domain.errors import InvalidInput, WrongState

from .assigning import assignees
from .events import Reopen, StepCompleted, StepFailed, TimerKind
from .intents import Assignees, ClearTimer, FailTask, Findings, PresentTask, SetTimer, StepReopened
from .issues import RULE
from .judging import Judgement, judge
from .leaving import end_path, land_by_name, leave, take_back
from .state import Run, Stage, Status
from .steps import Assign, Process, Step, To
from .walk import Trouble, Walk

DISCARDED = "discarded"
"""The outcome of a visit that people have taken out."""
SUPERSEDED = "superseded"
_TAKEN_OUT = {"canceled", "declined"}
_OPENS_AGAIN = {Status.RUNNING, Status.COMPLETED}


def present(walk: Walk, run: Run, step: Step, work: Process, findings: Findings) -> None:
    """Give what was found to people. Where nobody can be given it the run is an incident."""
    try:
        people = _people(walk, work)
    except Trouble as error:
        walk.tell(FailTask(run.id, str(error)))
        walk.fail(run, Stage.WORK, f"'{step.name}' cannot be given to anybody: {error}")
        return
    walk.tell(_presenting(walk, run, work, people, findings))


def reviewed(walk: Walk, run: Run, work: Process, event: StepCompleted) -> None:
    """A person has completed it. Raises InvalidInput (`invalid_form`, fact `faults`: words by field, '' for none)."""
    judgement = judge(work, event.data, run.found, walk.variables, walk.now)
    if judgement.faults:
        raise _refusal(judgement)
    go_on(walk, run, work, judgement.data, run.found, event)


def go_on(
    walk: Walk,
    run: Run,
    work: Process,
    data: Mapping[str, Any],
    found: Mapping[str, Any] | None,
    event: StepCompleted | None = None,
) -> None:
    """The step is done, by TaskHub or by whoever the event says."""
    land_by_name(walk, work, data)
    leave(walk, run, event.outcome if event else "", {**(found or {}), **data}, event.by if event else "")


def failed(walk: Walk, run: Run, work: Process, event: StepFailed) -> None:
    """People took it out, or could not do it; or the processor has failed, which is tried again after a rest."""
    if event.outcome and run.resting:
        run = walk.change(run, resting=False)
        walk.tell(ClearTimer(run.id, TimerKind.RETRY))
    if event.outcome in _TAKEN_OUT:
        end_path(walk, run, DISCARDED)
    elif event.outcome:
        walk.fail(run, Stage.WORK, event.error)
    elif run.presented:
        _break(walk, run, event.error)
    elif event.attempt == run.attempt and not run.resting:
        tried = run.attempt - run.series + 1
        if tried >= work.retry.attempts:
            _break(walk, run, event.error)
            return
        walk.change(run, attempt=run.attempt + 1, resting=True)
        walk.tell(SetTimer(run.id, TimerKind.RETRY, walk.now + (event.rest or work.retry.rest(tried))))


def reopen(walk: Walk, event: Reopen) -> None:
    """Put a visit that is over before people again; what has come of it is taken back. Raises WrongState."""
    step, run = walk.graph.steps.get(event.step), walk.runs.get(event.run)
    is_over = run is None or run.failed == Stage.LEAVE
    if step is None or not isinstance(step.work, Process) or not is_over or walk.status not in _OPENS_AGAIN:
        raise WrongState("This step cannot be opened again.", verb="unlock", state=walk.status)
    if run is not None:
        walk.mend(run)
        del walk.runs[run.id]
    take_back(walk, step.key, SUPERSEDED)
    walk.status = Status.RUNNING
    names = {field.name for field in step.work.fields}
    found = {name: value for name, value in event.data.items() if name not in names}
    run = Run(event.run, step.key, event.visit, presented=True, found=found or None)
    walk.runs[run.id] = run
    walk.tell(StepReopened(run.id, step.key))
    try:
        people = _people(walk, step.work)
    except Trouble:
        people = None  # it may be somebody's already; else managers see it
    walk.tell(_presenting(walk, run, step.work, people, None))


def _people(walk: Walk, work: Process) -> Assignees | None:
    """Who reviews it: without a word the starter, where there is one."""
    starter = Assign(To.STARTER) if walk.starter else None
    return assignees(walk, work.assign or starter)


def _presenting(
    walk: Walk, run: Run, work: Process, people: Assignees | None, findings: Findings | None
) -> PresentTask:
    due_at, escalate_at = walk.later(work.due_in), walk.later(work.escalate_in)
    return PresentTask(run.id, run.step, people, due_at, escalate_at, findings)


def _break(walk: Walk, run: Run, reason: str) -> None:
    walk.tell(FailTask(run.id, reason))
    walk.fail(run, Stage.WORK, reason)


def _refusal(judgement: Judgement) -> InvalidInput:
    first, said = judgement.faults[0], judgement.by_field()
    return InvalidInput(
        f"'{first.field}' {first.message}." if first.field and first.code != RULE else first.message,
        field=f"data.{first.field}" if first.field else "data",
        code="invalid_form",
        faults={name: "; ".join(words) for name, words in said.items()},
    )
