"""Steps that nobody is asked for: variables, decisions, actions."""

from datetime import timedelta
from typing import Any

import pytest

from workflows.engine.events import StepCompleted, StepFailed, TimerFired, TimerKind
from workflows.engine.intents import ClearTimer, RaiseIncident, RunAction, SetTimer, StepEntered

from .playing import Play, define

ROWS = [
    {"when": "amount > 10000", "then": {"level": "board"}, "outcome": "hard"},
    {"when": "amount > 1000", "then": {"level": "boss", "note": None}, "outcome": "hard"},
    {"then": {"level": "clerk"}, "outcome": "easy"},
]


def test_variables_are_set_in_order_and_the_step_is_left_at_once() -> None:
    setting = {"total": "price * quantity", "with_tax": "total * 1.2", "label": "'Total of ' + name"}
    play = Play(define({"key": "sum", "type": "automatic", "set": setting, "next": "a"}, {"key": "a"}))
    play.start(price=10, quantity=3, name="Acme")
    assert play.open == ["a"]
    assert {key: play.state.variables[key] for key in setting} == {
        "total": 30,
        "with_tax": 36.0,
        "label": "Total of Acme",
    }


def test_a_value_that_cannot_be_computed_is_an_incident() -> None:
    play = Play(define({"key": "sum", "type": "automatic", "set": {"total": "price * quantity"}})).start(price="ten")
    assert "price * quantity" in play.incident
    assert play.state.is_running


@pytest.mark.parametrize(
    ("amount", "level", "opened"), [(20_000, "board", "b"), (2_000, "boss", "b"), (5, "clerk", "c")]
)
def test_the_first_row_that_holds_decides(amount: int, level: str, opened: str) -> None:
    results = [{"code": "hard", "next": "b"}, {"code": "easy", "next": "c"}]
    definition = define(
        {"key": "decide", "type": "automatic", "decision": ROWS, "results": results}, {"key": "b"}, {"key": "c"}
    )
    play = Play(definition).start(amount=amount)
    assert play.open == [opened]
    assert play.state.variables["level"] == level


def test_a_decision_without_a_row_that_holds_is_an_incident() -> None:
    play = Play(
        define({"key": "decide", "type": "automatic", "decision": [{"when": "x > 1", "then": {"y": 1}}]})
    ).start(x=0)
    assert "no row" in play.incident


def action(**more: Any) -> Play:
    step = {"key": "send", "type": "automatic", "action": "send_mail", "inputs": {"to": "email"}, **more}
    return Play(define(step, {"key": "a", "depends_on": ["send"]}))


def test_an_action_is_asked_for_with_its_inputs_and_its_answer_lands_under_its_key() -> None:
    play = action(outputs={"sent_id": "result.id"}).start(email="x@example.com")
    assert play.all_of(RunAction) == [RunAction("r1", "send", "send_mail", {"to": "x@example.com"}, 1)]
    play.happen(StepCompleted("r1", data={"id": "m7"}))
    assert play.open == ["a"]
    assert (play.state.variables["send"], play.state.variables["sent_id"]) == ({"id": "m7"}, "m7")


def test_a_failed_action_rests_longer_each_time_and_then_is_an_incident() -> None:
    play = action(retry={"attempts": 3, "wait": "PT1M", "factor": 3}).start(email="x")
    for attempt, minutes in ((1, 1), (2, 3)):
        play.happen(StepFailed("r1", "no route", attempt))
        assert play.all_of(SetTimer, last=True) == [
            SetTimer("r1", TimerKind.RETRY, play.now + timedelta(minutes=minutes))
        ]
        play.happen(TimerFired("r1", TimerKind.RETRY))
        assert [intent.attempt for intent in play.all_of(RunAction, last=True)] == [attempt + 1]
    play.happen(StepFailed("r1", "no route", 3))
    assert play.all_of(RaiseIncident) == [RaiseIncident("r1", "send", "no route")]


def test_what_comes_twice_or_too_late_changes_nothing() -> None:
    play = action().start(email="x").happen(StepFailed("r1", "no route", 1))
    resting = play.state
    for attempt in (1, 2):
        assert play.happen(StepFailed("r1", "no route", attempt)).state == resting
    play.happen(TimerFired("r1", TimerKind.RETRY)).happen(TimerFired("r1", TimerKind.RETRY))
    assert not play.last
    play.happen(StepCompleted("r1")).complete("a")
    over = play.state
    for event in (StepFailed("r1", "late", 2), TimerFired("r1", TimerKind.RETRY)):
        assert play.happen(event).state == over


def test_an_answer_while_the_action_rests_is_taken() -> None:
    play = action().start(email="x").happen(StepFailed("r1", "timeout", 1)).happen(StepCompleted("r1"))
    assert play.all_of(ClearTimer) == [ClearTimer("r1", TimerKind.RETRY)]
    assert play.open == ["a"]


def test_an_answer_that_is_none_of_its_results_is_an_incident() -> None:
    play = action(results=[{"code": "sent"}]).start(email="x").happen(StepCompleted("r1", "lost"))
    assert "'lost'" in play.incident


def test_a_loop_of_automatic_steps_is_an_incident_and_not_endless() -> None:
    play = Play(
        define(
            {
                "key": "up",
                "type": "automatic",
                "set": {"n": "n + 1"},
                "next": [{"step": "down", "when": "n > 0"}, {"step": "a"}],
            },
            {"key": "down", "type": "automatic", "set": {"m": "n"}, "next": "up"},
            {"key": "a"},
        )
    ).start(n=0)
    assert "automatic steps" in play.incident
    assert len(play.all_of(StepEntered)) == 1_001


def test_a_loop_that_multiplies_is_bounded_as_well() -> None:
    play = Play(
        define(
            {"key": "up", "type": "automatic", "set": {"n": "1"}, "next": ["left", "right", "out"]},
            {"key": "left", "type": "automatic", "set": {"n": "1"}, "next": "up"},
            {"key": "right", "type": "automatic", "set": {"n": "1"}, "next": "up"},
            {"key": "out"},
        )
    ).start()
    assert play.state.incidents
    assert len(play.state.runs) <= 5_000
