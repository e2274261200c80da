"""Every fault of a definition is named by its path."""

from collections.abc import Mapping
from typing import Any

import pytest

from tasks.domain.form import Field
from workflows.engine.definition import parse
from workflows.engine.faults import InvalidDefinition

from .playing import define

KNOWN: dict[str, Any] = {
    "known_users": {"ana", "bo"},
    "known_teams": {"sales"},
    "actions": {"send_mail"},
    "workflows": {"other"},
}


def faults_of(document: Any, **known: Any) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as caught:
        parse(document, **known)
    return {fault.path: fault.message for fault in caught.value.faults}


def faults(*steps: Any, **head: Any) -> dict[str, str]:
    return faults_of({"key": "process", "name": "Process", "steps": list(steps), **head}, **KNOWN)


def human(**more: Any) -> dict[str, Any]:
    return {"key": "a", **more}


def field(**more: Any) -> dict[str, Any]:
    return human(fields=[{"name": "x", "type": "text", **more}])


def automatic(**more: Any) -> dict[str, Any]:
    return {"key": "a", "type": "automatic", **more}


def processor(**more: Any) -> dict[str, Any]:
    return automatic(processor="text", fields=[{"name": "x", "type": "number"}], **more)


def rule(**more: Any) -> dict[str, Any]:
    return processor(rules=[{"must": "x > 1", **more}])


def wait(**more: Any) -> dict[str, Any]:
    return {"key": "a", "type": "wait", **more}


