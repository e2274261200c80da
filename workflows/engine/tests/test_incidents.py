"""What goes wrong stays visible and can be mended; nothing else is held up by it."""

import pytest

from tasks.domain.errors import InvalidInput, WrongState
from workflows.engine.events import Cancel, Retry, StepCompleted, StepFailed
from workflows.engine.intents import ClearIncident, CloseTask, OpenTask, RunAction, StepCanceled, StepLeft
from workflows.engine.state import Stage, Status

from .playing import Play, define


def test_a_step_that_could_not_be_opened_is_opened_on_retry() -> None:
    play = Play(define({"key": "a", "assign": {"variable": "boss"}})).start()
    assert play.run("a").failed == Stage.ENTER
    assert not play.all_of(OpenTask)
    play.happen(Retry("r1"))
    assert play.run("a").failed == Stage.ENTER
    play.happen(Retry("r1", {"boss": "cleo"}))
    assert play.all_of(OpenTask)[0].assignees.users == ("cleo",)
    assert play.all_of(ClearIncident) == [ClearIncident("r1")] * 2
    assert play.complete("a").is_completed


def test_work_that_failed_is_asked_for_again_with_a_new_attempt() -> None:
    step = {"key": "send", "type": "automatic", "action": "send", "retry": {"attempts": 1}}
    play = Play(define(step)).start().happen(StepFailed("r1", "no route", 1))
    assert play.run("send").failed == Stage.WORK
    play.happen(Retry("r1"))
    assert [intent.attempt for intent in play.all_of(RunAction)] == [1, 2]
    play.happen(StepFailed("r1", "an old failure", 1))
    assert not play.state.incidents
    assert play.happen(StepFailed("r1", "no route", 2)).state.incidents


def test_a_step_whose_way_on_was_closed_goes_on_when_the_variables_are_mended() -> None:
    play = Play(define({"key": "a", "next": [{"step": "b", "when": "amount > 1"}]}, {"key": "b"})).start().complete("a")
    assert play.run("a").failed == Stage.LEAVE
    with pytest.raises(WrongState):
        play.happen(StepCompleted("r1"))
    play.happen(Retry("r1", {"amount": 2}))
    assert play.open == ["b"]
    assert len(play.all_of(StepLeft)) == 1


def test_outputs_that_could_not_be_computed_are_computed_on_retry_without_doing_the_work_again() -> None:
    step = {"key": "send", "type": "automatic", "action": "send", "outputs": {"total": "result.n * price"}}
    play = Play(define(step)).start().happen(StepCompleted("r1", data={"n": 2}))
    assert play.run("send").failed == Stage.LEAVE
    assert play.happen(Retry("r1", {"price": 3})).is_completed
    assert play.state.variables["total"] == 6
    assert len(play.all_of(RunAction)) == 1


def test_an_incident_holds_nothing_else_up() -> None:
    play = Play(define({"key": "a", "assign": {"starter": True}}, {"key": "b", "depends_on": []})).start(by="")
    assert play.complete("b").open == ["a"]
    assert play.state.is_running


def test_cancel_ends_an_instance_with_an_incident() -> None:
    play = Play(define({"key": "a", "assign": {"variable": "nobody"}})).start().happen(Cancel("hopeless"))
    assert play.state.status == Status.CANCELED
    assert not play.all_of(CloseTask)
    assert play.all_of(ClearIncident) == [ClearIncident("r1")]
    assert play.all_of(StepCanceled) == [StepCanceled("r1", "a", "canceled")]


def test_only_what_failed_can_be_retried() -> None:
    play = Play(define({"key": "a"})).start()
    for run in ("r1", "r9"):
        with pytest.raises(WrongState):
            play.happen(Retry(run))


def test_mended_variables_are_checked() -> None:
    play = Play(define({"key": "a", "assign": {"variable": "boss"}})).start()
    with pytest.raises(InvalidInput):
        play.happen(Retry("r1", {"a": "clash"}))


@pytest.mark.parametrize(
    "value", [None, 7, [], ["ana", 7], {"user": 7}, {"group": "x"}, "", "  ", {"user": "a", "team": "b"}]
)
def test_a_variable_that_names_nobody_is_an_incident(value: object) -> None:
    assert "'boss'" in Play(define({"key": "a", "assign": {"variable": "boss"}})).start(boss=value).incident


@pytest.mark.parametrize(
    ("value", "users", "team"),
    [
        ("ana", ("ana",), ""),
        (["ana", "bo", "ana"], ("ana", "bo"), ""),
        ({"team": "sales"}, (), "sales"),
        ({"user": "bo"}, ("bo",), ""),
    ],
)
def test_a_variable_names_people_or_a_team(value: object, users: tuple[str, ...], team: str) -> None:
    (task,) = Play(define({"key": "a", "assign": {"variable": "boss"}})).start(boss=value).all_of(OpenTask)
    assert (task.assignees.users, task.assignees.team) == (users, team)
