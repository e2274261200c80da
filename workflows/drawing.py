"""Definitions and instances as diagrams: engine values and visits in, `workflows.diagram` graphs out. Reads no rows.

`links` are addresses by step key: each makes its node a link.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from workflows.diagram.graph import Edge, Graph, Kind, Node
from workflows.diagram.graph import State as Look
from workflows.engine.definition import Definition
from workflows.engine.routes import END
from workflows.engine.state import Run, State, Status
from workflows.engine.steps import Step
from workflows.models import StepRun
from workflows.ways import START, Way, taken, ways
from workflows.wording import shortened, step_line, visit_line

_ENDS = {Status.COMPLETED: Look.DONE, Status.CANCELED: Look.CANCELED}
_LEFT = {StepRun.State.DONE: Look.DONE, StepRun.State.CANCELED: Look.CANCELED}
Standing = tuple[Look, str]


def definition_graph(definition: Definition, *, links: Mapping[str, str] | None = None) -> Graph:
    """The picture of a process: each step with who does it or what it does."""
    standings = {step.key: (Look.NONE, step_line(step)) for step in definition.steps}
    return _graph(definition, standings, frozenset(), links or {}, (Look.NONE, Look.NONE))


def instance_graph(
    definition: Definition, state: State, runs: Sequence[StepRun], *, links: Mapping[str, str] | None = None
) -> Graph:
    """The picture of an instance: each step with where it stands, the ways taken apart from the others.

    `runs` are its visits, oldest first; of a very long instance the latest will do.
    """
    view = _View(definition, state, runs)
    standings = {step.key: view.standing(step) for step in definition.steps}
    begun = Look.WAITING if state.status == Status.NEW else Look.DONE
    ends = (begun, _ENDS.get(state.status, Look.WAITING))
    return _graph(definition, standings, taken(definition, state, runs), links or {}, ends)


def _graph(
    definition: Definition,
    standings: Mapping[str, Standing],
    gone: frozenset[Way],
    links: Mapping[str, str],
    ends: tuple[Look, Look],
) -> Graph:
    arrows = ways(definition)
    nodes = [Node(START, "Start", Kind.START, ends[0])]
    for step in definition.steps:
        look, note = standings[step.key]
        nodes.append(Node(step.key, step.name, Kind(step.type.value), look, note, links.get(step.key, "")))
    if any(way.target == END for way in arrows):
        nodes.append(Node(END, "End", Kind.END, ends[1]))
    edges = [Edge(way.source, way.target, way.label, way in gone) for way in arrows]
    return Graph(tuple(nodes), tuple(dict.fromkeys(edges)))


class _View:
    """An instance, sorted by step."""

    def __init__(self, definition: Definition, state: State, runs: Sequence[StepRun]) -> None:
        self.definition = definition
        self.state = state
        self.latest = {run.step: run for run in runs}
        self.open: defaultdict[str, list[Run]] = defaultdict(list)
        for run in state.runs.values():
            self.open[run.step].append(run)
        self.ahead = self._ahead()

    def standing(self, step: Step) -> Standing:
        """How the step looks, and its line."""
        if step.key in self.open:
            return self._of_open(step, self.open[step.key])
        if step.key in self.state.waiting:
            return Look.WAITING, self._arrivals(step)
        run = self.latest.get(step.key)
        if run is not None and run.state in _LEFT:
            look = _LEFT[StepRun.State(run.state)]
            return look, self._with_visits(step, visit_line(step, run) if look == Look.DONE else "")
        if self.state.visits.get(step.key):
            return Look.DONE, self._with_visits(step, "")
        comes = bool(self.ahead & self.definition.graph.bits[step.key])
        return (Look.WAITING, step_line(step)) if comes else (Look.SKIPPED, "")

    def _of_open(self, step: Step, runs: Sequence[Run]) -> Standing:
        failed = next((run for run in runs if run.failed), None)
        if failed:
            return Look.FAILED, shortened(failed.reason)
        line = f"{len(runs)} visits are open" if len(runs) > 1 else step_line(step)
        return Look.CURRENT, self._with_visits(step, line)

    def _arrivals(self, step: Step) -> str:
        gate = self.definition.gates.at(step.key)
        came = {token.source for token in self.state.waiting[step.key]}
        return f"{len(came)} of {gate.needed} have come" if gate else step_line(step)

    def _with_visits(self, step: Step, line: str) -> str:
        visits = self.state.visits.get(step.key, 0)
        again = f"visit {visits}" if visits > 1 else ""
        return ", ".join(part for part in (line, again) if part)

    def _ahead(self) -> int:
        """Mask of the steps that may still come."""
        graph = self.definition.graph
        if self.state.status == Status.NEW:
            return graph.mask(graph.steps)
        active = [*self.open, *self.state.waiting] if self.state.is_running else []
        return reduce(or_, (graph.after[key] | graph.bits[key] for key in active), 0)