ONE_STEP = [
    # the step itself
    ("not a step", "steps[0]", "mapping"),
    ({}, "steps[0].key", "missing"),
    (human(key="a b"), "steps[0].key", "word"),
    (human(key="end"), "steps[0].key", "something else"),
    (human(key="result"), "steps[0].key", "something else"),
    (human(key=7), "steps[0].key", "text"),
    (human(type="magic"), "steps[0].type", "human, automatic"),
    (human(name="x" * 201), "steps[0].name", "200"),
    (human(name="\x00"), "steps[0].name", "NUL"),
    (human(colour="red"), "steps[0].colour", "not known"),
    (human(duration_hours=0), "steps[0].duration_hours", "greater than 0"),
    (human(duration_hours="4"), "steps[0].duration_hours", "number"),
    (human(description="x" * 20_001), "steps[0].description", "20,000"),
    # people
    (human(assign="ana"), "steps[0].assign", "mapping"),
    (human(assign={"user": "zoe"}), "steps[0].assign.user", "no user 'zoe'"),
    (human(assign={"team": "law"}), "steps[0].assign.team", "no team 'law'"),
    (human(assign={"user": "ana", "team": "sales"}), "steps[0].assign", "exactly one"),
    (human(assign={"person": "ana"}), "steps[0].assign", "exactly one"),
    (human(assign={"user": "ana", "when": "x"}), "steps[0].assign.when", "not known"),
    (human(assign={"starter": False}), "steps[0].assign.starter", "true"),
    (human(assign={"users": []}), "steps[0].assign.users", "empty"),
    (human(assign={"users": ["ana", "zoe"]}), "steps[0].assign.users[1]", "no user 'zoe'"),
    (human(assign={"users": ["ana", "ana"]}), "steps[0].assign.users[1]", "twice"),
    (human(assign={"users": ["ana", "bo"], "weights": [1]}), "steps[0].assign.weights", "as many"),
    (human(assign={"users": ["ana", "bo"], "weights": [1, 0]}), "steps[0].assign.weights", "more than 0"),
    (human(assign={"users": ["ana", "bo"], "weights": [1, "1"]}), "steps[0].assign.weights[1]", "number"),
    (human(assign={"users": ["ana", "bo"], "weights": [1, 1], "required": 3}), "steps[0].assign.weights", "less than"),
    # time
    (human(due_in="48h"), "steps[0].due_in", "ISO 8601"),
    (human(due_in="P1M"), "steps[0].due_in", "ISO 8601"),
    (human(due_in=48), "steps[0].due_in", "ISO 8601"),
    (human(due_in="PT0S"), "steps[0].due_in", "longer than nothing"),
    (human(escalate_in="P9999D"), "steps[0].escalate_in", "3,650"),
    # results
    (human(results="ok"), "steps[0].results", "list"),
    (human(results=["ok"]), "steps[0].results[0]", "mapping"),
    (human(results=[{"label": "OK"}]), "steps[0].results[0].code", "missing"),
    (human(results=[{"code": "x" * 81}]), "steps[0].results[0].code", "80"),
    (human(results=[{"code": "ok"}, {"code": "ok"}]), "steps[0].results[1].code", "twice"),
    (human(results=[{"code": "ok", "next": "z"}]), "steps[0].results[0].next", "no step 'z'"),
    (human(results=[{"code": "ok", "to": "b"}]), "steps[0].results[0].to", "not known"),
    # routes
    (human(next="z"), "steps[0].next", "no step 'z'"),
    (human(next=7), "steps[0].next", "step key"),
    (human(next=[]), "steps[0].next", "empty"),
    (human(next=["b", "z"]), "steps[0].next[1]", "no step 'z'"),
    (human(next=["b", "b"]), "steps[0].next[1]", "twice"),
    (human(next=["b", "end"]), "steps[0].next[1]", "cannot stand beside"),
    (human(next=["b", {"step": "b", "when": "true"}]), "steps[0].next", "mixes"),
    (human(next=[{"step": "z", "when": "true"}, {"step": "b"}]), "steps[0].next[0].step", "no step 'z'"),
    (human(next=[{"step": "b"}, {"step": "end", "when": "true"}]), "steps[0].next[0]", "never tried"),
    (human(next=[{"when": "true"}]), "steps[0].next[0].step", "missing"),
    (human(next=[{"step": "b", "if": "true"}]), "steps[0].next[0].if", "not known"),
    (human(next={"all": []}), "steps[0].next.all", "empty"),
    (human(next={"otherwise": "b"}), "steps[0].next.all", "missing"),
    (human(next={"any": ["b"]}), "steps[0].next.any", "not known"),
    (human(next={"all": ["b"]}), "steps[0].next.all[0]", "mapping"),
    (human(next={"all": [{"step": "b", "when": "x"}, {"step": "z"}]}), "steps[0].next.all[1].step", "no step 'z'"),
    (human(next={"all": [{"step": "b", "when": "x"}], "otherwise": "z"}), "steps[0].next.otherwise", "no step 'z'"),
    (human(next={"all": [{"step": "b"}], "otherwise": "end"}), "steps[0].next.otherwise", "never taken"),
    (human(next={"all": [{"step": "b"}, {"step": "end", "when": "x"}]}), "steps[0].next.all[1].step", "cannot stand"),
    # conditions
    (human(next=[{"step": "b", "when": "amount >"}]), "steps[0].next[0].when", "no CEL"),
    (human(next=[{"step": "b", "when": ""}]), "steps[0].next[0].when", "no CEL"),
    (human(next=[{"step": "b", "when": 1}]), "steps[0].next[0].when", "CEL"),
    (human(next=[{"step": "b", "when": "now()"}]), "steps[0].next[0].when", "'now'"),
    (human(next=[{"step": "b", "when": "1+" * 999 + "1"}]), "steps[0].next[0].when", "500 words"),
    # joins
    (human(join="some"), "steps[0].join", "'any', 'all'"),
    (human(join={"count": 0}), "steps[0].join.count", "whole number"),
    (human(join={"count": 2}), "steps[0].join.count", "never be met"),
    (human(join={"n": 2}), "steps[0].join.count", "missing"),
    # depends_on
    (human(depends_on="b"), "steps[0].depends_on", "list"),
    (human(depends_on=["a"]), "steps[0].depends_on[0]", "itself"),
    (human(depends_on=["z"]), "steps[0].depends_on[0]", "no step 'z'"),
    (human(depends_on=["b", "b"]), "steps[0].depends_on[1]", "twice"),
    # fields
    (field(type="colour"), "steps[0].fields[0].type", "text, number"),
    (field(name="not a name"), "steps[0].fields[0].name", "word"),
    (field(name=None), "steps[0].fields[0].name", "missing"),
    (field(required="yes"), "steps[0].fields[0].required", "true or false"),
    (field(pattern="a+"), "steps[0].fields[0].pattern", "not known"),
    (field(default=7), "steps[0].fields[0].default", "text"),
    (field(default={1: 2}), "steps[0].fields[0].default", "key that is not a text"),
    (field(min=5, max=2), "steps[0].fields[0].min", "greater than max"),
    (field(min="a"), "steps[0].fields[0].min", "length"),
    (field(type="number", min="a"), "steps[0].fields[0].min", "number"),
    (field(type="date", max="soon"), "steps[0].fields[0].max", "date"),
    (field(type="boolean", max=1), "steps[0].fields[0].max", "boolean"),
    (field(options=["a"]), "steps[0].fields[0].options", "select"),
    (field(type="select"), "steps[0].fields[0].options", "missing"),
    (field(type="select", options=["a", "a"]), "steps[0].fields[0].options[1]", "twice"),
    (field(type="select", options=[{"label": "A"}]), "steps[0].fields[0].options[0].value", "missing"),
    (field(type="select", options=["a"], default="b"), "steps[0].fields[0].default", "one of the options"),
    (human(fields=[{"id": "1", "name": "x"}, {"id": "1", "name": "y"}]), "steps[0].fields[1].id", "twice"),
    (human(fields=[{"name": "x"}, {"id": "1", "name": "x"}]), "steps[0].fields[1].name", "twice"),
    (human(fields=[{"name": f"x{n}"} for n in range(101)]), "steps[0].fields", "101 entries"),
    # automatic
    (automatic(), "steps[0]", "exactly one of set, decision, action, processor"),
    (automatic(set={"x": "1"}, action="send_mail"), "steps[0]", "exactly one"),
    (automatic(set={}), "steps[0].set", "nothing"),
    (automatic(set={"not a name": "1"}), "steps[0].set.not a name", "no name"),
    (automatic(set={"x": "1 +"}), "steps[0].set.x", "no CEL"),
    (automatic(set={"b": "1"}), "steps[0].set.b", "key of a step"),
    (automatic(set={"x": "1"}, results=[{"code": "ok"}]), "steps[0].results", "several ways"),
    (automatic(set={"x": "1"}, assign={"user": "ana"}), "steps[0].assign", "not known"),
    (automatic(decision=[]), "steps[0].decision", "empty"),
    (automatic(decision=[{"then": {"x": 1}}, {"when": "true"}]), "steps[0].decision[0]", "never tried"),
    (automatic(decision=[{"then": {"b": 1}}]), "steps[0].decision[0].then.b", "key of a step"),
    (automatic(decision=[{"outcome": "z"}]), "steps[0].decision[0].outcome", "one of the results"),
    (
        automatic(decision=[{"then": {}}], results=[{"code": "k"}]),
        "steps[0].decision[0].outcome",
        "one of the results: k",
    ),
    (automatic(action="rm"), "steps[0].action", "no action 'rm'"),
    (automatic(action="send_mail", inputs={"x": "1 +"}), "steps[0].inputs.x", "no CEL"),
    (automatic(action="send_mail", outputs={"b": "1"}), "steps[0].outputs.b", "key of a step"),
    (automatic(action="send_mail", retry={"attempts": 0}), "steps[0].retry.attempts", "from 1"),
    (automatic(action="send_mail", retry={"wait": "soon"}), "steps[0].retry.wait", "ISO 8601"),
    (automatic(action="send_mail", retry={"factor": -1}), "steps[0].retry.factor", "greater than 0"),
    (automatic(action="send_mail", retry={"times": 3}), "steps[0].retry.times", "not known"),
    # wait, workflow, end
    # what a processor does
    (automatic(processor=""), "steps[0].processor", "empty"),
    (automatic(processor="a b"), "steps[0].processor", "word"),
    (processor(options=[1]), "steps[0].options", "mapping"),
    (processor(options={"a b": 1}), "steps[0].options.a b", "no name"),
    (processor(options={"x": object()}), "steps[0].options.x", "plain"),
    (processor(review="often"), "steps[0].review", "always, invalid, never"),
    (processor(results=[{"code": "ok"}]), "steps[0].results", "several ways"),
    (processor(rules=[{}]), "steps[0].rules[0].must", "missing"),
    (processor(rules=["x > 1"]), "steps[0].rules[0]", "mapping"),
    (rule(must="x >"), "steps[0].rules[0].must", "no CEL"),
    (rule(field="y"), "steps[0].rules[0].field", "no field 'y'"),
    (rule(message="x" * 501), "steps[0].rules[0].message", "500"),
    (rule(when="x"), "steps[0].rules[0].when", "not known"),
    (processor(rules=[{"must": "x > 1"}] * 2), "steps[0].rules[1].must", "twice"),
    (processor(rules=[{"must": f"x > {n}"} for n in range(101)]), "steps[0].rules", "100 are the most"),
    (processor(filters=[{"reason": "Empty"}]), "steps[0].filters[0].when", "missing"),
    (processor(filters=[{"when": "x", "reason": "x" * 201}]), "steps[0].filters[0].reason", "200"),
    (processor(filters=[{"when": "x"}] * 2), "steps[0].filters[1].when", "twice"),
    (processor(retry={"attempts": 0}), "steps[0].retry.attempts", "from 1"),
    (processor(assign={"team": "none"}), "steps[0].assign.team", "no team"),
    (processor(outputs={"b": "1"}), "steps[0].outputs", "not known"),
    # waits
    (wait(), "steps[0]", "exactly one of for, until, message"),
    (wait(**{"for": "PT1H", "until": "now"}), "steps[0]", "exactly one"),
    (wait(**{"for": "soon"}), "steps[0].for", "ISO 8601"),
    (wait(until="1 +"), "steps[0].until", "no CEL"),
    (wait(message=""), "steps[0].message", "empty"),
    (wait(message="m", timeout="x"), "steps[0].timeout", "ISO 8601"),
    (wait(message="m", results=[{"code": "ok"}]), "steps[0].results[0].code", "received, timeout"),
    ({"key": "a", "type": "workflow"}, "steps[0].workflow", "missing"),
    ({"key": "a", "type": "workflow", "workflow": "none"}, "steps[0].workflow", "no workflow 'none'"),
    ({"key": "a", "type": "workflow", "workflow": "process"}, "steps[0].workflow", "itself"),
    ({"key": "a", "type": "workflow", "workflow": "other", "version": 0}, "steps[0].version", "whole number"),
    ({"key": "a", "type": "end", "next": "b"}, "steps[0]", "leads nowhere"),
    ({"key": "a", "type": "end", "terminate": 1}, "steps[0].terminate", "true or false"),
]


