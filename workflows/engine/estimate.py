"""When an instance is likely to end: by the longest of the ways that remain, from where each step stands now.

A step takes as long as its past visits did where there are some, else as long as its definition says. What has been
spent on an open step is spent; one that takes longer than it should is taken to be done in a moment.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from .definition import Definition
from .graph import NO_TIME, duration, longest
from .state import State


def ahead(definition: Definition, state: State) -> tuple[str, ...]:
    """The steps that are open or may still come, in the order of the definition."""
    graph = definition.graph
    active = [run.step for run in state.runs.values()] + list(state.waiting)
    mask = graph.mask(active)
    for key in active:
        mask |= graph.after[key]
    return tuple(key for key in graph.steps if graph.bits[key] & mask)


def remaining(
    definition: Definition,
    state: State,
    *,
    usual: Mapping[str, timedelta],
    entered: Mapping[str, datetime],
    now: datetime,
) -> timedelta | None:
    """How much longer a running instance takes; None where nobody has said or seen how long any step takes.

    `usual` is how long visits of a step have taken, `entered` when the open runs were (by the runs' ids).
    """
    takes = {key: usual.get(key, duration(step)) for key, step in definition.graph.steps.items()}
    if not any(takes[key] for key in ahead(definition, state)):
        return None
    whole = longest(definition.graph, takes)
    left = [whole[key] for key in state.waiting]
    for run in state.runs.values():
        spent = max(now - entered.get(run.id, now), NO_TIME)
        left.append(whole[run.step] - min(spent, takes[run.step]))
    return max(left, default=NO_TIME)
