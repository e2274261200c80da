"""Judging: fields, then rules over what fits; the same whoever has given the data."""

from typing import Any

import pytest

from tasks.domain.form import Field
from workflows.engine.conditions import expression
from workflows.engine.faults import Faults
from workflows.engine.judging import Judgement, judge, review
from workflows.engine.reading.fields import read_fields
from workflows.engine.reading.node import Node
from workflows.engine.steps import Process, Rule

from .playing import NOW, Play, define

KINDS = [
    {"name": "total", "type": "number", "min": 0, "required": True},
    {"name": "day", "type": "date"},
    {"name": "kind", "type": "select", "options": ["a", "b"]},
    {"name": "paid", "type": "boolean", "default": False},
]
FIELDS: tuple[Field, ...] = read_fields(Node({"fields": KINDS}, "", Faults()))


def judged(given: dict[str, Any], *rules: tuple[str, str], found: Any = None, **variables: Any) -> Judgement:
    work = Process("text", fields=FIELDS, rules=tuple(Rule(expression(must), field=field) for must, field in rules))
    return judge(work, given, found, variables, NOW)


def test_what_fits_is_cleaned_and_what_does_not_is_named_once_each() -> None:
    told = judged({"total": -1, "day": "soon", "kind": "c", "paid": True, "more": 1})
    assert told.data == {"total": None, "day": None, "kind": None, "paid": True}
    assert told.by_field() == {
        "total": ["must be at least 0"],
        "day": ["must be a date, like 2026-03-31"],
        "kind": ["must be one of the options"],
        "more": ["is not asked for"],
    }
    assert judged({}).by_field() == {"total": ["is required"]}
    assert [fault.code for fault in (*judged({}).faults, *told.faults[:1])] == ["missing", "invalid"]
    assert judged({"total": 1}).data["paid"] is False


def test_rules_see_the_data_by_name_and_as_a_whole_before_the_variables() -> None:
    given = {"total": 5, "kind": "a"}
    for must in (
        "total == 5",
        "data.total == 5",
        "variables.total == 5",
        "limit > total",
        "now > timestamp('2020-01-01T00:00:00Z')",
    ):
        assert not judged(given, (must, ""), total=1, limit=9, data=3).faults, must
    assert not judged(given, ("segments.size() == 2 && data.segments[0] == 1", ""), found={"segments": [1, 2]}).faults


def test_every_broken_rule_is_told_with_its_field_or_none() -> None:
    told = judged({"total": 5}, ("total > 9", "total"), ("total < 9", ""), ("total > 99", "total"), ("total == 1", ""))
    assert told.by_field() == {
        "total": ["'total > 9' does not hold.", "'total > 99' does not hold."],
        "": ["'total == 1' does not hold."],
    }
    assert {fault.code for fault in told.faults} == {"rule"}


@pytest.mark.parametrize("must", ["nothing > 1", "total", "day > 1", "total / 0 > 1", "'x'"])
def test_a_rule_that_cannot_be_judged_is_broken_and_says_why(must: str) -> None:
    (fault,) = judged({"total": 5}, (must, "")).faults
    assert must in fault.message


def test_a_rule_over_what_does_not_fit_adds_nothing_but_others_do() -> None:
    told = judged({"total": "x", "kind": "a"}, ("total > 1", "total"), ("kind == 'b'", "kind"))
    assert told.by_field() == {"total": ["must be a number"], "kind": ["'kind == 'b'' does not hold."]}


def test_a_persons_data_can_be_judged_before_they_complete() -> None:
    step = {
        "key": "read",
        "type": "automatic",
        "processor": "text",
        "fields": KINDS,
        "rules": [{"must": "total < size"}],
    }
    play = Play(define(step, {"key": "a", "depends_on": []})).start()
    run = play.run("read").id
    with pytest.raises(KeyError):
        review(play.definition, play.state, run, {}, NOW)
    play.process("read", size=3)
    assert review(play.definition, play.state, run, {"total": 2}, NOW).faults == ()
    assert review(play.definition, play.state, run, {"total": 4}, NOW).by_field() == {
        "": ["'total < size' does not hold."]
    }
    with pytest.raises(KeyError):
        review(play.definition, play.state, play.run("a").id, {}, NOW)
