"""Tokens at joins: which wait, which open their step, which are discarded.

A join opens as soon as enough of its ways have brought a token; else, when nothing can bring one any more, with what
came, unless a path that could have come went to an explicit end instead: then it is forsaken and its tokens go.
What could still have come when a join opens is late: it is discarded on arrival, so that a join opens once a round.
"""

from collections.abc import Iterable
from functools import reduce
from operator import and_

from .entering import enter
from .gates import Gate
from .intents import StepSkipped
from .state import Token
from .walk import Walk


def arrive(walk: Walk, target: str, token: Token) -> None:
    """A token reaches a step: it waits at a join, else opens the step."""
    gate = walk.definition.gates.at(target)
    if gate is None or token.source not in gate.ways:
        _open(walk, target, token.late)
    elif target in token.late:
        walk.tell(StepSkipped(target, "late"))
    else:
        walk.waiting[target] = (*walk.waiting.get(target, ()), token)
        walk.reached.add(target)


def settle_one(walk: Walk) -> bool:
    """Open or forsake one join that need not wait any longer; whether there was one. No token may be on its way."""
    key = _ready(walk)
    if key is None:
        return False
    gate = _gate(walk, key)
    tokens = walk.waiting.pop(key)
    if not _is_met(gate, tokens) and _is_forsaken(walk, gate, tokens):
        walk.tell(StepSkipped(key, "forsaken"))
        return True
    _mark_late(walk, key, gate)
    _open(walk, key, reduce(and_, (token.late for token in tokens)))
    return True


def _open(walk: Walk, key: str, late: frozenset[str]) -> None:
    """Begin a visit. Coming back to a step begins new rounds after it: of joins whose ways are all open again."""
    bits = walk.graph.bits
    if key in walk.visits:
        late = frozenset(join for join in late if not _gate(walk, join).restarts & bits[key])
        if walk.ended:
            renewed = walk.definition.gates.renewed(key)
            walk.ended = {ended for ended in walk.ended if not renewed & bits[ended]}
    enter(walk, walk.new_run(key, late))


def _ready(walk: Walk) -> str | None:
    """The first join, in the order of the definition, that need not wait any longer."""
    place = walk.graph.bits.__getitem__
    for key in sorted(walk.reached & walk.waiting.keys(), key=place):
        if _is_met(_gate(walk, key), walk.waiting[key]):
            return key
    walk.reached.clear()
    idle = sorted(_not_fed_by_runs(walk), key=place)
    waiting = list(walk.waiting) if idle else []
    blockers = {key: [other for other in waiting if other != key and _feeds(walk, other, key)] for key in idle}
    for key in idle:  # joins that wait only for each other go on in the order of the definition
        if all(other in blockers and key in blockers[other] for other in blockers[key]):
            return key
    return idle[0] if idle and not walk.runs else None


def _is_met(gate: Gate, tokens: Iterable[Token]) -> bool:
    return len({token.source for token in tokens}) >= gate.needed


def _not_fed_by_runs(walk: Walk) -> list[str]:
    """The joins to which no open run can bring a token in this round."""
    fresh = walk.graph.mask({run.step for run in walk.runs.values() if not run.late})
    other = [run for run in walk.runs.values() if run.late]
    found = []
    for key in walk.waiting:
        feeders = _gate(walk, key).feeders
        late = any(feeders & walk.graph.bits[run.step] and key not in run.late for run in other)
        if not (feeders & fresh or late):
            found.append(key)
    return found


def _feeds(walk: Walk, other: str, key: str) -> bool:
    """Whether the tokens that wait at `other` can still bring one to `key`."""
    if not _gate(walk, key).feeders & walk.graph.bits[other]:
        return False
    return any(key not in token.late for token in walk.waiting[other])


def _is_forsaken(walk: Walk, gate: Gate, tokens: Iterable[Token]) -> bool:
    ended = walk.graph.mask(walk.ended)
    came = {token.source for token in tokens}
    return any(gate.reach[way] & ended for way in gate.ways if way not in came)


def _mark_late(walk: Walk, key: str, gate: Gate) -> None:
    late = frozenset({key})
    for run in list(walk.runs.values()):
        if gate.feeders & walk.graph.bits[run.step]:
            walk.change(run, late=run.late | late)
    for other, tokens in list(walk.waiting.items()):
        if gate.feeders & walk.graph.bits[other]:
            walk.waiting[other] = tuple(Token(token.source, token.late | late) for token in tokens)


def _gate(walk: Walk, key: str) -> Gate:
    gate = walk.definition.gates.at(key)
    assert gate is not None, key
    return gate
