"""Processor steps: what a processor finds is filtered, judged, done or given to people, and can be opened again."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.domain.errors import InvalidInput, WrongState
from workflows.engine.events import Cancel, Processed, Reopen, Retry, StepCompleted, StepFailed, TimerFired, TimerKind
from workflows.engine.intents import (
    Assignees,
    ClearTimer,
    CloseTask,
    ConditionFailed,
    FailTask,
    FilterTask,
    FinishTask,
    OpenTask,
    PresentTask,
    ProcessAgain,
    RaiseIncident,
    RunProcessor,
    SetTimer,
    StepCanceled,
    StepLeft,
)
from workflows.engine.issues import Issue

from .playing import NOW, Play, define

TOTAL = {"name": "total", "type": "number", "required": True}
READ: dict[str, Any] = {
    "key": "read",
    "name": "Read it",
    "type": "automatic",
    "processor": "text",
    "options": {"pattern": "Total"},
    "title": "Check {{document.name}}",
    "fields": [TOTAL, {"name": "net", "type": "number"}, {"name": "note"}],
    "rules": [{"must": "data.net == null || total >= net", "field": "total", "message": "Less than the net amount."}],
    "filters": [{"when": "metadata.pages == 0", "reason": "Empty document"}, {"when": "net < 0"}],
    "due_in": "P1D",
    "escalate_in": "P2D",
    "retry": {"attempts": 2, "wait": "PT1M"},
    "next": [{"step": "pay", "when": "total > 100"}, {"step": "file"}],
}

TWO_WAYS: list[dict[str, Any]] = [
    {**READ, "next": "both"},
    {"key": "other", "depends_on": [], "next": "both"},
    {"key": "both", "join": "all"},
]


def reading(**more: Any) -> Play:
    """An instance that reads, and then pays or files."""
    play = Play(define({**READ, **more}, {"key": "pay"}, {"key": "file"}))
    return play.start(document={"name": "a.pdf"})


def test_a_task_that_is_nobodys_opens_and_its_processor_is_wanted() -> None:
    opened, wanted = reading().last[1:]
    assert opened == OpenTask(
        "r1", "read", "Check a.pdf", "", None, None, None, dict.fromkeys(("total", "net", "note")), is_processing=True
    )
    assert wanted == RunProcessor("r1", "read", "text", {"pattern": "Total"}, 1)


def test_what_is_found_is_given_to_the_starter_with_what_is_wrong_and_time_counts_from_then() -> None:
    play = reading()
    play.now += timedelta(hours=5)
    doubt = Issue("low_confidence", "Hardly legible", "note", 0.4)
    play.process("read", issues=[doubt], metadata={"pages": 2}, total=5, net="ten", note="x", words=["a", "b"])
    (given,) = play.all_of(PresentTask, last=True)
    assert (given.assignees, given.due_at) == (Assignees(("ana",)), play.now + timedelta(days=1))
    assert given.escalate_at == play.now + timedelta(days=2)
    assert given.findings.data == {"total": 5, "net": "ten", "note": "x"}
    assert (given.findings.found, given.findings.metadata) == ({"words": ["a", "b"]}, {"pages": 2})
    wrong = Issue("invalid", "must be a number", "net")
    assert given.findings.issues == (wrong.to_json(), doubt.to_json())
    assert play.open == ["read"]


def test_people_are_judged_as_the_processor_is_and_told_everything_at_once() -> None:
    play = reading().process("read", total=5, net=9)
    rules = {"total": "Less than the net amount.", "note": "must be a text"}
    for data, faults in (
        ({"total": 5, "net": 9}, {"total": rules["total"]}),
        ({"total": 5, "net": 9, "note": 7}, rules),
    ):
        with pytest.raises(InvalidInput) as caught:
            play.happen(StepCompleted("r1", data=data))
        assert (caught.value.code, caught.value.facts["faults"]) == ("invalid_form", faults)
    with pytest.raises(InvalidInput, match="'total' is required") as caught:
        play.happen(StepCompleted("r1", data={}))
    assert caught.value.field == "data.total"
    assert caught.value.facts["faults"] == {"total": "is required"}, "a rule over what is missing adds nothing"


def test_what_is_completed_lands_as_a_forms_answers_do_and_the_next_step_comes() -> None:
    play = reading().process("read", total=5, words=["a"])
    play.complete("read", total=500, net=400)
    assert play.open == ["pay"]
    assert play.state.variables["total"] == 500
    assert play.state.variables["read"] == {"total": 500, "net": 400, "note": None, "words": ["a"]}
    (left,) = play.all_of(StepLeft)
    assert (left.by, left.data) == ("ana", play.state.variables["read"])


def test_filters_come_first_and_end_the_path_without_anybody() -> None:
    for data, metadata, reason in (
        ({}, {"pages": 0}, "Empty document"),
        ({"net": -1}, {"pages": 1}, "'net < 0' holds."),
    ):
        play = reading().process("read", metadata=metadata, **data)
        (told,) = play.all_of(FilterTask)
        assert told.reason == reason
        assert not play.all_of(PresentTask)
        assert play.state.variables["read"]["outcome"] == "filtered"
        assert play.is_completed


def test_a_filter_that_cannot_be_judged_does_not_hold_and_is_told() -> None:
    play = reading(filters=[{"when": "nothing > 1"}]).process("read", total=1)
    (told,) = play.all_of(ConditionFailed)
    assert (told.step, "nothing" in told.reason) == ("read", True)
    assert play.all_of(PresentTask)


def test_what_ends_a_path_forsakes_the_join_behind_it() -> None:
    play = Play(define(*TWO_WAYS)).start().process("read", net=-1).complete("other")
    assert play.is_completed
    assert "both" not in play.entered


def test_people_are_asked_only_where_something_is_wrong_or_in_doubt() -> None:
    assert reading(review="invalid").process("read", total=5).open == ["file"]
    assert reading(review="invalid").process("read", total="x").all_of(PresentTask)
    unreadable = {"code": "unreadable", "message": "It is encrypted."}
    optional = {"fields": [{"name": "total", "type": "number"}], "rules": []}
    assert reading(review="invalid", **optional).process("read", issues=[unreadable]).all_of(PresentTask)


def test_without_review_what_fits_will_do_and_the_rest_is_noted() -> None:
    play = reading(review="never", next=["file", "pay"]).process("read", net="much", note="x")
    (told,) = play.all_of(FinishTask)
    assert told.findings.data == {"total": None, "net": None, "note": "x"}
    assert [(issue["field"], issue["code"]) for issue in told.findings.issues] == [
        ("total", "missing"),
        ("net", "invalid"),
    ]
    assert play.open == ["file", "pay"]


def test_what_is_not_found_may_be_known_already() -> None:
    fields = [{"name": "total", "type": "number", "prefill": "known"}]
    play = Play(define({**READ, "fields": fields, "rules": []}, {"key": "pay"}, {"key": "file"})).start(known=7)
    assert play.process("read").all_of(PresentTask)[0].findings.data == {"total": 7}


def test_a_failed_processor_rests_is_tried_again_and_then_the_task_has_failed() -> None:
    play = reading().happen(StepFailed("r1", "boom", 1))
    assert play.last == [SetTimer("r1", TimerKind.RETRY, NOW + timedelta(minutes=1))]
    play.happen(TimerFired("r1", TimerKind.RETRY))
    assert play.last == [RunProcessor("r1", "read", "text", {"pattern": "Total"}, 2)], "the task stays"
    play.happen(StepFailed("r1", "boom", 2))
    assert play.last == [FailTask("r1", "boom"), RaiseIncident("r1", "read", "boom")]
    play.happen(Retry("r1"))
    assert play.last[1:] == [ProcessAgain("r1"), RunProcessor("r1", "read", "text", {"pattern": "Total"}, 3)]
    assert play.process("read", total=1).all_of(PresentTask)


def test_who_has_failed_may_know_better_how_long_to_rest() -> None:
    play = reading().happen(StepFailed("r1", "busy", 1, rest=timedelta(hours=2)))
    assert play.last == [SetTimer("r1", TimerKind.RETRY, NOW + timedelta(hours=2))]


def test_what_comes_twice_or_too_late_changes_nothing() -> None:
    play = reading().happen(StepFailed("r1", "boom", 1))
    resting = play.state
    for event in (Processed("r1", 1), Processed("r1", 2), StepFailed("r1", "boom", 1), StepFailed("r1", "boom", 2)):
        assert play.happen(event).state == resting
    play.happen(TimerFired("r1", TimerKind.RETRY))
    assert play.happen(Processed("r1", 1, {"total": 1})).last == []
    play.happen(Processed("r1", 2, {"total": 1}))
    given = play.state
    assert play.happen(Processed("r1", 2, {"total": 2})).state == given
    play.complete("read", total=1).complete("file")
    assert play.happen(Processed("r1", 2)).last == []


def test_nobody_completes_what_is_still_being_processed() -> None:
    with pytest.raises(WrongState):
        reading().complete("read", total=1)


@pytest.mark.parametrize("outcome", ["canceled", "declined"])
def test_what_people_take_out_ends_its_path_at_any_moment(outcome: str) -> None:
    for play in (reading(), reading().process("read"), reading().happen(StepFailed("r1", "boom", 1))):
        rested = play.run("read").resting
        play.happen(StepFailed("r1", "no use", outcome=outcome))
        assert play.is_completed
        assert play.state.variables["read"] == {"outcome": "discarded"}
        assert len(play.all_of(ClearTimer)) == rested


def test_what_people_fail_is_an_incident_that_is_processed_again() -> None:
    play = reading().process("read").happen(StepFailed("r1", "lost", outcome="failed"))
    assert (play.incident, play.all_of(FailTask)) == ("lost", []), "its task has failed already"
    play.happen(Retry("r1")).process("read", total=1)
    assert len(play.all_of(PresentTask)) == 2


def test_what_can_be_given_to_nobody_is_a_failed_task() -> None:
    play = reading(assign={"variable": "clerk"}).process("read", total=1)
    assert "cannot be given to anybody" in play.incident
    assert play.all_of(FailTask)
    play.happen(Retry("r1", {"clerk": "bo"})).process("read", total=1)
    assert play.all_of(PresentTask)[0].assignees == Assignees(("bo",))
    play.happen(StepFailed("r1", "there is nobody called 'bo' here"))
    assert len(play.all_of(FailTask)) == 2


def test_without_a_starter_it_is_for_nobody_in_particular() -> None:
    play = Play(define({**READ, "next": "end"})).start(by="").process("read")
    assert play.all_of(PresentTask)[0].assignees is None


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (Processed("r1", 1, {"x": object()}), "data"),
        (Processed("r1", 1, metadata=[]), "metadata"),
        (Processed("r1", 1, issues="no"), "issues"),
        (Processed("r1", 1, issues=[{"code": "unreadable", "message": "x"}] * 201), "issues"),
        (Processed("r1", 1, issues=["no"]), "issues[0]"),  # type: ignore[list-item]
        (Processed("r1", 1, issues=[{"code": "odd", "message": "x"}]), "issues[0].code"),
        (Processed("r1", 1, issues=[{"code": "rule", "message": " "}]), "issues[0].message"),
        (Processed("r1", 1, issues=[{"code": "rule", "message": "x", "field": 3}]), "issues[0].field"),
        (Processed("r1", 1, issues=[Issue("rule", "x", confidence=2)]), "issues[0].confidence"),
        (Processed("r1", 1, issues=[{"code": "rule", "message": "x", "more": 1}]), "issues[0]"),
    ],
)
def test_an_answer_that_is_none_is_refused_by_name(event: Processed, field: str) -> None:
    play = reading()
    with pytest.raises(InvalidInput) as caught:
        play.happen(event)
    assert caught.value.field == field


def test_canceling_the_instance_closes_the_task_wherever_it_stands() -> None:
    assert reading().happen(Cancel()).all_of(CloseTask) == [CloseTask("r1", "canceled")]
    resting = reading().happen(StepFailed("r1", "boom", 1)).happen(Cancel())
    assert resting.all_of(ClearTimer) == [ClearTimer("r1", TimerKind.RETRY)]


def reopened(play: Play) -> Play:
    *_, left = [intent for intent in play.all_of(StepLeft) if intent.run == "r1"]
    return play.happen(Reopen("r1", "read", 1, left.data))


def test_opening_again_takes_back_what_has_come_of_it() -> None:
    play = reopened(reading().process("read", total=5, words=["a"]).complete("read", total=5))
    assert play.all_of(CloseTask) == [CloseTask("r2", "superseded")]
    assert play.all_of(StepCanceled) == [StepCanceled("r2", "file", "superseded")]
    (given,) = play.all_of(PresentTask, last=True)
    assert (given.findings, given.assignees, given.due_at) == (None, Assignees(("ana",)), NOW + timedelta(days=1))
    play.complete("read", total=500)
    assert play.open == ["pay"]
    assert play.state.variables["read"]["words"] == ["a"], "what was found beyond the fields is not lost"


def test_an_instance_that_has_ended_runs_again_and_ends_again() -> None:
    filtered = reopened(reading().process("read", net=-1))
    assert filtered.state.is_running
    filtered.complete("read", total=1, net=1).complete("file")
    assert filtered.is_completed


def test_what_runs_beside_it_is_left_alone() -> None:
    play = Play(define(*TWO_WAYS)).start().process("read").complete("read", total=1)
    assert reopened(play).open == ["other", "read"]
    play.complete("other").complete("read", total=1)
    assert play.open == ["both"]
    reopened(play)
    assert play.open == ["read"]
    play.complete("read", total=2).complete("both")
    assert play.is_completed


def test_a_step_whose_way_on_was_not_found_can_be_opened_again() -> None:
    play = reading(next=[{"step": "pay", "when": "total > 100"}, {"step": "file", "when": "total < 50"}])
    play.process("read").complete("read", total=70)
    assert play.state.incidents
    assert not reopened(play).state.incidents
    assert play.complete("read", total=7).open == ["file"]


def test_a_step_of_a_loop_whose_way_on_was_not_found_is_the_same_visit_again() -> None:
    again = [{"step": "read", "when": "total > 100"}, {"step": "file", "when": "total < 50"}]
    play = Play(define({**READ, "next": again}, {"key": "file"})).start().process("read").complete("read", total=70)
    reopened(play)
    assert play.state.visits == {"read": 1}
    assert not play.all_of(StepCanceled)
    assert play.complete("read", total=7).complete("file").is_completed


def test_what_is_open_or_canceled_or_of_another_kind_is_not_opened_again() -> None:
    open_still = reading().process("read")
    canceled = reading().process("read").complete("read", total=1).happen(Cancel())
    for play, step in ((open_still, "read"), (canceled, "read"), (canceled, "file"), (canceled, "no")):
        with pytest.raises(WrongState):
            play.happen(Reopen("r1", step, 1))
