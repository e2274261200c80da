"""Whatever somebody writes, the editor shows it again, says what is wrong, and draws what there is."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskhub.processes.definitions import working as work
from taskhub.processes.definitions.board import board
from taskhub.processes.definitions.tests.test_form import EXAMPLES
from taskhub.processes.definitions.tests.test_working import faults_of, form

WORDS = st.sampled_from(
    ["", "a", "end", "(start)", "verify", "no such", "1 +", "P2D", "all", "human", "wait", "ä<&\"'"]
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in `value` with each of its keys."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value)) if isinstance(value, list) else ())
    )
    return [place for key in keys for place in ((value, key), *places(value[key]))]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["key"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_definition_with_anything_anywhere_is_shown(example: dict[str, Any], data: st.DataObject) -> None:
    document = copy.deepcopy(example)
    for _ in range(data.draw(st.integers(1, 4))):
        container, key = data.draw(st.sampled_from(places(document)))
        container[key] = data.draw(VALUES)
    state = work.begun(document)
    opened = data.draw(st.sampled_from([None, *range(len(state.steps))]))
    state = work.begun(document, opened)
    shown = board(state, faults_of(document), is_new=False)
    assert shown.count == len(faults_of(document))
    if state.view == work.FORM:
        again, _ = work.received({**form(state), "do": ["check"]})
        assert faults_of(again.document) == () or faults_of(document)  # looking at it makes nothing worse
