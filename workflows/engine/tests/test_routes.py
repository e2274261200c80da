"""Where a step leads."""

from typing import Any

import pytest

from tasks.domain.errors import InvalidInput, WrongState
from workflows.engine.events import Cancel, Start, StepCompleted
from workflows.engine.intents import CloseTask, ConditionFailed, Ended, OpenTask, StepCanceled, StepLeft
from workflows.engine.state import Status

from .playing import Play, define

CODES = [{"code": "yes", "next": "b"}, {"code": "no", "next": "end"}, {"code": "again", "next": "a"}, {"code": "pass"}]


def after(route: Any, **variables: Any) -> Play:
    """An instance that has just left its first step by this route to b, c or d."""
    steps = [{"key": "a", "next": route}, *({"key": key} for key in "bcd")]
    # Each is reached, whatever the route is, so that the definition is sound.
    steps[0] = {"key": "a", "results": [{"code": "go", "next": route}, {"code": "x", "next": ["b", "c", "d"]}]}
    return Play(define(*steps)).start(**variables).complete("a", "go")


def test_one_step_after_another() -> None:
    play = Play(define({"key": "a", "next": "b"}, {"key": "b"})).start()
    assert play.open == ["a"]
    assert play.complete("a").open == ["b"]
    assert play.complete("b").is_completed
    assert play.all_of(Ended) == [Ended(Status.COMPLETED)]


@pytest.mark.parametrize(
    ("outcome", "opened"), [("yes", ["b"]), ("no", []), ("again", ["a"]), ("pass", ["c"])], ids=str
)
def test_a_result_leads_where_it_says_else_where_the_step_says(outcome: str, opened: list[str]) -> None:
    play = Play(define({"key": "a", "results": CODES, "next": "c"}, {"key": "b"}, {"key": "c"})).start()
    assert play.complete("a", outcome).open == opened
    assert play.is_completed == (not opened)


def test_going_back_is_a_new_visit_with_a_new_run() -> None:
    play = Play(define({"key": "a", "results": CODES, "next": "c"}, {"key": "b"}, {"key": "c"})).start()
    first = play.run("a")
    again = play.complete("a", "again").run("a")
    assert (first.visit, again.visit) == (1, 2)
    assert first.id != again.id
    assert len(play.all_of(OpenTask)) == 2


@pytest.mark.parametrize(
    ("route", "amount", "opened"),
    [
        (["b", "c"], 0, ["b", "c"]),
        ([{"step": "b", "when": "amount > 1000"}, {"step": "c", "when": "amount > 10"}, {"step": "d"}], 5000, ["b"]),
        ([{"step": "b", "when": "amount > 1000"}, {"step": "c", "when": "amount > 10"}, {"step": "d"}], 500, ["c"]),
        ([{"step": "b", "when": "amount > 1000"}, {"step": "c", "when": "amount > 10"}, {"step": "d"}], 5, ["d"]),
        ({"all": [{"step": "b", "when": "amount > 1000"}, {"step": "c", "when": "amount > 10"}]}, 5000, ["b", "c"]),
        ({"all": [{"step": "b", "when": "amount > 1000"}, {"step": "c"}]}, 500, ["c"]),
        ({"all": [{"step": "b", "when": "amount > 1000"}], "otherwise": "d"}, 5, ["d"]),
        ({"all": [{"step": "b", "when": "amount > 1000"}], "otherwise": "end"}, 5, []),
        ([{"step": "b", "when": "amount > 1000"}, {"step": "end"}], 5, []),
    ],
)
def test_conditions_choose_the_way(route: Any, amount: int, opened: list[str]) -> None:
    assert after(route, amount=amount).open == opened


@pytest.mark.parametrize("route", [[{"step": "b", "when": "false"}], {"all": [{"step": "b", "when": "false"}]}])
def test_no_way_open_is_an_incident_that_names_the_step(route: Any) -> None:
    play = after(route)
    assert play.state.is_running
    assert "'a'" in play.incident
    assert [run.step for run in play.state.incidents] == ["a"]