@pytest.mark.parametrize(("step", "path", "words"), ONE_STEP, ids=lambda value: str(value)[:60])
def test_a_bad_step_is_named_by_its_path(step: Any, path: str, words: str) -> None:
    found = faults(step, {"key": "b", "depends_on": []})
    assert path in found
    assert words in found[path]


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        ([], "", "mapping"),
        ("key: process", "", "mapping"),
        (None, "", "mapping"),
        ({"name": "P", "steps": [{"key": "a"}]}, "key", "missing"),
        ({"key": "p", "steps": [{"key": "a"}]}, "name", "missing"),
        ({"key": "p", "name": "P"}, "steps", "missing"),
        ({"key": "p", "name": "P", "steps": []}, "steps", "empty"),
        ({"key": "p", "name": "P", "steps": {"a": {}}}, "steps", "list"),
        ({"key": "p", "name": "P", "steps": [{"key": "a"}], "colour": 1}, "colour", "not known"),
        ({"key": "p", "name": "P", "steps": [{"key": "a"}], 7: 1}, "7", "not known"),
        ({"key": "p", "name": "P", "steps": [{"key": "a"}], "variables": [1]}, "variables", "mapping"),
        ({"key": "p", "name": "P", "steps": [{"key": "a"}], "variables": {"a": 1}}, "variables.a", "key of a step"),
        ({"key": "p", "name": "P", "steps": [{"key": "a"}], "variables": {"in": 1}}, "variables.in", "no name"),
        (
            {"key": "p", "name": "P", "steps": [{"key": "a"}], "variables": {"x": {1, 2}}},
            "variables.x",
            "no plain value",
        ),
    ],
)
def test_a_bad_document_is_named_by_its_path(document: Any, path: str, words: str) -> None:
    found = faults_of(document)
    assert path in found
    assert words in found[path]


