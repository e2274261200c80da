"""Definitions are written down again without loss, and compared for people."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings

from workflows.engine.definition import parse
from workflows.engine.diff import Change, ChangeKind, diff
from workflows.engine.document import to_document

from .graphs import Plan, documents
from .playing import define
from .test_onboarding import ONBOARDING

EVERYTHING: dict[str, Any] = {
    "key": "everything",
    "name": "Everything",
    "description": "All that can be said.",
    "entity_type": "ORDER",
    "variables": {"region": "EU", "limits": [1, 2.5, None, {"deep": True}], "off": False, "zero": 0, "none": None},
    "steps": [
        {
            "key": "ask",
            "name": "Ask",
            "title": "Ask {{who}}",
            "description": "Really.",
            "assign": {"users": ["ana", "bo"], "weights": [0.5, 1], "required": 1},
            "due_in": "PT36H",
            "escalate_in": "P1W",
            "duration_hours": 1.5,
            "fields": [
                {"name": "x", "type": "number", "min": 0, "max": 10, "default": 0, "label": "X", "help": "A number."},
                {
                    "id": "f2",
                    "name": "y",
                    "type": "select",
                    "options": ["a", {"value": "b", "label": "B"}],
                    "prefill": "z",
                },
                {"name": "z", "type": "boolean", "default": False, "required": True},
            ],
            "results": [{"code": "yes", "label": "Yes", "next": ["calc", "pause"]}, {"code": "no", "next": "end"}],
            "next": {"all": [{"step": "calc", "when": "x > 1"}, {"step": "pause", "when": "z"}], "otherwise": "stop"},
        },
        {
            "key": "calc",
            "type": "automatic",
            "set": {"t": "x * 2"},
            "next": [{"step": "call", "when": "t > 1"}, {"step": "end"}],
        },
        {"key": "pause", "type": "wait", "for": "PT90S", "next": "decide"},
        {
            "key": "decide",
            "type": "automatic",
            "decision": [{"when": "t > 1", "then": {"u": None, "v": [1]}, "outcome": "k"}, {"outcome": "k"}],
            "results": [{"code": "k", "next": "call"}],
        },
        {
            "key": "call",
            "type": "automatic",
            "action": "act",
            "inputs": {"a": "t"},
            "outputs": {"b": "result.b"},
            "retry": {"attempts": 5, "wait": "PT1M", "factor": 1.5},
            "join": "all",
            "next": "read",
        },
        {
            "key": "read",
            "type": "automatic",
            "processor": "text",
            "options": {"pattern": "Total", "fields": [{"name": "x"}], "rules": [1], "deep": {"results": [{"a": 1}]}},
            "title": "Check {{who}}",
            "assign": {"team": "clerks"},
            "fields": [{"name": "total", "type": "number", "required": True}],
            "rules": [{"must": "total > 0", "field": "total", "message": "Nothing to pay."}, {"must": "x > 1"}],
            "filters": [{"when": "metadata.pages == 0", "reason": "Empty"}, {"when": "total > 9"}],
            "review": "invalid",
            "due_in": "P1D",
            "escalate_in": "P2D",
            "retry": {"attempts": 1},
            "next": "until",
        },
        {"key": "until", "type": "wait", "until": "now", "next": "message"},
        {
            "key": "message",
            "type": "wait",
            "message": "paid",
            "correlation": "region",
            "timeout": "P2D",
            "outputs": {"c": "result.c"},
            "results": [{"code": "received"}, {"code": "timeout", "next": "ask"}],
            "next": "sub",
        },
        {
            "key": "sub",
            "type": "workflow",
            "workflow": "other",
            "version": 3,
            "inputs": {"a": "b"},
            "outputs": {"d": "result"},
        },
        {"key": "root", "depends_on": [], "assign": {"starter": True}},
        {
            "key": "meet",
            "depends_on": ["sub", "root"],
            "join": {"count": 1},
            "assign": {"variable": "ask.y"},
            "next": "stop",
        },
        {"key": "stop", "type": "end", "terminate": True},
    ],
}


def test_everything_that_can_be_said_is_said_again() -> None:
    definition = parse(EVERYTHING)
    written = json.loads(json.dumps(to_document(definition)))
    assert parse(written) == definition
    assert to_document(parse(written)) == written


def test_what_is_as_usual_is_not_said() -> None:
    assert to_document(define({"key": "a"})) == {
        "key": "process",
        "name": "Process",
        "steps": [{"key": "a", "name": "a", "type": "human"}],
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(Plan(loops=True, ends=True, merges=True, counts=True)))
def test_any_definition_survives_being_written(document: dict[str, Any]) -> None:
    definition = parse(document)
    assert parse(to_document(definition)) == definition


def test_the_same_definition_has_no_difference() -> None:
    assert diff(parse(EVERYTHING), parse(json.loads(json.dumps(EVERYTHING)))) == ()


def changed(**steps: dict[str, Any]) -> tuple[Change, ...]:
    """What the onboarding's diff says when these keys of these steps are changed."""
    before: list[dict[str, Any]] = list(ONBOARDING["steps"])
    document = {**ONBOARDING, "steps": [step | steps.get(step["key"], {}) for step in before]}
    return diff(parse(ONBOARDING), parse(document))


