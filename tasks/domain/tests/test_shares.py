"""Weights are exact: nothing is lost by dividing, nothing counts twice, enough is exactly enough."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain import shares
from tasks.domain.errors import InvalidInput, WrongState
from tasks.domain.facts import Share, TaskFacts
from tasks.domain.lifecycle import ShareState, State
from tasks.domain.shares import MAX_WEIGHT, QUANTUM, allot, divide

ONE = Decimal(1)
weights = st.decimals(min_value=QUANTUM * 1000, max_value=MAX_WEIGHT, places=shares.PLACES)


def of(*parts: str | Decimal, weight: Decimal = ONE, performed: str = "0", state: State = State.PENDING) -> TaskFacts:
    held = tuple(Share(number, number, None, Decimal(part)) for number, part in enumerate(parts, start=1))
    return TaskFacts(state, weight, Decimal(performed), held)


def perform_all(facts: TaskFacts, order: list[int]) -> list[shares.Outcome]:
    """Perform the shares in that order until the task closes; what each did to the task."""
    outcomes = []
    for index in order:
        share = facts.shares[index]
        outcome = shares.perform(facts, share)
        outcomes.append(outcome)
        ended = Share(share.id, share.user_id, None, share.weight, ShareState.PERFORMED)
        held = tuple(ended if other.id == share.id else other for other in facts.shares)
        facts = TaskFacts(outcome.state, facts.weight, outcome.performed_weight, held)
        if outcome.closes:
            break
    return outcomes


@given(total=weights, parts=st.integers(1, 100))
def test_equal_parts_sum_to_the_whole_and_differ_by_a_quantum_at_most(total: Decimal, parts: int) -> None:
    divided = divide(total, parts)
    assert sum(divided) == total
    assert max(divided) - min(divided) in (0, QUANTUM)
    assert divided == sorted(divided, reverse=True)


@given(total=weights, parts=st.integers(1, 12), seed=st.randoms(use_true_random=False))
def test_a_task_completes_with_the_last_of_its_equal_shares_in_any_order(
    total: Decimal, parts: int, seed: random.Random
) -> None:
    order = list(range(parts))
    seed.shuffle(order)
    outcomes = perform_all(of(*divide(total, parts), weight=total), order)
    assert [outcome.closes for outcome in outcomes] == [False] * (parts - 1) + [True]
    assert outcomes[-1].state == State.COMPLETED
    assert outcomes[-1].performed_weight == total


@pytest.mark.parametrize(("part", "count"), [("0.125", 8), ("0.1", 10), ("0.2", 5)])
def test_parts_that_floats_cannot_add_up_complete_exactly(part: str, count: int) -> None:
    outcomes = perform_all(of(*[part] * count), list(range(count)))
    assert [outcome.closes for outcome in outcomes] == [False] * (count - 1) + [True]


def test_three_thirds_are_a_whole() -> None:
    outcomes = perform_all(of(*divide(ONE, 3)), [2, 0, 1])
    assert [outcome.closes for outcome in outcomes] == [False, False, True]


def test_one_of_several_full_weights_is_enough() -> None:
    assert shares.perform(of("1", "1", "1"), of("1").shares[0]).state == State.COMPLETED


def test_the_first_share_puts_the_task_in_progress() -> None:
    outcome = shares.perform(of("0.5", "0.5"), of("0.5").shares[0])
    assert (outcome.state, outcome.performed_weight, outcome.closes) == (State.IN_PROGRESS, Decimal("0.5"), False)


def test_a_share_of_a_closed_task_cannot_be_performed() -> None:
    with pytest.raises(WrongState):
        shares.perform(of("1", state=State.CANCELED), of("1").shares[0])


def test_declining_closes_only_when_the_rest_cannot_be_enough() -> None:
    spare = of("0.5", "0.5", "0.5")
    assert not shares.decline(spare, spare.shares[0]).closes
    tight = of("0.5", "0.5")
    assert shares.decline(tight, tight.shares[0]).state == State.DECLINED


def test_what_is_performed_counts_when_a_share_is_declined() -> None:
    done = Share(1, 1, None, Decimal("0.5"), ShareState.PERFORMED)
    two, three = Share(2, 2, None, Decimal("0.5")), Share(3, 3, None, Decimal("0.5"))
    facts = TaskFacts(State.IN_PROGRESS, ONE, Decimal("0.5"), (done, two, three))
    assert shares.decline(facts, two).state == State.IN_PROGRESS


@given(st.lists(st.none() | weights, min_size=1, max_size=20), weights)
def test_allotted_weights_are_as_given_positive_and_enough(wanted: list[Decimal | None], required: Decimal) -> None:
    fixed = sum((weight for weight in wanted if weight is not None), Decimal(0))
    shared = wanted.count(None)
    if (required - fixed < shared * QUANTUM) if shared else (fixed < required):
        with pytest.raises(InvalidInput):
            allot(required, wanted)
        return
    allotted = allot(required, wanted)
    assert sum(allotted) >= required
    assert min(allotted) > 0
    assert all(want in (None, got) for want, got in zip(wanted, allotted, strict=True))


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "Infinity", "0.0000001", "1000000.000001"])
def test_a_weight_out_of_range_is_refused_by_name(bad: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        allot(Decimal(bad), [None])
    assert caught.value.field == "weight"


def test_weights_that_cannot_reach_the_whole_are_refused() -> None:
    with pytest.raises(InvalidInput, match="less than"):
        allot(ONE, [Decimal("0.4"), Decimal("0.5")])


def test_nobody_is_given_a_share_of_nothing() -> None:
    with pytest.raises(InvalidInput, match="no weight left"):
        allot(ONE, [ONE, None])