def test_several_faults_are_all_named() -> None:
    found = faults(
        human(next="z", due_in="x", colour=1), {"key": "a"}, {"key": "c", "assign": {"user": "zoe"}}, name=""
    )
    assert set(found) >= {
        "name",
        "steps[0].next",
        "steps[0].due_in",
        "steps[0].colour",
        "steps[1].key",
        "steps[2].assign.user",
        "steps[2]",
    }


def test_the_error_says_the_first_and_how_many() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        define(human(next="z"), human(due_in="x"))
    assert str(caught.value).startswith("steps[1].due_in: ")
    assert str(caught.value).endswith("(and 3 more)")
    assert caught.value.facts["faults"][0]["path"] == "steps[1].due_in"


def test_steps_that_cannot_be_reached_are_named() -> None:
    found = faults({"key": "a", "next": "b"}, {"key": "b"}, {"key": "c", "next": "d"}, {"key": "d"})
    assert found == {"steps[2]": "no way leads to 'c'", "steps[3]": "no way leads to 'd'"}


def test_steps_without_a_way_to_an_end_are_named() -> None:
    found = faults({"key": "a", "next": "b"}, {"key": "b", "next": "c"}, {"key": "c", "next": "b"})
    assert set(found) == {"steps[0]", "steps[1]", "steps[2]"}
    assert found["steps[1]"] == "no way leads from 'b' to an end"


