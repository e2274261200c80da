"""What happens when a step is opened, by what it does. Automatic steps that only touch variables are left at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from tasks.domain.placeholders import render

from .assigning import assignees
from .conditions import ExpressionError, evaluate, holds
from .events import TimerKind
from .intents import ConditionFailed, Ended, OpenTask, RunAction, RunProcessor, SetTimer, StartChild
from .leaving import close_all, leave
from .prefilling import prefilled
from .reading.steps import MAX_DESCRIPTION
from .reading.work import MAX_TITLE
from .state import Run, Stage, Status
from .steps import (
    Action,
    Child,
    Decision,
    End,
    Human,
    Message,
    Moment,
    Pause,
    Process,
    SetVariables,
    Step,
    Work,
)
from .walk import MAX_CHAIN, Trouble, Walk

_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def enter(walk: Walk, run: Run) -> None:
    """Begin the work of a run that has just been opened, or is tried again. What goes wrong is an incident."""
    step = walk.step_of(run)
    try:
        _WORK[type(step.work)](walk, run, step, step.work)
    except (Trouble, ExpressionError) as error:
        walk.fail(run, Stage.ENTER, f"'{step.name}' cannot be opened: {error}")


def _human(walk: Walk, run: Run, step: Step, work: Human) -> None:
    walk.tell(
        OpenTask(
            run=run.id,
            step=step.key,
            assignees=assignees(walk, work.assign),
            due_at=walk.later(work.due_in),
            escalate_at=walk.later(work.escalate_in),
            **_texts(walk, step, work),
        )
    )


def _process(walk: Walk, run: Run, step: Step, work: Process) -> None:
    """The task is opened with the first attempt and stays through all of them."""
    if run.attempt == 1:
        texts = _texts(walk, step, work)
        walk.tell(
            OpenTask(run.id, step.key, assignees=None, due_at=None, escalate_at=None, is_processing=True, **texts)
        )
    walk.tell(RunProcessor(run.id, step.key, work.processor, dict(work.options), run.attempt))


def _texts(walk: Walk, step: Step, work: Human | Process) -> dict[str, Any]:
    """What a task says, and what its form shows at first."""
    return {
        "title": render(work.title or step.name, walk.variables, most=MAX_TITLE).strip() or step.name,
        "description": render(step.description, walk.variables, most=MAX_DESCRIPTION),
        "prefilled": {field.name: prefilled(field, walk.variables) for field in work.fields},
    }


def _set(walk: Walk, run: Run, step: Step, work: SetVariables) -> None:
    _spend(walk)
    for name, expression in work.variables:
        walk.set_variables({name: evaluate(expression, walk.scope())})
    leave(walk, run)


def _decision(walk: Walk, run: Run, step: Step, work: Decision) -> None:
    _spend(walk)
    for row in work.rows:
        holding, reason = holds(row.when, walk.scope()) if row.when else (True, "")
        if reason:
            walk.tell(ConditionFailed(step.key, reason))
        if holding:
            walk.set_variables(dict(row.then))
            leave(walk, run, row.outcome)
            return
    raise Trouble("no row of its table holds")


def _action(walk: Walk, run: Run, step: Step, work: Action) -> None:
    walk.tell(RunAction(run.id, step.key, work.name, walk.computed(work.inputs), run.attempt))


def _pause(walk: Walk, run: Run, step: Step, work: Pause) -> None:
    walk.tell(SetTimer(run.id, TimerKind.WAIT, walk.now + work.duration))


def _moment(walk: Walk, run: Run, step: Step, work: Moment) -> None:
    walk.tell(SetTimer(run.id, TimerKind.WAIT, _moment_of(evaluate(work.until, walk.scope()))))


def _message(walk: Walk, run: Run, step: Step, work: Message) -> None:
    if work.correlation:
        value = evaluate(work.correlation, walk.scope())
        if value is None or isinstance(value, dict | list):
            raise Trouble(f"'{work.correlation}' is nothing a message could bear")
        run = walk.change(run, correlation=correlation(value))
    if work.timeout:
        walk.tell(SetTimer(run.id, TimerKind.TIMEOUT, walk.now + work.timeout))


def _child(walk: Walk, run: Run, step: Step, work: Child) -> None:
    walk.tell(StartChild(run.id, step.key, work.workflow, work.version, walk.computed(work.inputs)))


def _end(walk: Walk, run: Run, step: Step, work: End) -> None:
    leave(walk, run)
    if work.terminate:
        close_all(walk, "terminated")
        walk.status = Status.COMPLETED
        walk.tell(Ended(Status.COMPLETED, step.key))


def correlation(value: Any) -> str:
    """A value as messages bear it: as text."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _spend(walk: Walk) -> None:
    """Count automatic steps, so that a loop of them is an incident and not the end of the process."""
    if walk.chain == 0:
        raise Trouble(f"more than {MAX_CHAIN:,} automatic steps follow on each other")
    walk.chain -= 1


def _moment_of(value: Any) -> datetime:
    """A moment, or a day: its beginning. Without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(value) if len(value) > len("2026-01-31") else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Trouble(f"{value!r} is no moment") from None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return min(moment if moment.tzinfo else moment.replace(tzinfo=UTC), _LATEST)


_WORK: dict[type[Work], Callable[[Walk, Run, Step, Any], None]] = {
    Human: _human,
    SetVariables: _set,
    Decision: _decision,
    Action: _action,
    Process: _process,
    Pause: _pause,
    Moment: _moment,
    Message: _message,
    Child: _child,
    End: _end,
}
