"""One sending of the editor after another, without a database: nothing that is typed gets lost on the way."""

import json
from typing import Any

import pytest
import yaml

from taskhub.processes.definitions import source
from taskhub.processes.definitions import working as work
from taskhub.processes.definitions.board import board
from taskhub.processes.definitions.form.shown import sent
from taskhub.processes.definitions.panel import panel
from workflows.engine.definition import parse
from workflows.engine.faults import Fault, InvalidDefinition

DOCUMENT: dict[str, Any] = {
    "key": "leave",
    "name": "Leave",
    "steps": [
        {"key": "ask", "name": "Ask", "assign": {"starter": True}, "next": "decide"},
        {"key": "decide", "name": "Decide", "results": [{"code": "ok", "label": "Fine"}]},
    ],
}
Values = dict[str, list[str]]


def faults_of(document: Any) -> tuple[Fault, ...]:
    try:
        parse(document)
    except InvalidDefinition as error:
        return error.faults
    return ()


def form(state: work.Working) -> Values:
    """What a browser sends of the page that shows `state`, untouched."""
    if state.view == work.YAML:
        return {"view": ["yaml"], "text": [state.text]}
    shown = panel(state, faults_of(state.document), is_new=True)
    inputs = {"panel.text": [shown.text]} if shown.text is not None else sent(shown.parts)
    opened = "head" if state.opened is None else str(state.opened)
    return {**inputs, "source": [state.json], "opened": [opened], "kind.shown": [shown.kind], "view": ["form"]}


def press(state: work.Working, do: str = "check", **typed: str) -> work.Working:
    values = {**form(state), **{name.replace("__", "."): [value] for name, value in typed.items()}, "do": [do]}
    return work.received(values)[0]


def test_looking_changes_nothing() -> None:
    state = work.begun(DOCUMENT)
    for do in ("check", "open:0", "check", "open:1", "open:head", "yaml", "form", "page:0", "dance", ""):
        state = press(state, do)
        assert state.document == DOCUMENT, do


def test_what_is_typed_is_taken_along_when_another_step_is_opened() -> None:
    state = press(work.begun(DOCUMENT, 0), "open:1", name="Ask for it", due_in="soon")
    assert state.opened == 1
    assert state.document["steps"][0]["name"] == "Ask for it"
    assert state.document["steps"][0]["due_in"] == "soon"
    assert [fault.path for fault in faults_of(state.document)] == ["steps[0].due_in"]


def test_the_head_is_written_like_a_step() -> None:
    state = press(work.begun(DOCUMENT), name="Holidays", variables="days: 3")
    assert state.document == {"name": "Holidays", "key": "leave", "variables": {"days": 3}, "steps": DOCUMENT["steps"]}


def test_a_new_key_is_followed_by_the_ways_to_the_step() -> None:
    state = press(work.begun(DOCUMENT, 1), key="judge")
    assert state.document["steps"][0]["next"] == "judge"
    assert not faults_of(state.document)


def test_a_key_that_another_step_has_leads_nobody_astray() -> None:
    state = press(work.begun(DOCUMENT, 1), key="ask")
    assert state.document["steps"][0]["next"] == "decide"


def test_a_row_is_added_filled_and_taken_out() -> None:
    state = press(work.begun(DOCUMENT, 1), "add:results")
    assert state.document == DOCUMENT  # an empty row is none
    state = press(state, **{"results[1]__code": "no", "results[1]__next[0]__step": "ask"})
    assert state.document["steps"][1]["results"][1] == {"code": "no", "next": "ask"}
    assert press(state, "drop:results[0]").document["steps"][1]["results"] == [{"code": "no", "next": "ask"}]
    assert press(state, "up:results[1]").document["steps"][1]["results"][0] == {"code": "no", "next": "ask"}


