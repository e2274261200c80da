"""The working copy of a state while one event is dealt with: what has changed, what is still to go, what is wanted.

Lives for the length of one `advance`. Mappings are copied first, so that the state it came from stays as it was.
"""

from collections import ChainMap, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .conditions import evaluate
from .definition import Definition
from .intents import ClearIncident, Intent, RaiseIncident, StepEntered
from .state import Run, Stage, State, Token
from .steps import Expressions, Step

MAX_CHAIN = 1_000
"""Automatic steps that may follow on each other without anybody in between."""
MAX_OPEN = 5_000
"""Steps that may be open at once."""

Ids = Iterator[str] | Callable[[], str]


class Trouble(Exception):
    """A step cannot be entered or left; the message says why to a person. Becomes an incident."""


class Walk:
    """A state being advanced. `queue` has the tokens on their way (target and token), `reached` the joins they met."""

    def __init__(self, definition: Definition, state: State, now: datetime, ids: Ids) -> None:
        self.definition = definition
        self.graph = definition.graph
        self.now = now
        self.state = state
        self.status = state.status
        self.starter = state.starter
        self.variables: dict[str, Any] = dict(state.variables)
        self.runs: dict[str, Run] = dict(state.runs)
        self.waiting: dict[str, tuple[Token, ...]] = dict(state.waiting)
        self.visits: dict[str, int] = dict(state.visits)
        self.ended = set(state.ended)
        self.answered = set(state.answered)
        self.reached: set[str] = set()
        self.queue: deque[tuple[str, Token]] = deque()
        self.intents: list[Intent] = []
        self.chain = MAX_CHAIN
        self._ids = ids

    def result(self) -> tuple[State, tuple[Intent, ...]]:
        """The state this has led to, and everything that is wanted."""
        state = State(
            status=self.status,
            starter=self.starter,
            variables=self.variables,
            runs=self.runs,
            waiting=self.waiting,
            visits=self.visits,
            ended=frozenset(self.ended),
            answered=frozenset(self.answered),
        )
        return state, tuple(self.intents)

    def tell(self, *intents: Intent) -> None:
        """Note what is wanted next."""
        self.intents += intents

    def later(self, duration: timedelta | None) -> datetime | None:
        """That long from now; None for no duration."""
        return self.now + duration if duration else None

    def step_of(self, run: Run) -> Step:
        return self.graph.steps[run.step]

    def scope(self, **more: Any) -> Mapping[str, Any]:
        """What expressions see: the variables, the moment, and `more`. Copies nothing: there may be many variables."""
        return ChainMap({"now": self.now, **more}, self.variables)

    def new_run(self, key: str, late: frozenset[str]) -> Run:
        """Begin a visit of a step."""
        visit = self.visits.get(key, 0) + 1
        self.visits[key] = visit
        run = Run(self._new_id(), key, visit, late)
        self.runs[run.id] = run
        self.tell(StepEntered(run.id, key, visit))
        return run

    def change(self, run: Run, **changes: Any) -> Run:
        """Put a changed run in the place of `run`."""
        self.runs[run.id] = replace(run, **changes)
        return self.runs[run.id]

    def fail(self, run: Run, stage: Stage, reason: str, **changes: Any) -> None:
        """Leave the run as an incident until somebody retries it."""
        self.change(run, failed=stage, reason=reason[:2_000], **changes)
        self.tell(RaiseIncident(run.id, run.step, reason[:2_000]))

    def mend(self, run: Run, **changes: Any) -> Run:
        """The incident of the run is over."""
        self.tell(ClearIncident(run.id))
        return self.change(run, failed=None, reason="", **changes)

    def computed(self, expressions: Expressions, **more: Any) -> dict[str, Any]:
        """The value of each expression by name. Raises ExpressionError."""
        return {name: evaluate(expression, self.scope(**more)) for name, expression in expressions}

    def set_variables(self, values: Mapping[str, Any]) -> None:
        self.variables.update(values)

    def send(self, target: str, source: str, late: frozenset[str] = frozenset()) -> None:
        """Put a token on its way."""
        self.queue.append((target, Token(source, late)))

    def _new_id(self) -> str:
        return self._ids() if callable(self._ids) else next(self._ids)
