"""Answers: cleaned, refused by field, prefilled, and where they land."""

from typing import Any

import pytest

from tasks.domain import answers
from tasks.domain.errors import InvalidInput
from tasks.domain.form import Field, FieldType
from workflows.engine.intents import OpenTask

from .playing import Play, define

OPTIONS = ["Premium", {"value": "basic", "label": "Basic"}]
SPEC: dict[str, dict[str, Any]] = {
    "text": {"min": 2, "max": 5},
    "number": {"min": 0, "max": 100},
    "date": {"min": "2026-01-01", "max": "2026-12-31"},
    "boolean": {},
    "select": {"options": OPTIONS},
    "file": {},
}


def field(kind: str, **more: Any) -> Field:
    definition = define({"key": "a", "fields": [{"name": "x", "type": kind, **SPEC[kind], **more}]})
    return definition.step("a").work.fields[0]


GOOD = [
    ("text", "abc"),
    ("text", "ÄÖÜ€"),
    ("number", 0),
    ("number", 99.5),
    ("date", "2026-02-28"),
    ("boolean", True),
    ("boolean", False),
    ("select", "Premium"),
    ("select", "basic"),
    ("file", "att_123"),
]
BAD = [
    ("text", "a"),
    ("text", "abcdef"),
    ("text", 7),
    ("text", "a\x00b"),
    ("text", "\ud800ab"),
    ("number", "7"),
    ("number", True),
    ("number", -1),
    ("number", 101),
    ("number", float("nan")),
    ("number", float("inf")),
    ("number", 10**30),
    ("date", "2026-02-30"),
    ("date", "20260228"),
    ("date", "2026-W01-1"),
    ("date", "2025-12-31"),
    ("date", "2026-01-01T00:00:00"),
    ("date", 20260101),
    ("boolean", "true"),
    ("boolean", 1),
    ("select", "Basic"),
    ("select", ["basic"]),
    ("select", 1),
    ("file", 7),
    ("file", "x" * 201),
    ("file", {"id": "x"}),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_a_good_answer_is_taken_as_it_is(kind: str, value: Any) -> None:
    assert answers.clean((field(kind),), {"x": value}) == ({"x": value}, {})


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_bad_answer_is_refused_under_its_name(kind: str, value: Any) -> None:
    _, faults = answers.clean((field(kind),), {"x": value})
    assert list(faults) == ["x"]
    assert faults["x"]


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("nothing", [{}, {"x": None}, {"x": ""}])
def test_no_answer_is_none_unless_one_is_required(kind: str, nothing: dict[str, Any]) -> None:
    assert answers.clean((field(kind),), nothing) == ({"x": None}, {})
    _, faults = answers.clean((field(kind, required=True),), nothing)
    assert faults == {"x": "is required"}


def test_blanks_are_no_answer_to_a_required_text() -> None:
    assert answers.clean((field("text", required=True),), {"x": "   "})[1] == {"x": "is required"}


def test_a_default_stands_for_what_is_not_given_and_not_for_what_was_cleared() -> None:
    assert answers.clean((field("number", default=7),), {})[0] == {"x": 7}
    assert answers.clean((field("boolean", default=False, required=True),), {}) == ({"x": False}, {})
    assert answers.clean((field("text", default="abc"),), {"x": ""})[0] == {"x": None}


def test_what_is_not_asked_for_is_refused() -> None:
    assert answers.clean((), {"y": 1})[1] == {"y": "is not asked for"}


@pytest.mark.parametrize(
    ("kind", "raw", "typed"),
    [
        ("number", "12", 12),
        ("number", " -1.5 ", -1.5),
        ("number", "ten", "ten"),
        ("number", "1" * 40, float("1" * 40)),
        ("boolean", "true", True),
        ("boolean", "on", True),
        ("boolean", "false", False),
        ("boolean", "", None),
        ("boolean", "maybe", "maybe"),
        ("date", " 2026-01-01 ", "2026-01-01"),
        ("text", " a ", " a "),
    ],
)
def test_what_a_page_sends_becomes_what_it_means(kind: str, raw: str, typed: Any) -> None:
    assert answers.typed(field(kind), raw) == typed


def ask(**spec: Any) -> Play:
    return Play(
        define({"key": "a", "fields": [{"name": "amount", "type": "number", **spec}], "next": "b"}, {"key": "b"})
    )


@pytest.mark.parametrize(
    ("variables", "spec", "shown"),
    [
        ({}, {}, None),
        ({}, {"default": 3}, 3),
        ({"price": 5}, {"prefill": "price", "default": 3}, 5),
        ({"order": {"price": 6}}, {"prefill": "order.price"}, 6),
        ({"price": "cheap"}, {"prefill": "price", "default": 3}, 3),
        ({}, {"prefill": "price"}, None),
    ],
)
def test_a_form_shows_what_is_known(variables: dict[str, Any], spec: dict[str, Any], shown: Any) -> None:
    (task,) = ask(**spec).start(**variables).all_of(OpenTask)
    assert task.prefilled == {"amount": shown}


def test_answers_land_under_the_step_and_under_their_own_name() -> None:
    play = ask().start().complete("a", amount=5)
    assert (play.state.variables["a"], play.state.variables["amount"]) == ({"amount": 5}, 5)


def test_a_variable_that_was_given_is_not_overwritten() -> None:
    play = ask().start(amount=1).complete("a", amount=5)
    assert (play.state.variables["a"], play.state.variables["amount"]) == ({"amount": 5}, 1)


def test_a_field_that_shows_the_variable_of_its_name_changes_it() -> None:
    assert ask(prefill="amount").start(amount=1).complete("a", amount=5).state.variables["amount"] == 5


def test_a_later_answer_replaces_an_earlier_one() -> None:
    fields = [{"name": "amount", "type": "number"}]
    definition = define({"key": "a", "fields": fields, "next": "b"}, {"key": "b", "fields": fields})
    play = Play(definition).start().complete("a", amount=1).complete("b", amount=2)
    assert play.state.variables == {"a": {"amount": 1}, "b": {"amount": 2}, "amount": 2}


def test_a_field_named_like_a_step_stays_under_its_own_step() -> None:
    definition = define({"key": "a", "fields": [{"name": "b", "type": "text"}], "next": "b"}, {"key": "b"})
    assert Play(definition).start().complete("a", b="x").state.variables == {"a": {"b": "x"}}


def test_wrong_answers_change_nothing_and_say_what_is_wrong() -> None:
    play = ask(required=True).start()
    with pytest.raises(InvalidInput) as caught:
        play.complete("a", other=1)
    assert caught.value.facts["faults"] == {"amount": "is required", "other": "is not asked for"}
    assert caught.value.field == "data.amount"
    assert play.open == ["a"]


def test_the_outcome_stands_beside_the_answers_unless_a_field_has_that_name() -> None:
    results = [{"code": "yes"}, {"code": "no"}]
    plain = Play(define({"key": "a", "results": results})).start().complete("a", "yes")
    assert plain.state.variables == {"a": {"outcome": "yes"}}
    field = {"name": "outcome", "type": "text"}
    own = Play(define({"key": "a", "results": results, "fields": [field]})).start().complete("a", "no", outcome="x")
    assert own.state.variables == {"a": {"outcome": "x"}, "outcome": "x"}
