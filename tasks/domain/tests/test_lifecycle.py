"""The whole product of states and verbs."""

from itertools import product

import pytest

from tasks.domain.errors import WrongState
from tasks.domain.lifecycle import CLOSED, OPEN, TRANSITIONS, VERBS, State, after, is_open

PROCESSING, PENDING, WORKING, DONE, DECLINED, CANCELED, FAILED = (
    State.PROCESSING,
    State.PENDING,
    State.IN_PROGRESS,
    State.COMPLETED,
    State.DECLINED,
    State.CANCELED,
    State.FAILED,
)
EXPECTED = {
    "present": {PROCESSING: PENDING},
    "finish": {PROCESSING: DONE},
    "process": {FAILED: PROCESSING},
    "unlock": {DONE: PENDING, DECLINED: PENDING, CANCELED: PENDING},
    "start": {PENDING: WORKING},
    "perform": {PENDING: WORKING, WORKING: WORKING},
    "complete": {PENDING: DONE, WORKING: DONE},
    "reject": {PENDING: DECLINED, WORKING: DECLINED},
    "decline": {PENDING: PENDING, WORKING: WORKING},
    "claim": {PENDING: PENDING, WORKING: WORKING},
    "release": {PENDING: PENDING, WORKING: WORKING},
    "cancel": {PROCESSING: CANCELED, PENDING: CANCELED, WORKING: CANCELED},
    "discard": {PENDING: CANCELED, WORKING: CANCELED},
    "fail": {PROCESSING: FAILED, PENDING: FAILED, WORKING: FAILED},
    "reopen": {DONE: PENDING, DECLINED: PENDING, CANCELED: PENDING, FAILED: PENDING},
    "reassign": {PROCESSING: PROCESSING, PENDING: PENDING, WORKING: WORKING},
    "update": {PROCESSING: PROCESSING, PENDING: PENDING, WORKING: WORKING},
    "escalate": {PROCESSING: PROCESSING, PENDING: PENDING, WORKING: WORKING},
    "progress": {PENDING: PENDING, WORKING: WORKING},
    "check": {PROCESSING: PROCESSING, PENDING: PENDING, WORKING: WORKING},
    "log": {state: state for state in State},
    "comment": {state: state for state in State},
    "attach": {state: state for state in State},
    "watch": {state: state for state in State},
    "report": {state: state for state in State},
    "delete": {state: state for state in State},
}


def test_the_table_of_this_test_names_every_verb() -> None:
    assert set(EXPECTED) == set(VERBS)


@pytest.mark.parametrize(("state", "verb"), list(product(State, VERBS)))
def test_each_verb_leads_from_each_state_to_one_state_or_is_refused(state: State, verb: str) -> None:
    expected = EXPECTED[verb].get(state)
    if expected is None:
        with pytest.raises(WrongState) as caught:
            after(state, verb)
        assert caught.value.facts == {"verb": verb, "state": state}
    else:
        assert after(state, verb) is expected


def test_only_these_lead_from_a_closed_state_to_an_open_one() -> None:
    reopening = {verb for (state, verb), target in TRANSITIONS.items() if state in CLOSED and target in OPEN}
    assert reopening == {"reopen", "unlock", "process"}


def test_every_state_is_either_open_or_closed() -> None:
    assert {state for state in State if is_open(state)} == OPEN
    assert set(State) == OPEN | CLOSED
    assert not OPEN & CLOSED
