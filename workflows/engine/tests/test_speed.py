"""A step costs the same in a long definition as in a short one, and long definitions are read fast."""

from collections.abc import Callable
from itertools import count
from statistics import median
from time import process_time
from typing import Any

import pytest

from workflows.engine.advance import advance
from workflows.engine.definition import Definition, parse
from workflows.engine.events import Start, StepCompleted
from workflows.engine.state import State

from .playing import NOW


def chain(length: int) -> dict[str, Any]:
    """Steps in a row, each with results, a condition, a form and a way back."""
    return {"key": "chain", "name": "Chain", "steps": [_link(number, length) for number in range(length)]}


def _link(number: int, length: int) -> dict[str, Any]:
    onward = f"s{number + 1}" if number + 1 < length else "end"
    return {
        "key": f"s{number}",
        "name": f"Step {number}",
        "assign": {"user": "ana"},
        "due_in": "PT48H",
        "fields": [{"name": "amount", "type": "number"}, {"name": "note", "type": "text"}],
        "results": [
            {"code": "ok", "next": [{"step": onward, "when": f"amount > {number}"}, {"step": onward}]},
            {"code": "back", "next": f"s{max(0, number - 3)}"},
        ],
    }


def ladder(length: int) -> dict[str, Any]:
    """Steps that each depend on the three before them."""
    steps = [{"key": f"s{n}", "depends_on": [f"s{m}" for m in range(max(0, n - 3), n)]} for n in range(length)]
    return {"key": "ladder", "name": "Ladder", "steps": steps}


def seconds_a_step(definition: Definition, outcome: str) -> float:
    """Processor time of completing a step: the median over the steps around the middle of the way."""
    ids = (f"r{number}" for number in count())
    state, _ = advance(definition, State(), Start({"x": 1}), NOW, ids)
    length = len(definition.steps)
    found = []
    for number in range(length - 2):
        event = StepCompleted(next(iter(state.runs)), outcome, {"amount": 7, "note": "x"} if outcome else {}, "ana")
        after, _ = advance(definition, state, event, NOW, ids)  # what is computed once for a definition is computed now
        if abs(number - length / 2) <= max(3, length / 20):
            found.append(min(timed(definition, state, event) for _ in range(7)))
        state = after
    return median(found)


def timed(definition: Definition, state: State, event: StepCompleted) -> float:
    started = process_time()
    advance(definition, state, event, NOW, iter("abcdef"))
    return process_time() - started


@pytest.mark.parametrize(("document", "outcome"), [(chain, "ok"), (ladder, "")])
def test_a_step_costs_the_same_in_a_thousand_as_in_ten(document: Callable[[int], dict[str, Any]], outcome: str) -> None:
    short, long = parse(document(10)), parse(document(1_000))
    ratios: list[float] = []
    while len(ratios) < 5 and min(ratios, default=2) > 1.3:
        few = median(seconds_a_step(short, outcome) for _ in range(15))
        ratios.append(seconds_a_step(long, outcome) / few)
    assert min(ratios) <= 1.3


@pytest.mark.parametrize("document", [chain, ladder])
def test_a_thousand_steps_are_read_in_under_a_second(document: Callable[[int], dict[str, Any]]) -> None:
    given = document(1_000)
    parse(given)
    started = process_time()
    parse(given)
    assert process_time() - started < 1
