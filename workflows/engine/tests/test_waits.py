"""Steps that wait: for time, for a message, for another instance."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workflows.engine.events import Cancel, ChildEnded, MessageArrived, TimerFired, TimerKind
from workflows.engine.intents import CancelChild, ClearTimer, SetTimer, StartChild, StepLeft

from .playing import NOW, Play, define


def waiting(**wait: Any) -> Play:
    return Play(define({"key": "wait", "type": "wait", **wait}, {"key": "a", "depends_on": ["wait"]}))


def test_a_pause_ends_when_its_time_is_over() -> None:
    play = waiting(**{"for": "PT90M"}).start()
    assert play.all_of(SetTimer) == [SetTimer("r1", TimerKind.WAIT, NOW + timedelta(minutes=90))]
    assert play.happen(TimerFired("r1", TimerKind.WAIT)).open == ["a"]
    assert not play.happen(TimerFired("r1", TimerKind.WAIT)).last


@pytest.mark.parametrize(
    ("until", "moment"),
    [
        ("day", datetime(2026, 5, 1, tzinfo=UTC)),
        ("day + 'T09:30:00+02:00'", datetime(2026, 5, 1, 7, 30, tzinfo=UTC)),
        ("now + duration('36h')", NOW + timedelta(hours=36)),
        ("timestamp(day + 'T00:00:00Z') - duration('24h')", datetime(2026, 4, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_computed(until: str, moment: datetime) -> None:
    (timer,) = waiting(until=until).start(day="2026-05-01").all_of(SetTimer)
    assert timer.at == moment


@pytest.mark.parametrize("until", ["day", "now - duration('999999h') - duration('999999h')", "1", "'soon'"])
def test_what_is_no_moment_is_an_incident(until: str) -> None:
    play = waiting(until=until).start(day="tomorrow")
    assert play.state.incidents or play.all_of(SetTimer)
    assert "day" not in until or play.state.incidents


def test_a_message_ends_the_wait_and_its_payload_lands_under_the_step() -> None:
    play = waiting(message="paid", outputs={"amount": "result.amount"}).start()
    assert play.happen(MessageArrived("other")).open == ["wait"]
    play.happen(MessageArrived("paid", {"amount": 7}))
    assert play.open == ["a"]
    assert (play.state.variables["wait"], play.state.variables["amount"]) == ({"outcome": "received", "amount": 7}, 7)


@pytest.mark.parametrize(
    ("order", "borne", "opened"), [(12, "12", "a"), (12, "13", "wait"), (12, None, "wait"), ("x", "x", "a")]
)
def test_a_message_must_bear_what_the_step_waits_for(order: Any, borne: str | None, opened: str) -> None:
    play = waiting(message="paid", correlation="order").start(order=order)
    assert play.happen(MessageArrived("paid", {}, borne)).open == [opened]


def test_a_message_that_does_not_come_in_time_leads_elsewhere() -> None:
    results = [{"code": "received", "next": "a"}, {"code": "timeout", "next": "b"}]
    step = {"key": "wait", "type": "wait", "message": "paid", "timeout": "P3D", "results": results}
    definition = define(step, {"key": "a"}, {"key": "b"})
    late = Play(definition).start()
    assert late.all_of(SetTimer) == [SetTimer("r1", TimerKind.TIMEOUT, NOW + timedelta(days=3))]
    assert late.happen(TimerFired("r1", TimerKind.TIMEOUT)).open == ["b"]
    early = Play(definition).start().happen(MessageArrived("paid"))
    assert early.open == ["a"]
    assert early.all_of(ClearTimer) == [ClearTimer("r1", TimerKind.TIMEOUT)]


def child(**more: Any) -> Play:
    step = {"key": "sub", "type": "workflow", "workflow": "check", "inputs": {"of": "customer"}, **more}
    return Play(define(step, {"key": "a", "depends_on": ["sub"]})).start(customer="Acme")


def test_another_workflow_is_started_and_its_end_waited_for() -> None:
    play = child(outputs={"score": "result.score"}, version=2)
    assert play.all_of(StartChild) == [StartChild("r1", "sub", "check", 2, {"of": "Acme"})]
    play.happen(ChildEnded("r1", "completed", {"score": 7, "of": "Acme"}))
    assert play.open == ["a"]
    assert play.state.variables["score"] == 7
    assert play.all_of(StepLeft)[0].outcome == "completed"


def test_another_end_of_it_needs_a_result_else_it_is_an_incident() -> None:
    assert "canceled" in child().happen(ChildEnded("r1", "canceled")).incident
    play = child(results=[{"code": "completed"}, {"code": "canceled", "next": "end"}])
    assert play.happen(ChildEnded("r1", "canceled")).is_completed


def test_cancel_takes_timers_and_children_along() -> None:
    assert child().happen(Cancel()).all_of(CancelChild) == [CancelChild("r1", "canceled")]
    play = waiting(**{"for": "PT1H"}).start().happen(Cancel())
    assert play.all_of(ClearTimer) == [ClearTimer("r1", TimerKind.WAIT)]
