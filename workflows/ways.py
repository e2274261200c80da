"""The ways between the steps of a definition, one for each arrow and label, and which of them an instance has taken.

The engine keeps no account of arrows: which were taken is told from the visits, which are left and entered at the same
moment.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.engine.definition import Definition
from workflows.engine.routes import END, Mode, Route
from workflows.engine.state import State
from workflows.engine.steps import End, Result, Step
from workflows.models import StepRun
from workflows.wording import shortened

START = "(start)"
"""No step can be called that. The end is `END`, which no step can be called either."""


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow. `outcome` is the one it belongs to, None for any; without `is_sure` a condition decides."""

    source: str
    target: str
    label: str = ""
    outcome: str | None = None
    is_sure: bool = True


def ways(definition: Definition) -> list[Way]:
    """Every arrow, in the order of the definition."""
    found = [Way(START, key) for key in definition.graph.starts]
    for step in definition.steps:
        found += dict.fromkeys(_of_step(step, definition))
    return found


def _of_step(step: Step, definition: Definition) -> Iterator[Way]:
    dependents = definition.graph.dependents[step.key]
    for result in step.results or (None,):
        yield from _of_result(step, result, leads_on=bool(dependents))
    for key in dependents:
        yield Way(step.key, key, is_sure=False)


def _of_result(step: Step, result: Result | None, *, leads_on: bool) -> Iterator[Way]:
    label, outcome = (result.label, result.code) if result else ("", None)
    route = (result.next if result else None) or step.next
    if route is None:
        if not leads_on and not isinstance(step.work, End):
            yield Way(step.key, END, label, outcome)
        return
    for target, condition in _branches(route):
        said = ": ".join(part for part in (label, shortened(condition)) if part)
        yield Way(step.key, target, said, outcome, is_sure=route.mode == Mode.TO)


def _branches(route: Route) -> Iterator[tuple[str, str]]:
    """Target and condition of each branch."""
    for place, branch in enumerate(route.branches):
        is_rest = route.mode == Mode.FIRST and place > 0 and branch.when is None
        yield branch.step, branch.when.source if branch.when else "otherwise" if is_rest else ""
    if route.otherwise:
        yield route.otherwise, "otherwise"


def taken(definition: Definition, state: State, runs: Sequence[StepRun]) -> frozenset[Way]:
    """The arrows over which the instance has gone at least once."""
    return _Trace(definition, state, runs).taken()


class _Trace:
    """What the visits of an instance say about its ways."""

    def __init__(self, definition: Definition, state: State, runs: Sequence[StepRun]) -> None:
        self.definition = definition
        self.state = state
        self.left = [run for run in runs if run.state == StepRun.State.DONE and run.left_at]
        self.entered: defaultdict[str, list[datetime]] = defaultdict(list)
        for run in runs:
            self.entered[run.step].append(run.entered_at)
        self.from_: defaultdict[str, list[Way]] = defaultdict(list)
        for way in ways(definition):
            self.from_[way.source].append(way)

    def taken(self) -> frozenset[Way]:
        found = {way for way in self.from_[START] if self.state.visits.get(way.target) or self.entered[way.target]}
        for run in self.left:
            found.update(self._of_run(run))
        return frozenset(found)

    def _of_run(self, run: StepRun) -> list[Way]:
        possible = [way for way in self.from_[run.step] if way.outcome in (None, run.outcome)]
        sure = [way for way in possible if way.is_sure]
        others = [way for way in possible if not way.is_sure]
        arrived = [way for way in others if self._arrived(way, run)]
        if not arrived:  # after an incident at the way on, a visit is entered later than the one before it was left
            arrived = [way for way in others if self._arrived(way, run, later=True)]
        ended = [] if arrived else [way for way in others if way.target == END]
        return [*sure, *arrived, *ended]

    def _arrived(self, way: Way, run: StepRun, *, later: bool = False) -> bool:
        if way.target == END:
            return False
        if any(token.source == way.source for token in self.state.waiting.get(way.target, ())):
            return True
        gate = self.definition.gates.at(way.target)
        if later or (gate and way.source in gate.ways):
            return any(moment >= run.left_at for moment in self.entered[way.target] if run.left_at)
        return run.left_at in self.entered[way.target]