def test_a_condition_that_cannot_be_judged_is_false_and_is_told() -> None:
    play = after([{"step": "b", "when": "amount > 1000"}, {"step": "c"}])
    assert play.open == ["c"]
    (failed,) = play.all_of(ConditionFailed)
    assert failed.step == "a"
    assert "amount" in failed.reason


def test_a_path_that_ends_leaves_the_others_alone_and_terminate_does_not() -> None:
    steps = [{"key": "a", "next": ["b", "c"]}, {"key": "b", "next": "stop"}, {"key": "c"}]
    plain = Play(define(*steps, {"key": "stop", "type": "end"})).start().complete("a")
    assert plain.complete("b").open == ["c"]
    hard = Play(define(*steps, {"key": "stop", "type": "end", "terminate": True})).start().complete("a")
    closed = hard.run("c").id
    assert hard.complete("b").is_completed
    assert hard.all_of(CloseTask) == [CloseTask(closed, "terminated")]
    assert hard.all_of(StepCanceled) == [StepCanceled(closed, "c", "terminated")]


def test_steps_that_depend_on_nothing_start_together() -> None:
    play = Play(define({"key": "a"}, {"key": "b"}, {"key": "c", "depends_on": ["a", "b"]})).start()
    assert play.open == ["a", "b"]
    assert play.complete("b").open == ["a"]
    assert play.complete("a").open == ["c"]


def test_an_empty_depends_on_starts_at_once() -> None:
    play = Play(define({"key": "a"}, {"key": "b", "depends_on": []})).start()
    assert play.open == ["a", "b"]


def test_a_step_comes_only_when_what_it_depends_on_is_left_for_good() -> None:
    results = [
        {"code": "approved", "next": "welcome"},
        {"code": "rejected", "next": "end"},
        {"code": "redo", "next": "a"},
    ]
    document = ({"key": "a", "results": results}, {"key": "welcome"}, {"key": "training", "depends_on": ["a"]})
    assert Play(define(*document)).start().complete("a", "rejected").is_completed
    redone = Play(define(*document)).start().complete("a", "redo")
    assert redone.open == ["a"]
    assert redone.complete("a", "approved").open == ["training", "welcome"]


def test_cancel_closes_everything() -> None:
    play = Play(define({"key": "a", "next": ["b", "c"]}, {"key": "b"}, {"key": "c"})).start().complete("a")
    play.happen(Cancel("a mistake"))
    assert [intent.run for intent in play.all_of(CloseTask)] == ["r2", "r3"]
    assert play.all_of(Ended) == [Ended(Status.CANCELED, "a mistake")]
    with pytest.raises(WrongState):
        play.happen(Cancel())


def test_what_is_done_is_told_with_who_did_it() -> None:
    field = {"name": "amount", "type": "number"}
    play = Play(define({"key": "a", "fields": [field]})).start().complete("a", by="bo", amount=3)
    assert play.all_of(StepLeft) == [StepLeft("r1", "a", "", {"amount": 3}, "bo")]


@pytest.mark.parametrize("event", [Start(), StepCompleted("r1"), StepCompleted("r9")])
def test_what_does_not_fit_the_state_is_refused(event: Any) -> None:
    play = Play(define({"key": "a"})).start().complete("a")
    with pytest.raises(WrongState):
        play.happen(event)


def test_a_result_that_there_is_not_is_refused() -> None:
    play = Play(define({"key": "a", "results": [{"code": "yes"}]})).start()
    with pytest.raises(InvalidInput) as caught:
        play.complete("a", "perhaps")
    assert caught.value.field == "outcome"
    assert play.open == ["a"]


@pytest.mark.parametrize(
    "variables", [{"a": 1}, {"no-name": 1}, {"in": 1}, {"x": float("nan")}, {"x": "\x00"}, {"x": [[[]] * 9_999]}]
)
def test_variables_that_could_not_be_told_are_refused(variables: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        Play(define({"key": "a"})).happen(Start(variables))
    assert caught.value.field.startswith("variables.")