@pytest.mark.parametrize("length", [2, 3, 500])
def test_a_cycle_through_depends_on_is_drawn(length: int) -> None:
    steps = [{"key": f"s{n}", "depends_on": [f"s{(n + 1) % length}"]} for n in range(length)]
    found = faults({"key": "start", "depends_on": []}, *steps)
    assert found["steps[1].depends_on"].startswith("waits for itself: s0 -> s1")


def test_a_loop_through_results_back_to_what_a_step_depends_on_is_legal() -> None:
    back = [{"code": "redo", "next": "draft"}, {"code": "ok"}]
    assert define({"key": "draft"}, {"key": "check", "depends_on": ["draft"], "results": back})


def test_depending_on_what_always_ends_is_refused() -> None:
    results = [{"code": "yes", "next": "end"}, {"code": "no", "next": "stop"}]
    found = faults(human(results=results), {"key": "stop", "type": "end"}, {"key": "b", "depends_on": ["a"]})
    assert "always ends" in found["steps[2].depends_on[0]"]


def test_a_join_of_more_paths_than_there_are_is_refused() -> None:
    steps = [{"key": "a", "next": ["b", "c"]}, {"key": "b", "next": "d"}, {"key": "c", "next": "d"}]
    found = faults(*steps, {"key": "d", "join": {"count": 3}})
    assert found == {"steps[3].join.count": "can never be met: 2 ways lead to 'd'"}


def test_without_a_start_nothing_begins() -> None:
    found = faults({"key": "a", "depends_on": ["b"], "next": "b"}, {"key": "b", "next": "a"})
    assert "no start" in found["steps"]


def test_ten_thousand_steps_are_refused_without_a_look_at_them() -> None:
    found = faults(*({"key": "x", "bad": number} for number in range(10_001)))
    assert list(found) == ["steps"]
    assert "10,001" in found["steps"]


def test_too_many_edges_are_refused() -> None:
    steps = [{"key": f"s{n}", "depends_on": [f"s{m}" for m in range(max(0, n - 100), n)]} for n in range(400)]
    assert "20,000 edges" in faults(*steps)["steps"]


def test_names_are_looked_up_only_where_the_caller_knows_them() -> None:
    step = {"key": "a", "assign": {"user": "zoe"}}
    assert define(step).step("a").work.assign.names == ("zoe",)
    assert parse({"key": "p", "name": "P", "steps": [step]}, known_users={"zoe"})


def test_any_processor_may_be_named_and_the_options_of_those_that_are_known_are_looked_at() -> None:
    def look(name: str, options: Mapping[str, Any], fields: tuple[Field, ...]) -> list[str]:
        return [f"have no pattern for {fields[0].name}"] if name == "text" and "pattern" not in options else []

    step = processor()
    assert faults_of({"key": "p", "name": "P", "steps": [step]}, options=look) == {
        "steps[0].options": "have no pattern for x"
    }
    assert parse({"key": "p", "name": "P", "steps": [step | {"processor": "mine"}]}, options=look)
