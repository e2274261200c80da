"""How far an instance is, and how long it may still take."""

from datetime import timedelta

from workflows.engine.events import Cancel
from workflows.engine.progress import Progress, progress
from workflows.engine.state import State

from .playing import Play, define

SETUP = {"key": "setup", "name": "Account Setup", "duration_hours": 2}
TRAINING = {"key": "training", "name": "Training", "duration_hours": 4, "depends_on": ["setup"]}


def far(play: Play) -> Progress:
    return progress(play.definition, play.state)


def test_the_example_of_the_bots_document() -> None:
    play = Play(define(SETUP, TRAINING))
    assert progress(play.definition, State()) == Progress(0, 2, 0, timedelta(hours=6))
    assert far(play.start()) == Progress(0, 2, 0, timedelta(hours=6))
    assert far(play.complete("setup")) == Progress(1, 2, 50, timedelta(hours=4))
    assert far(play.complete("training")) == Progress(2, 2, 100, timedelta(0))


def test_a_branch_that_is_not_taken_does_not_count() -> None:
    route = [{"step": "b", "when": "false"}, {"step": "d"}]
    play = Play(define({"key": "a", "next": route}, {"key": "b", "next": "c"}, {"key": "c"}, {"key": "d"})).start()
    assert far(play).total == 4
    assert far(play.complete("a")) == Progress(1, 2, 50, timedelta(0))


def test_going_back_takes_nothing_away() -> None:
    results = [{"code": "on", "next": "b"}, {"code": "back", "next": "a"}]
    play = Play(define({"key": "a", "next": "b"}, {"key": "b", "results": [{"code": "ok"}, *results[1:]]})).start()
    assert far(play.complete("a")).percent == 50
    assert far(play.complete("b", "back")).percent == 99
    assert far(play.complete("a").complete("b", "ok")).percent == 100


def test_ends_are_no_work() -> None:
    play = Play(define({"key": "a", "next": "stop"}, {"key": "stop", "type": "end"})).start()
    assert far(play).total == 1


def test_a_canceled_instance_has_what_it_has() -> None:
    play = Play(define(SETUP, TRAINING)).start().complete("setup").happen(Cancel())
    assert far(play) == Progress(1, 2, 50, timedelta(0))


def test_what_remains_is_the_longest_way_and_loops_count_once() -> None:
    steps = [
        {"key": "a", "next": ["b", "c"], "duration_hours": 1},
        {"key": "b", "due_in": "PT5H", "results": [{"code": "ok", "next": "d"}, {"code": "back", "next": "a"}]},
        {"key": "c", "type": "wait", "for": "PT9H", "next": "d"},
        {"key": "d", "join": "all", "duration_hours": 2},
    ]
    assert far(Play(define(*steps)).start()).remaining == timedelta(hours=12)
