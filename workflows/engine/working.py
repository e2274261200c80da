"""What comes back about the work of a run: from people, actions, timers, messages and instances that it started."""

from collections.abc import Callable, Mapping
from typing import Any

from tasks.domain import answers as form_answers
from tasks.domain.errors import InvalidInput, WrongState

from . import processing, reviewing, values
from .entering import correlation, enter
from .events import ChildEnded, Event, MessageArrived, Processed, StepCompleted, StepFailed, TimerFired, TimerKind
from .intents import ClearTimer, SetTimer
from .leaving import land_by_name, leave
from .state import Run, Stage
from .steps import Action, Child, Human, Message, Moment, Pause, Process, Step
from .walk import Walk

MAY_BE_LATE = (Processed, StepFailed, TimerFired, MessageArrived, ChildEnded)
"""Events that nobody waits for an answer to: without an open run they change nothing."""
MAX_OUTCOME = 80


def _completed(walk: Walk, event: StepCompleted) -> None:
    run = walk.runs.get(event.run)
    step = walk.step_of(run) if run else None
    if run is None or step is None or run.failed or not _may_be_completed(run, step):
        raise WrongState("This step does not wait for anybody to complete it.", verb="complete", state=walk.status)
    if isinstance(step.work, Human):
        _check_outcome(step, event.outcome)
        answers = _answers(step.work, event.data)
        land_by_name(walk, step.work, answers)
        leave(walk, run, event.outcome, answers, event.by)
    elif isinstance(step.work, Process):
        _check_outcome(step, event.outcome)
        reviewing.reviewed(walk, run, step.work, event)
    else:
        _action_answered(walk, run, step, event)


def _may_be_completed(run: Run, step: Step) -> bool:
    return isinstance(step.work, Human | Action) or (isinstance(step.work, Process) and run.presented)


def _check_outcome(step: Step, outcome: str) -> None:
    if step.results and step.result(outcome) is None:
        codes = [result.code for result in step.results]
        raise InvalidInput(f"The outcome must be one of: {', '.join(codes)}.", field="outcome", outcomes=codes)
    if len(outcome) > MAX_OUTCOME:
        raise InvalidInput(f"The outcome has at most {MAX_OUTCOME} characters.", field="outcome")


def _answers(work: Human, data: Mapping[str, Any]) -> dict[str, Any]:
    answers, faults = form_answers.clean(work.fields, data)
    if faults:
        name, fault = next(iter(faults.items()))
        raise InvalidInput(f"'{name}' {fault}.", field=f"data.{name}", code="invalid_form", faults=faults)
    return answers


def _action_answered(walk: Walk, run: Run, step: Step, event: StepCompleted) -> None:
    data = values.payload(event.data, "data")
    if step.results and step.result(event.outcome) is None:
        walk.fail(run, Stage.WORK, f"'{step.name}' answered '{event.outcome}', which is none of its results")
        return
    if run.resting:
        walk.tell(ClearTimer(run.id, TimerKind.RETRY))
    leave(walk, run, event.outcome, data, event.by)


def _failed(walk: Walk, event: StepFailed) -> None:
    """An action is tried again after a rest, as often as its policy says; anything else is an incident at once, unless
    the step has a result for how it ended.
    """
    run = walk.runs.get(event.run)
    if run is None or run.failed:
        return
    step = walk.step_of(run)
    if isinstance(step.work, Process):
        reviewing.failed(walk, run, step.work, event)
        return
    if run.resting:
        return
    if isinstance(step.work, Human) and event.outcome and step.result(event.outcome):
        leave(walk, run, event.outcome)
        return
    if isinstance(step.work, Action) and event.attempt != run.attempt:
        return
    tried = run.attempt - run.series + 1
    if isinstance(step.work, Action) and tried < step.work.retry.attempts:
        walk.change(run, attempt=run.attempt + 1, resting=True)
        rest = event.rest or step.work.retry.rest(tried)
        walk.tell(SetTimer(run.id, TimerKind.RETRY, walk.now + rest))
    else:
        walk.fail(run, Stage.WORK, event.error)


def _timer(walk: Walk, event: TimerFired) -> None:
    run = walk.runs.get(event.run)
    if run is None or run.failed:
        return
    work = walk.step_of(run).work
    if event.kind == TimerKind.WAIT and isinstance(work, Pause | Moment):
        leave(walk, run)
    elif event.kind == TimerKind.TIMEOUT and isinstance(work, Message):
        leave(walk, run, "timeout")
    elif event.kind == TimerKind.RETRY and run.resting:
        enter(walk, walk.change(run, resting=False))


def _message(walk: Walk, event: MessageArrived) -> None:
    payload = values.payload(event.payload, "payload")
    borne = None if event.correlation is None else correlation(event.correlation)
    for run in list(walk.runs.values()):
        step = walk.step_of(run)
        if not isinstance(step.work, Message) or step.work.name != event.name or run.failed:
            continue
        if run.correlation is None or run.correlation == borne:
            if step.work.timeout:
                walk.tell(ClearTimer(run.id, TimerKind.TIMEOUT))
            leave(walk, run, "received", payload)


def _child_ended(walk: Walk, event: ChildEnded) -> None:
    """Another end than completion needs a result that says where it leads."""
    run = walk.runs.get(event.run)
    step = walk.step_of(run) if run else None
    if run is None or step is None or run.failed or not isinstance(step.work, Child):
        return
    if event.status != "completed" and step.result(event.status) is None:
        walk.fail(run, Stage.WORK, f"the workflow '{step.work.workflow}' that it started is {event.status}")
        return
    leave(walk, run, event.status, values.payload(event.outputs, "outputs"))


HANDLERS: dict[type[Event], Callable[[Walk, Any], None]] = {
    StepCompleted: _completed,
    Processed: processing.processed,
    StepFailed: _failed,
    TimerFired: _timer,
    MessageArrived: _message,
    ChildEnded: _child_ended,
}
