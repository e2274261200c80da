"""The engine: one event changes the state of one instance, and says what is wanted.

    state, intents = advance(definition, State(), Start({"amount": 900}, by="ana"), now, ids)

Pure: the same arguments give the same answer; no clock, no database, no network, no chance. The caller keeps the state,
does the intents and brings back what happened. Events that come too late (a timer, an answer of an action or a child
whose run is closed) change nothing; what a person does too late raises WrongState, wrong answers InvalidInput.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tasks.domain.errors import InvalidInput, WrongState

from . import events, reviewing, values, working
from .definition import Definition
from .entering import enter
from .events import Event
from .intents import Ended, Intent, ProcessAgain
from .joining import arrive, settle_one
from .leaving import close_all, move_on
from .state import Stage, State, Status
from .steps import Process
from .walk import Ids, Walk

MAX_VARIABLES = 1_000


def advance(
    definition: Definition, state: State, event: Event, now: datetime, ids: Ids
) -> tuple[State, tuple[Intent, ...]]:
    """The state after `event`, and what is wanted. `ids` gives an id for each new run: an iterator, or a function."""
    if not state.is_running and isinstance(event, working.MAY_BE_LATE):
        return state, ()
    walk = Walk(definition, state, now, ids)
    if isinstance(event, events.Start):
        _start(walk, event)
    elif isinstance(event, events.Reopen):
        reviewing.reopen(walk, event)
    elif not state.is_running:
        raise WrongState(f"An instance that is {state.status} takes no more.", verb="advance", state=state.status)
    else:
        _HANDLERS[type(event)](walk, event)
    _settle(walk)
    return walk.result()


def _settle(walk: Walk) -> None:
    """Let all tokens arrive and all joins that need not wait go on; without anything left the instance is over."""
    going = walk.status == Status.RUNNING
    while going:
        while walk.queue:
            arrive(walk, *walk.queue.popleft())
        going = walk.status == Status.RUNNING and settle_one(walk)
    if walk.status == Status.RUNNING and not walk.runs and not walk.waiting:
        walk.status = Status.COMPLETED
        walk.tell(Ended(Status.COMPLETED))


def _start(walk: Walk, event: events.Start) -> None:
    if walk.status != Status.NEW:
        raise WrongState("The instance has been started already.", verb="start", state=walk.status)
    walk.status = Status.RUNNING
    walk.starter = event.by
    walk.set_variables(walk.definition.variables)
    walk.set_variables(_checked(walk, event.variables))
    for key in walk.graph.starts:
        walk.send(key, "")


def _cancel(walk: Walk, event: events.Cancel) -> None:
    close_all(walk, "canceled")
    walk.status = Status.CANCELED
    walk.tell(Ended(Status.CANCELED, event.reason))


def _retry(walk: Walk, event: events.Retry) -> None:
    run = walk.runs.get(event.run)
    if run is None or run.failed is None:
        raise WrongState("There is nothing to retry at this step.", verb="retry", state=walk.status)
    walk.set_variables(_checked(walk, event.variables))
    if run.failed == Stage.LEAVE:
        move_on(walk, walk.mend(run, outcome=""), run.outcome)
        return
    attempt = run.attempt + (run.failed == Stage.WORK)
    mended = walk.mend(run, attempt=attempt, series=attempt, presented=False, found=None)
    if run.failed == Stage.WORK and isinstance(walk.step_of(run).work, Process):
        walk.tell(ProcessAgain(run.id))
    enter(walk, mended)


def _checked(walk: Walk, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables as plain values; raises InvalidInput for what none can be called or be."""
    if len(variables) > MAX_VARIABLES:
        raise InvalidInput(f"There are at most {MAX_VARIABLES:,} variables.", field="variables")
    return {name: _plain(walk, name, value) for name, value in variables.items()}


def _plain(walk: Walk, name: str, value: Any) -> Any:
    field = f"variables.{str(name)[:80]}"
    if not isinstance(name, str) or not values.is_name(name) or name in walk.graph.steps:
        raise InvalidInput("That is no name for a variable.", field=field)
    try:
        return values.plain(value)
    except ValueError as error:
        raise InvalidInput(f"The variable {error}.", field=field) from None


_HANDLERS: dict[type[Event], Callable[[Walk, Any], None]] = {
    events.Cancel: _cancel,
    events.Retry: _retry,
    **working.HANDLERS,
}