def test_what_a_step_does_is_changed_and_other_inputs_come() -> None:
    state = press(work.begun(DOCUMENT, 0), kind="decision")
    assert state.document["steps"][0] == {
        "key": "ask", "name": "Ask", "type": "automatic", "decision": [], "next": "decide"
    }  # fmt: skip
    state = press(press(state, "add:decision"), **{"decision[0]__when": "x > 1", "decision[0]__then": "level: board"})
    assert state.document["steps"][0]["decision"] == [{"when": "x > 1", "then": {"level": "board"}}]


def test_steps_are_put_in_moved_and_taken_out() -> None:
    state = press(work.begun(DOCUMENT, 0), "add", name="Ask!")
    assert (state.opened, [step["key"] for step in state.steps]) == (1, ["ask", "step-3", "decide"])
    assert state.steps[0]["name"] == "Ask!"
    state = press(state, "later", name="New")
    assert (state.opened, [step["key"] for step in state.steps]) == (2, ["ask", "decide", "step-3"])
    assert press(state, "later").opened == 2
    state = press(state, "remove")
    assert (state.opened, [step["key"] for step in state.steps]) == (1, ["ask", "decide"])


def test_a_step_is_found_by_name_or_key() -> None:
    many = {**DOCUMENT, "steps": [{"key": f"s{number}", "name": f"Step {number}"} for number in range(200)]}
    assert press(work.begun(many), "find", find="step 150").opened == 150
    assert press(work.begun(many, 3), "find", find="nowhere").opened == 3


def test_what_no_input_can_say_is_written_as_yaml_and_stays() -> None:
    odd = {**DOCUMENT, "steps": [{"key": "ask", "colour": "red"}, DOCUMENT["steps"][1]]}
    state = work.begun(odd, 0)
    assert press(state, "open:1").document == odd
    state = press(state, panel__text="key: ask\nname: Ask\nnext: decide\n")
    assert state.document["steps"][0] == {"key": "ask", "name": "Ask", "next": "decide"}
    assert panel(state, (), is_new=True).text is None


def test_a_step_as_yaml_that_cannot_be_read_stays_as_it_was_typed() -> None:
    odd = {**DOCUMENT, "steps": [{"key": "ask", "colour": "red"}, DOCUMENT["steps"][1]]}
    for do in ("check", "open:1", "yaml", "remove", "save"):
        state = press(work.begun(odd, 0), do, panel__text="key: [")
        assert state.opened == 0
        assert panel(state, (), is_new=True).text == "key: ["
        assert list(state.unreadable) == ["steps[0]"]
        assert state.document == odd


def test_the_whole_as_yaml_and_back() -> None:
    state = press(work.begun(DOCUMENT), "yaml")
    assert yaml.safe_load(state.text) == DOCUMENT
    state = press(state, "form", text=state.text.replace("Leave", "Holidays"))
    assert state.view == work.FORM
    assert state.document["name"] == "Holidays"


@pytest.mark.parametrize("text", ["key: [", "a: 1\na: 2", "!!python/object:os.system {}", "&a [*a]"])
def test_yaml_that_cannot_be_read_stays_as_it_was_typed(text: str) -> None:
    for do in ("check", "form", "save"):
        state = press(work.begun(DOCUMENT, view="yaml"), do, text=text)
        assert (state.view, state.text) == (work.YAML, text)
        assert state.unreadable[""]
        assert board(state, [Fault("", "x")], is_new=True).graph is None


@pytest.mark.parametrize("text", ["", "5", "just words", "[1, 2]", "steps: x"])
def test_yaml_without_steps_has_no_form(text: str) -> None:
    state = press(work.begun(DOCUMENT, view="yaml"), "form", text=text)
    assert (state.view, state.text) == (work.YAML, text)
    assert faults_of(state.document)


@pytest.mark.parametrize("source", ["", "{", "5", "[]", '{"steps": 3}', "[" * 100_000])
def test_a_document_that_was_damaged_on_its_way_is_refused(source: str) -> None:
    with pytest.raises(work.Broken):
        work.received({"view": ["form"], "source": [source], "opened": ["0"]})