def test_rules_and_filters_are_told_by_what_they_look_at_and_options_as_a_whole() -> None:
    (read,) = [step for step in EVERYTHING["steps"] if step["key"] == "read"]
    rules = [{"must": "x > 1", "message": "No."}, {"must": "total > 0", "field": "total", "message": "Nothing to pay."}]
    new = read | {"rules": rules, "filters": read["filters"][:1], "options": {"rules": [1, 2]}}
    steps = [new if step is read else step for step in EVERYTHING["steps"]]
    told = {(change.kind, change.field) for change in diff(parse(EVERYTHING), parse({**EVERYTHING, "steps": steps}))}
    assert told == {
        (ChangeKind.ADDED, "rules.x > 1.message"),
        (ChangeKind.REMOVED, "filters.total > 9"),
        (ChangeKind.CHANGED, "options.rules"),
        *((ChangeKind.REMOVED, f"options.{name}") for name in ("pattern", "fields", "deep")),
    }


def test_differences_are_told_by_step_and_field() -> None:
    assert changed(verify={"due_in": "PT24H"}, training={"duration_hours": 5}) == (
        Change(ChangeKind.CHANGED, "verify", "due_in", "P2D", "P1D"),
        Change(ChangeKind.CHANGED, "training", "duration_hours", 4, 5),
    )


def test_results_and_fields_are_told_by_their_own_names() -> None:
    results = [
        {"code": "rejected", "label": "No", "next": "end"},
        {"code": "asked", "next": "verify"},
        {"code": "approved", "next": "welcome"},
    ]
    fields = [{"id": "f_ok", "name": "contact_verified", "type": "boolean"}]
    told = {(change.kind, change.field) for change in changed(verify={"results": results, "fields": fields})}
    assert told == {
        (ChangeKind.CHANGED, "results.rejected.label"),
        (ChangeKind.ADDED, "results.asked"),
        (ChangeKind.REMOVED, "fields.f_ok.required"),
        (ChangeKind.REMOVED, "fields.f_phone"),
    }


def test_steps_that_came_went_or_moved_are_told() -> None:
    old = define({"key": "a", "next": "b"}, {"key": "b", "next": "c"}, {"key": "c"}, variables={"x": 1})
    new = define({"key": "c", "next": "a"}, {"key": "a", "next": "d"}, {"key": "d"}, name="Other")
    told = [(change.kind, change.step, change.field) for change in diff(old, new)]
    assert told == [
        (ChangeKind.CHANGED, "", "name"),
        (ChangeKind.REMOVED, "", "variables"),
        (ChangeKind.CHANGED, "", "order of steps"),
        (ChangeKind.ADDED, "c", "next"),
        (ChangeKind.CHANGED, "a", "next"),
        (ChangeKind.ADDED, "d", ""),
        (ChangeKind.REMOVED, "b", ""),
    ]
