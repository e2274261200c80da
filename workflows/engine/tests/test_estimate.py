"""When an instance is likely to end: the longest way that remains, what was spent taken off, history before words."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.engine.definition import Definition, parse
from workflows.engine.estimate import ahead, remaining
from workflows.engine.state import Run, State, Status, Token

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def steps(*steps: dict[str, object]) -> Definition:
    named = [{"name": str(step["key"]).title(), "assign": {"starter": True}, **step} for step in steps]
    return parse({"key": "d", "name": "D", "steps": named})


def standing(*open_steps: str, waiting: dict[str, tuple[Token, ...]] | None = None) -> State:
    runs = {f"run-{key}": Run(f"run-{key}", key, 1) for key in open_steps}
    return State(status=Status.RUNNING, runs=runs, waiting=waiting or {}, visits=dict.fromkeys(open_steps, 1))


DIAMOND = steps(
    {"key": "a", "duration_hours": 2, "depends_on": []},
    {"key": "b", "duration_hours": 4, "depends_on": ["a"]},
    {"key": "c", "duration_hours": 1, "depends_on": ["a"]},
    {"key": "d", "duration_hours": 3, "depends_on": ["b", "c"]},
)


def left(definition: Definition, state: State, spent: dict[str, timedelta], **usual: timedelta) -> timedelta | None:
    entered = {f"run-{key}": NOW - took for key, took in spent.items()}
    return remaining(definition, state, usual=usual, entered=entered, now=NOW)


def test_the_longest_way_counts() -> None:
    assert left(DIAMOND, standing("a"), {"a": 0 * HOUR}) == 9 * HOUR
    assert left(DIAMOND, standing("b", "c"), {"b": 0 * HOUR, "c": 0 * HOUR}) == 7 * HOUR
    assert left(DIAMOND, standing("c"), {"c": 0 * HOUR}) == 4 * HOUR


def test_what_was_spent_on_an_open_step_is_spent() -> None:
    assert left(DIAMOND, standing("a"), {"a": HOUR}) == 8 * HOUR
    assert left(DIAMOND, standing("b", "c"), {"b": 3 * HOUR, "c": 0 * HOUR}) == 4 * HOUR


def test_a_step_that_is_late_takes_no_time_any_more() -> None:
    assert left(DIAMOND, standing("a"), {"a": 90 * HOUR}) == 7 * HOUR
    assert left(DIAMOND, standing("d"), {"d": 4 * HOUR}) == 0 * HOUR


def test_a_clock_that_went_back_adds_nothing() -> None:
    assert left(DIAMOND, standing("a"), {"a": -HOUR}) == 9 * HOUR


def test_a_join_that_waits_takes_its_own_time() -> None:
    waiting = {"d": (Token("b"),)}
    assert left(DIAMOND, standing("c", waiting=waiting), {"c": HOUR}) == 3 * HOUR


def test_what_steps_took_before_counts_more_than_what_was_said() -> None:
    assert left(DIAMOND, standing("a"), {"a": 0 * HOUR}, c=10 * HOUR) == 15 * HOUR
    assert left(DIAMOND, standing("a"), {"a": 0 * HOUR}, a=HOUR, d=0 * HOUR) == 5 * HOUR


def test_where_nobody_knows_how_long_steps_take_there_is_no_estimate() -> None:
    silent = steps({"key": "a", "next": "b"}, {"key": "b"})
    assert left(silent, standing("a"), {"a": HOUR}) is None
    assert left(silent, standing("a"), {"a": HOUR}, b=2 * HOUR) == 2 * HOUR


def test_a_loop_is_gone_through_once() -> None:
    again = steps(
        {"key": "a", "duration_hours": 2, "next": "b"},
        {
            "key": "b",
            "duration_hours": 1,
            "results": [{"code": "no", "label": "No", "next": "a"}, {"code": "yes", "label": "Yes", "next": "end"}],
        },
    )
    assert left(again, standing("a"), {"a": 0 * HOUR}) == 3 * HOUR


@pytest.mark.parametrize(("open_step", "keys"), [("a", "abcd"), ("c", "cd"), ("d", "d")])
def test_what_may_still_come_stands_in_order(open_step: str, keys: str) -> None:
    assert ahead(DIAMOND, standing(open_step)) == tuple(keys)