@pytest.mark.parametrize("escape", ["\\0", "\\ud800"])
def test_texts_that_cannot_be_kept_are_refused_while_they_can_be_mended(escape: str) -> None:
    text = f'key: "a{escape}b"'
    state = press(work.begun(DOCUMENT, view="yaml"), text=text)
    assert state.text == text
    assert "cannot be kept" in state.unreadable[""]
    state = press(work.begun(DOCUMENT), variables=text)
    assert state.document["variables"] == text
    with pytest.raises(work.Broken):
        work.received({"view": ["form"], "source": [json.dumps({"key": "\ud800", "steps": []})]})


@pytest.mark.parametrize("opened", ["99", "-1", "x", "", "9" * 30])
def test_a_step_that_is_not_there_opens_the_head(opened: str) -> None:
    state, _ = work.received({"view": ["form"], "source": [json.dumps(DOCUMENT)], "do": [f"open:{opened}"]})
    assert state.opened is None
    assert state.document == DOCUMENT


def test_what_json_cannot_say_is_a_fault_and_no_accident() -> None:
    state = press(work.begun(DOCUMENT), variables="x: .nan\ny: 2026-01-31")
    state = press(press(state, "open:0"), "open:head")
    assert state.document["variables"]["y"] == "2026-01-31"
    assert [fault.path for fault in faults_of(state.document)][:1] == ["variables.x"]


def test_a_long_workflow_is_listed_in_pages_and_one_step_is_open() -> None:
    steps = [{"key": f"s{number}", "name": f"Step {number}", "next": f"s{number + 1}"} for number in range(1_000)]
    state = work.begun({**DOCUMENT, "steps": steps}, 777)
    shown = board(state, faults_of(state.document), is_new=False)
    assert (len(shown.entries), shown.page, shown.pages) == (50, 15, 20)
    assert not shown.is_live
    assert shown.marks[0].opens == "999"
    assert press(state, "page:3").page == 3
    assert board(press(state, "page:999"), (), is_new=False).page == 19


def test_every_fault_stands_at_the_input_that_mends_it_or_at_the_nearest() -> None:
    document = {
        "key": "no key",
        "name": "X",
        "variables": {"end": 1},
        "steps": [
            {"key": "a", "next": "zz", "due_in": "soon", "fields": [{"name": "n", "type": "select"}, {"name": "n"}],
             "assign": {"users": ["ana", "ana"]}, "results": [{"code": "x"}, {"code": "x"}], "depends_on": ["q"]},
            {"key": "b", "type": "automatic", "set": {"x": "1 +", "end": "2"}},
        ],
    }  # fmt: skip
    found = faults_of(document)
    for opened in (None, 0, 1):
        state = work.begun(document, opened)
        shown = board(state, found, is_new=True)
        anchors = {mark.anchor for mark in shown.marks if mark.anchor}
        assert shown.panel
        ids = {part.id for part in shown.panel.noted} | {"panel"}
        assert anchors <= ids
        assert {mark.opens for mark in shown.marks if mark.opens} <= {"head", "0", "1"}
    first = {mark.anchor for mark in board(work.begun(document, 0), found, is_new=True).marks}
    assert {"f-next-0-step", "f-due-in", "f-fields-0-options", "f-fields-1-name", "f-results-1-code"} <= first
    assert {"f-assign-names", "f-depends-on"} <= first
    second = {mark.anchor for mark in board(work.begun(document, 1), found, is_new=True).marks}
    assert {"f-set-0-value", "f-set-1-value"} <= second


def test_faults_of_yaml_are_named_by_their_line() -> None:
    text = "key: leave\nname: Leave\nsteps:\n  - key: ask\n    due_in: soon\n    next: zz\n"
    state = work.begun(source.read(text), view="yaml")
    state = press(state, text=text)
    shown = board(state, faults_of(state.document), is_new=True)
    assert [mark.where for mark in shown.marks][:2] == ["Line 5", "Line 6"]
    assert {mark.anchor for mark in shown.marks} == {"f-text"}
