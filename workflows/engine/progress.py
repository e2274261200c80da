"""How far an instance is: steps done of those that are or may still come, and the longest way that remains.

What can no longer be reached does not count, so that the percentage never falls and a finished instance has 100.
"""

from dataclasses import dataclass
from datetime import timedelta

from .definition import Definition
from .graph import NO_TIME
from .state import State, Status
from .steps import End


@dataclass(frozen=True, slots=True)
class Progress:
    """`completed` of `total` steps; `remaining` is how long the longest way on takes, as the definition says."""

    completed: int
    total: int
    percent: int
    remaining: timedelta


def progress(definition: Definition, state: State) -> Progress:
    """How far the instance in `state` is. Ends are no work and do not count; a repeated step counts once."""
    graph = definition.graph
    work = graph.mask(step.key for step in definition.steps if not isinstance(step.work, End))
    active = [run.step for run in state.runs.values()] + list(state.waiting)
    if state.status == Status.NEW:
        active = list(graph.starts)
    ahead = graph.mask(active)
    for key in active:
        ahead |= graph.after[key]
    done = graph.mask(_done(state)) & work
    total = (done | ahead) & work if state.status != Status.CANCELED else work
    completed = done.bit_count()
    remaining = max((graph.remaining[key] for key in active), default=NO_TIME)
    return Progress(completed, total.bit_count(), _percent(completed, total.bit_count(), state), remaining)


def _done(state: State) -> list[str]:
    """The steps that have been left at least once: more visits than runs that are still open."""
    still_open: dict[str, int] = {}
    for run in state.runs.values():
        still_open[run.step] = still_open.get(run.step, 0) + 1
    return [key for key, visits in state.visits.items() if visits > still_open.get(key, 0)]


def _percent(completed: int, total: int, state: State) -> int:
    """100 means that it is over."""
    if state.status == Status.COMPLETED:
        return 100
    return min(completed * 100 // total, 99) if total else 0
