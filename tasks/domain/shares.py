"""Weights: how shared work is divided, and when what was performed is enough.

Weights are exact decimals with `PLACES` places, as the column has them: ten shares of 0.1 complete a weight of 1, and
three thirds do too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .errors import InvalidInput
from .facts import Share, TaskFacts
from .lifecycle import State, after

PLACES = 6
QUANTUM = Decimal(1).scaleb(-PLACES)
MAX_WEIGHT = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a share's end does to its task."""

    state: State
    performed_weight: Decimal
    closes: bool


def divide(total: Decimal, parts: int) -> list[Decimal]:
    """`total` in `parts` equal weights that sum to it exactly (largest remainder: the first get a quantum more)."""
    quanta, rest = divmod(int(total / QUANTUM), parts)
    return [(quanta + (1 if index < rest else 0)) * QUANTUM for index in range(parts)]


def allot(required: Decimal, given: Sequence[Decimal | None]) -> list[Decimal]:
    """The weight of each share: as given, and equal parts of what then is missing for those without one.

    Raises InvalidInput (field `weight` or `assignees`) if a weight is out of range or the whole cannot be reached.
    """
    for weight in (required, *given):
        if weight is not None:
            check(weight)
    if not given:
        return []
    fixed = sum((weight for weight in given if weight is not None), Decimal(0))
    open_places = [index for index, weight in enumerate(given) if weight is None]
    rest = divide(max(required - fixed, Decimal(0)), len(open_places)) if open_places else []
    weights = [weight if weight is not None else rest.pop(0) for weight in given]
    if min(weights) <= 0:
        raise InvalidInput("There is no weight left for every assignee.", field="assignees")
    if sum(weights) < required:
        raise InvalidInput("The assignees' weights add up to less than the task's weight.", field="assignees")
    return weights


def check(weight: Decimal, field: str = "weight") -> Decimal:
    """`weight` if it is a positive decimal of at most PLACES places and MAX_WEIGHT; else raises InvalidInput."""
    if not weight.is_finite() or not 0 < weight <= MAX_WEIGHT:
        raise InvalidInput(f"A weight is more than 0 and at most {MAX_WEIGHT}.", field=field)
    if weight != weight.quantize(QUANTUM):
        raise InvalidInput(f"A weight has at most {PLACES} decimal places.", field=field)
    return weight


def perform(facts: TaskFacts, share: Share) -> Outcome:
    """`share` is done: its weight counts, and the task is completed as soon as that is enough."""
    state = after(facts.state, "perform")
    performed = facts.performed_weight + share.weight
    closes = performed >= facts.weight
    return Outcome(after(state, "complete") if closes else state, performed, closes)


def decline(facts: TaskFacts, share: Share) -> Outcome:
    """`share` is refused: the task is declined as soon as the others' pending weight cannot reach what is missing."""
    state = after(facts.state, "decline")
    attainable = sum((other.weight for other in facts.pending if other.id != share.id), Decimal(0))
    closes = attainable < facts.missing
    return Outcome(after(state, "reject") if closes else state, facts.performed_weight, closes)
