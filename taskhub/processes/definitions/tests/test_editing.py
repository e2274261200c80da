"""What the editor's buttons do to a document."""

from typing import Any

import pytest

from taskhub.processes.definitions import editing
from workflows.engine.definition import parse

CHAIN: dict[str, Any] = {
    "key": "chain",
    "name": "Chain",
    "steps": [
        {"key": "a", "name": "A", "next": "b"},
        {"key": "b", "name": "B", "results": [{"code": "ok"}, {"code": "no", "next": "a"}], "next": "c"},
        {"key": "c", "name": "C", "next": [{"step": "b", "when": "x > 1"}, {"step": "end"}]},
    ],
}


def keys(document: dict[str, Any]) -> list[str]:
    return [step["key"] for step in document["steps"]]


def test_the_example_needs_only_a_name_and_a_key() -> None:
    assert parse({**editing.EXAMPLE, "key": "mine", "name": "Mine"}).steps


def test_a_step_put_in_stands_in_the_chain() -> None:
    document = editing.inserted(CHAIN, 1)
    assert keys(document) == ["a", "step-4", "b", "c"]
    assert document["steps"][0]["next"] == "step-4"
    assert document["steps"][1]["next"] == "b"
    assert parse(document)
    assert CHAIN["steps"][0]["next"] == "b"  # the document that was given stays as it was


def test_a_step_behind_one_that_decides_by_conditions_is_left_to_its_author() -> None:
    document = editing.inserted(CHAIN, 3)
    assert document["steps"][2] == CHAIN["steps"][2]
    assert "next" not in document["steps"][3]


def test_a_step_is_put_into_an_empty_list_and_never_beyond_its_end() -> None:
    assert keys(editing.inserted({"steps": []}, 5)) == ["step-1"]


def test_what_led_to_a_step_taken_out_leads_past_it() -> None:
    document = editing.removed(CHAIN, 0)
    assert keys(document) == ["b", "c"]
    assert document["steps"][0]["results"] == [{"code": "ok"}, {"code": "no"}]  # it would have led to itself
    document = editing.removed(CHAIN, 1)
    assert document["steps"][0]["next"] == "c"
    assert document["steps"][1]["next"][0]["step"] == "b"  # a condition is not thrown away silently


def test_nothing_waits_for_a_step_taken_out() -> None:
    steps = [{"key": "a"}, {"key": "b"}, {"key": "c", "depends_on": ["a", "b"]}]
    assert editing.removed({"steps": steps}, 1)["steps"][1]["depends_on"] == ["a"]


def test_a_renamed_step_is_followed_by_every_way_and_dependency() -> None:
    steps = [
        {"key": "a", "next": {"all": [{"step": "b", "when": "b.outcome == 'b'"}], "otherwise": "b"}},
        {"key": "c", "results": [{"code": "b", "next": ["b", "c"]}], "depends_on": ["b", "a"]},
    ]
    document = editing.renamed({"key": "b", "steps": steps}, "b", "z")
    assert document["key"] == "b"
    assert document["steps"][0]["next"] == {"all": [{"step": "z", "when": "b.outcome == 'b'"}], "otherwise": "z"}
    assert document["steps"][1]["results"] == [{"code": "b", "next": ["z", "c"]}]
    assert document["steps"][1]["depends_on"] == ["z", "a"]


def test_steps_are_moved_within_the_list() -> None:
    assert keys(editing.moved(CHAIN, 2, -1)) == ["a", "c", "b"]
    assert keys(editing.moved(CHAIN, 0, -1)) == ["a", "b", "c"]
    assert keys(editing.moved(CHAIN, 2, 1)) == ["a", "b", "c"]


@pytest.mark.parametrize("step", [5, None, "x", {}, {"key": 7}, {"next": 3, "results": ["x"], "depends_on": "a"}])
def test_steps_that_are_none_are_left_alone(step: Any) -> None:
    document = {"steps": [{"key": "a", "next": "b"}, step, {"key": "b"}]}
    assert editing.renamed(document, "a", "z")["steps"][1] == step
    assert editing.removed(document, 0)["steps"][0] == step
    assert len(editing.inserted(document, 2)["steps"]) == 4
