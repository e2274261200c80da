"""What a step is: plain values, as the definition says them. What they do stands in `entering` and `routing`."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tasks.domain.form import Field

from .conditions import Expression
from .routes import Route

LONGEST_REST = timedelta(days=1)


class Kind(StrEnum):
    """The types of steps."""

    HUMAN = "human"
    AUTOMATIC = "automatic"
    WAIT = "wait"
    WORKFLOW = "workflow"
    END = "end"


class JoinMode(StrEnum):
    """When a step opens: with each token that arrives, or when tokens of several edges are there."""

    ANY = "any"
    ALL = "all"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Join:
    """How many of its incoming edges a step waits for; `count` only with JoinMode.COUNT."""

    mode: JoinMode
    count: int = 0


class To(StrEnum):
    """Whom a human step is given to."""

    USER = "user"
    TEAM = "team"
    USERS = "users"
    VARIABLE = "variable"
    STARTER = "starter"


@dataclass(frozen=True, slots=True)
class Assign:
    """Who does a human step. `names` are usernames, a team's slug or the path of a variable.

    With several users: what each one's share is worth, and how much of it is enough (shares as of any task).
    """

    to: To
    names: tuple[str, ...] = ()
    weights: tuple[Decimal, ...] = ()
    required: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Human:
    """A person does it. The title is a template, like the step's description; without one it is the step's name."""

    title: str = ""
    assign: Assign | None = None
    fields: tuple[Field, ...] = ()
    due_in: timedelta | None = None
    escalate_in: timedelta | None = None


Expressions = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Computes variables, in order: a later one sees the earlier ones."""

    variables: Expressions


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a decision: if `when` holds (always, without one), these variables get these values."""

    when: Expression | None
    then: tuple[tuple[str, Any], ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A table: the first row whose condition holds counts."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often something is tried in all, and how long it rests after a failure: `wait`, then `factor` times more."""

    attempts: int = 3
    wait: timedelta = timedelta(seconds=10)
    factor: float = 2

    def rest(self, tried: int) -> timedelta:
        """How long it rests after it has failed so often."""
        seconds = self.wait.total_seconds() * self.factor ** (tried - 1)
        return timedelta(seconds=min(seconds, LONGEST_REST.total_seconds()))


@dataclass(frozen=True, slots=True)
class Action:
    """Runs a registered action outside the engine. `outputs` see what it answered as `result`."""

    name: str
    inputs: Expressions = ()
    outputs: Expressions = ()
    retry: Retry = Retry()


class Review(StrEnum):
    """When people look at what a processor has found: always, where something is wrong or in doubt, or never."""

    ALWAYS = "always"
    INVALID = "invalid"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of the data of a processor step. `field` is the one to mend where it does not, if it is one's."""

    must: Expression
    message: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """When what a processor has found takes the step's path out of the process."""

    when: Expression
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A processor finds something out, and people review it: one task for both. `options` are the processor's own.

    Until it is presented the task is nobody's; `due_in` and `escalate_in` count from then. Without `assign` it is given
    to the starter.
    """

    processor: str
    options: tuple[tuple[str, Any], ...] = ()
    title: str = ""
    assign: Assign | None = None
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    filters: tuple[Filter, ...] = ()
    review: Review = Review.ALWAYS
    due_in: timedelta | None = None
    escalate_in: timedelta | None = None
    retry: Retry = Retry()


@dataclass(frozen=True, slots=True)
class Pause:
    """Waits for a duration."""

    duration: timedelta


@dataclass(frozen=True, slots=True)
class Moment:
    """Waits until a computed moment."""

    until: Expression


@dataclass(frozen=True, slots=True)
class Message:
    """Waits for a named message; with `correlation`, for the one that bears this value. Not longer than `timeout`."""

    name: str
    correlation: Expression | None = None
    timeout: timedelta | None = None
    outputs: Expressions = ()


@dataclass(frozen=True, slots=True)
class Child:
    """Starts an instance of another definition and waits for its end. `outputs` see its variables as `result`."""

    workflow: str
    version: int | None = None
    inputs: Expressions = ()
    outputs: Expressions = ()


@dataclass(frozen=True, slots=True)
class End:
    """Ends its path; with `terminate` the whole instance."""

    terminate: bool = False


Work = Human | SetVariables | Decision | Action | Process | Pause | Moment | Message | Child | End

KINDS: dict[type[Work], Kind] = {
    Human: Kind.HUMAN,
    SetVariables: Kind.AUTOMATIC,
    Decision: Kind.AUTOMATIC,
    Action: Kind.AUTOMATIC,
    Process: Kind.AUTOMATIC,
    Pause: Kind.WAIT,
    Moment: Kind.WAIT,
    Message: Kind.WAIT,
    Child: Kind.WORKFLOW,
    End: Kind.END,
}


@dataclass(frozen=True, slots=True)
class Result:
    """One answer that ends a step, and where it leads; without a route the step's own counts."""

    code: str
    label: str
    next: Route | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a definition. With `begins` it says `depends_on: []`: it starts at once."""

    key: str
    name: str
    work: Work
    description: str = ""
    results: tuple[Result, ...] = ()
    next: Route | None = None
    depends_on: tuple[str, ...] = ()
    begins: bool = False
    join: Join = Join(JoinMode.ANY)
    duration: timedelta | None = None

    @property
    def type(self) -> Kind:
        return KINDS[type(self.work)]

    def result(self, code: str) -> Result | None:
        """The result of that code."""
        return next((result for result in self.results if result.code == code), None)

    def route(self, code: str) -> Route | None:
        """Where the step leads when it ends with this outcome."""
        result = self.result(code)
        return result.next if result and result.next else self.next

    @property
    def routes(self) -> tuple[Route | None, ...]:
        """Every route it may take; None stands for just ending."""
        if not self.results:
            return (self.next,)
        return tuple(result.next or self.next for result in self.results)
