"""What happens when the work of a step is done: its data lands among the variables, its tokens go on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .conditions import ExpressionError
from .events import TimerKind
from .intents import CancelChild, ClearIncident, ClearTimer, CloseTask, Intent, StepCanceled, StepLeft
from .routing import onward
from .state import Run, Stage
from .steps import Action, Child, Expressions, Human, Message, Moment, Pause, Process, Step, Work
from .values import is_name
from .walk import MAX_OPEN, Trouble, Walk


def leave(walk: Walk, run: Run, outcome: str = "", data: Mapping[str, Any] | None = None, by: str = "") -> None:
    """The work of the run is done: tell it, let outcome and data land under the step's key, and go on."""
    walk.tell(StepLeft(run.id, run.step, outcome, data or {}, by))
    landed = {"outcome": outcome, **(data or {})} if outcome else dict(data or {})
    if landed:
        walk.set_variables({run.step: landed})
    move_on(walk, run, outcome)


def move_on(walk: Walk, run: Run, outcome: str) -> None:
    """Send the run's token on. Where no way is open the run stays, as an incident."""
    step = walk.step_of(run)
    try:
        walk.set_variables(walk.computed(_outputs(step), result=walk.variables.get(step.key)))
        targets, ends = onward(walk, step, outcome)
        if len(walk.runs) + len(walk.queue) + len(targets) > MAX_OPEN:
            raise Trouble(f"more than {MAX_OPEN:,} steps would be open at once")
    except (Trouble, ExpressionError) as error:
        walk.fail(run, Stage.LEAVE, str(error), outcome=outcome)
        return
    del walk.runs[run.id]
    if ends:
        walk.ended.add(step.key)
    for target in targets:
        if target in walk.graph.steps:
            walk.send(target, step.key, run.late)


def _outputs(step: Step) -> Expressions:
    return step.work.outputs if isinstance(step.work, Action | Message | Child) else ()


def end_path(walk: Walk, run: Run, outcome: str, data: Mapping[str, Any] | None = None) -> None:
    """The run is over and its path ends with it, as at an explicit end."""
    walk.tell(StepLeft(run.id, run.step, outcome, data or {}))
    walk.set_variables({run.step: {"outcome": outcome, **(data or {})}})
    del walk.runs[run.id]
    walk.ended.add(run.step)


def land_by_name(walk: Walk, work: Human | Process, answers: Mapping[str, Any]) -> None:
    """A form's answers stand under each field's own name too, unless something else has it.

    What forms have written, forms may write again; so may a field that shows the variable of its own name.
    """
    for field in work.fields:
        name = field.name
        is_free = name not in walk.variables or name in walk.answered or field.prefill == name
        if is_free and is_name(name) and name not in walk.graph.steps:
            walk.set_variables({name: answers[name]})
            walk.answered.add(name)


def close_all(walk: Walk, reason: str) -> None:
    """Close every run and drop every token."""
    _close(walk, list(walk.runs.values()), reason)
    walk.waiting.clear()
    walk.queue.clear()


def take_back(walk: Walk, key: str, reason: str) -> None:
    """Close what has come of leaving that step: the runs behind it, the tokens that have come from there or through it,
    and what is known of paths that ended there."""
    behind = walk.graph.after[key]
    _close(walk, [run for run in walk.runs.values() if behind & walk.graph.bits[run.step]], reason)
    gone = {key, *(other for other, bit in walk.graph.bits.items() if behind & bit)}
    kept = {join: tuple(t for t in tokens if t.source not in gone) for join, tokens in walk.waiting.items()}
    walk.waiting = {join: tokens for join, tokens in kept.items() if tokens}
    walk.ended -= gone


def _close(walk: Walk, runs: Iterable[Run], reason: str) -> None:
    for run in runs:
        closing = _CLOSING.get(type(walk.step_of(run).work))
        if run.failed:
            walk.tell(ClearIncident(run.id))
        elif closing:
            walk.tell(*closing(run, reason))
        walk.tell(StepCanceled(run.id, run.step, reason))
        walk.visits[run.step] -= 1
        del walk.runs[run.id]


_CLOSING: dict[type[Work], Callable[[Run, str], list[Intent]]] = {
    Human: lambda run, reason: [CloseTask(run.id, reason)],
    Action: lambda run, _: [ClearTimer(run.id, TimerKind.RETRY)],
    Process: lambda run, reason: [
        CloseTask(run.id, reason),
        *([ClearTimer(run.id, TimerKind.RETRY)] if run.resting else []),
    ],
    Pause: lambda run, _: [ClearTimer(run.id, TimerKind.WAIT)],
    Moment: lambda run, _: [ClearTimer(run.id, TimerKind.WAIT)],
    Message: lambda run, _: [ClearTimer(run.id, TimerKind.TIMEOUT)],
    Child: lambda run, reason: [CancelChild(run.id, reason)],
}
