"""What a form shows of a definition is read back as it was; and whatever is typed into it stays in it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from taskhub.processes.definitions.form import step as forms
from taskhub.processes.definitions.form.parts import same
from taskhub.processes.definitions.form.posted import Posted
from taskhub.processes.definitions.form.schema import KINDS
from taskhub.processes.definitions.form.shown import Control, Rows, Widget, World, sent, walk
from workflows.engine.definition import parse
from workflows.engine.document import to_document

PAGE = (Path(__file__).parents[4] / "docs" / "workflows.md").read_text()
EXAMPLES: list[dict[str, Any]] = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
STEPS = [step for example in EXAMPLES for step in example["steps"]]
TYPED = st.sampled_from(
    ["", " ", "a", "b c", "5", "-1.50", "true", "no", "a: 1", "[", "'5'", "a | b", "| x", "2026-01-31", "P2D", "x\ny ",
     "to", "first", "every", "end", "count", "all", "user", "users", "team", "starter", "number", "ä\"<&", "a, b,, c"]
)  # fmt: skip


def posted(shown: forms.StepShown) -> Posted:
    return Posted(sent(shown.parts) | {forms.SHOWN_KIND: [shown.kind]})


def through(step: dict[str, Any]) -> dict[str, Any]:
    """Shown, sent untouched, and read."""
    return forms.read(posted(forms.show(step, World(), "steps[0]")))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["key"])
def test_every_step_of_the_documentation_has_a_form_that_says_all_of_it(step: dict[str, Any]) -> None:
    assert forms.fits(step)
    assert same(through(through(step)), through(step))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["key"])
def test_a_definition_means_the_same_after_it_went_through_the_form(example: dict[str, Any]) -> None:
    for document in (example, to_document(parse(example))):
        back = {**document, "steps": [through(step) for step in document["steps"]]}
        assert parse(back) == parse(document)
        assert forms.head_fits(document)


@pytest.mark.parametrize(
    "step",
    [
        {"key": "a", "colour": "red"},
        {"key": "a", "type": "dance"},
        {"key": "a", "name": 5},
        {"key": "a", "due_in": {"hours": 3}},
        {"key": "a", "duration_hours": "5"},
        {"key": "a", "next": ["b", {"step": "c"}]},
        {"key": "a", "next": {"all": [{"step": "b", "unless": "x"}]}},
        {"key": "a", "results": [{"code": "ok", "colour": "red"}]},
        {"key": "a", "fields": [{"name": "n", "required": "yes"}]},
        {"key": "a", "fields": "n"},
        {"key": "a", "assign": {"user": "ana", "team": "sales"}},
        {"key": "a", "type": "automatic"},
        {"key": "a", "type": "automatic", "set": {"x": "1"}, "action": "send_mail"},
        {"key": "a", "type": "automatic", "set": {"x": 1}},
        "a",
        None,
    ],
    ids=repr,
)
def test_what_no_input_can_say_is_noticed(step: Any) -> None:
    assert not forms.fits(step)


def test_other_words_for_the_same_are_not_lost_but_shortened() -> None:
    field = {"name": "n", "type": "select", "options": [1, {"value": "x", "label": "x"}], "required": False}
    step = {"key": "a", "type": "human", "next": ["b"], "description": None, "results": [], "fields": [field]}
    assert forms.fits(step)
    assert through(step) == {
        "key": "a",
        "fields": [{"name": "n", "type": "select", "options": ["1", "x"]}],
        "next": "b",
    }


@pytest.mark.parametrize(
    ("kind", "default", "low"),
    [("number", 5, 0.5), ("text", "5", 3), ("date", "2026-01-31", "2026-01-01"), ("boolean", False, None)],
)
def test_a_default_is_of_the_type_of_its_field(kind: str, default: Any, low: Any) -> None:
    field = (
        {"name": "n", "default": default} | ({} if kind == "text" else {"type": kind}) | ({"min": low} if low else {})
    )
    assert same(through({"key": "a", "fields": [field]}), {"key": "a", "fields": [field]})


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_whatever_is_typed_is_still_there_when_the_form_comes_back(kind: str, data: st.DataObject) -> None:
    step = forms.turned({"key": "a"}, kind)
    for _ in range(3):  # the first typing adds rows, the next ones fill them
        rows = [part.name for part in walk(forms.show(step, World(), "").parts) if isinstance(part, Rows)]
        shown = forms.show(step, World(adds=data.draw(st.sampled_from(["", *rows]))), "")
        values = posted(shown).values
        typed = {
            part.name: [data.draw(TYPED)]
            for part in walk(shown.parts)
            if isinstance(part, Control) and part.widget is not Widget.FLAG and data.draw(st.booleans())
        }
        step = forms.read(Posted({**values, **typed, forms.KIND: [kind]}))
        assert forms.kind_of(step) == kind
        assert forms.fits(step), step


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [STEPS[0], STEPS[-1]], ids=lambda step: step["key"])
def test_a_step_keeps_what_both_kinds_know(step: dict[str, Any], kind: str) -> None:
    turned = forms.turned({**step, "name": "Same", "depends_on": ["x"]}, kind)
    assert (turned["key"], turned["name"], turned["depends_on"]) == (step["key"], "Same", ["x"])
    assert forms.kind_of(turned) == kind
    assert forms.fits(turned)


def test_rows_are_taken_out_moved_and_forgotten_when_empty() -> None:
    step = {"key": "a", "results": [{"code": "x"}, {"code": "y"}, {"code": "z"}]}
    values = posted(forms.show(step, World(adds="results"), "")).values

    def codes(**how: str) -> list[str]:
        return [result["code"] for result in forms.read(Posted(values, **how))["results"]]

    assert codes() == ["x", "y", "z"]
    assert codes(dropped="results[1]") == ["x", "z"]
    assert codes(raised="results[2]") == ["x", "z", "y"]
    assert codes(raised="results[0]") == ["x", "y", "z"]


def test_names_that_stand_twice_are_marked_and_not_lost() -> None:
    values = {"set[#]": ["2"], "set[0].name": ["x"], "set[0].value": ["1"], "set[1].name": ["x"], "set[1].value": ["2"]}
    assert forms.read(Posted({**values, forms.SHOWN_KIND: ["set"]}))["set"] == {"x": "1", "x'": "2"}


def test_yaml_that_cannot_be_read_stays_as_it_was_typed_and_is_named() -> None:
    sent_values = {"decision[#]": ["1"], "decision[0].then": ["level: ["], forms.SHOWN_KIND: ["decision"]}
    form = Posted(sent_values)
    assert forms.read(form, "steps[3]")["decision"] == [{"then": "level: ["}]
    assert list(form.unreadable) == ["steps[3].decision[0].then"]
    assert "line 1" in form.unreadable["steps[3].decision[0].then"]


def test_a_form_that_is_too_long_for_a_browser_is_none() -> None:
    many = [{"name": f"n{number}"} for number in range(100)]
    assert forms.fits({"key": "a", "fields": many[:50]})
    assert not forms.fits({"key": "a", "fields": many})
