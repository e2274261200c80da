"""Whatever the process and whatever the order in which people do their work: it ends, and its joins keep their word."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from workflows.engine.definition import Definition, parse
from workflows.engine.events import Cancel, Reopen, StepFailed, TimerFired, TimerKind
from workflows.engine.intents import StepEntered, StepLeft
from workflows.engine.state import Run, Status
from workflows.engine.steps import Process

from .graphs import FLAGS, Plan, documents
from .playing import Play

MOST_EVENTS = 1_500
chance = st.randoms(use_true_random=False)
flags = st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS})
often = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

EVERYTHING = Plan(loops=True, ends=True, merges=True, counts=True, processors=True)
ACYCLIC = Plan(ends=True, counts=True)
DEPENDENT = Plan(routes=False, processors=True)
WILD, TAME = (0, 5, 9, 10, "x", None), (0, 5, 9, "x", None)
"""What processors find: it is taken out, is well, breaks the rule, or does not fit."""


def choose(play: Play, step: str, chance: random.Random) -> str:
    """A result, fairly: nobody goes back for ever."""
    codes = [result.code for result in play.definition.step(step).results]
    if play.state.visits[step] > 2:
        codes = [code for code in codes if not code.startswith("b")]
    return chance.choice(codes) if codes else ""


def one_step(play: Play, chance: random.Random, chosen: dict[str, str] | None = None) -> None:
    """Somebody completes one of the open steps, with the outcome chosen for it, if any."""
    step = chance.choice(play.open)
    if isinstance(play.definition.step(step).work, Process):
        one_step_of_processing(play, play.run(step), chance, WILD if chosen is None else TAME)
        return
    outcome = choose(play, step, chance) if chosen is None else chosen[step]
    play.complete(step, outcome)


def one_step_of_processing(play: Play, run: Run, chance: random.Random, finds: Sequence[Any]) -> None:
    """The processor fails or answers, its rest is over, somebody completes the step or (of wild ones) takes it out."""
    if run.resting:
        play.happen(TimerFired(run.id, TimerKind.RETRY))
    elif not run.presented and run.attempt == 1 and chance.random() < 0.3:
        play.happen(StepFailed(run.id, "boom", 1))
    elif not run.presented:
        play.process(run.step, n=chance.choice(finds), more=[1])
    elif finds is WILD and chance.random() < 0.2:
        play.happen(StepFailed(run.id, "no use", outcome="canceled"))
    else:
        play.complete(run.step, n=chance.choice([0, 5]))


def play_to_the_end(play: Play, chance: random.Random, chosen: dict[str, str] | None = None) -> None:
    for _ in range(MOST_EVENTS):
        if not play.state.is_running:
            return
        assert play.open, "the instance is stuck"
        assert not play.state.incidents
        assume(len(play.open) < 200)  # ways that merge without a join multiply; that is what was asked for
        one_step(play, chance, chosen)
    pytest.fail("the instance does not end")


@often
@given(documents(EVERYTHING), flags, chance)
def test_every_instance_ends_and_leaves_nothing_open(
    document: dict[str, Any], flags: dict[str, bool], chance: random.Random
) -> None:
    play = Play(parse(document)).start(**flags)
    play_to_the_end(play, chance)
    assert play.is_completed


@often
@given(documents(EVERYTHING), flags, chance, st.integers(0, 20))
def test_cancel_at_any_moment_leaves_nothing_open(
    document: dict[str, Any], flags: dict[str, bool], chance: random.Random, moment: int
) -> None:
    play = Play(parse(document)).start(**flags)
    for _ in range(moment):
        if play.state.is_running and len(play.open) < 200:
            one_step(play, chance)
    if play.state.is_running:
        play.happen(Cancel("enough"))
        assert play.state.status == Status.CANCELED
    assert not play.open


@settings(often, max_examples=50)
@given(documents(EVERYTHING), flags, chance, st.integers(1, 3))
def test_whatever_is_opened_again_the_instance_ends_again(
    document: dict[str, Any], flags: dict[str, bool], chance: random.Random, times: int
) -> None:
    play = Play(parse(document)).start(**flags)
    for _ in range(times):
        for _ in range(chance.randint(0, 40)):
            if play.state.is_running and len(play.open) < 200:
                one_step(play, chance)
        over = [each for each in play.all_of(StepLeft) if is_over(play, each)]
        if over:
            again = chance.choice(over)
            visit = next(each.visit for each in play.all_of(StepEntered) if each.run == again.run)
            play.happen(Reopen(again.run, again.step, visit, again.data))
            behind = play.definition.graph.after[again.step]
            bits = play.definition.graph.bits
            assert not [run for run in play.state.runs.values() if behind & bits[run.step] and run.id != again.run]
    play_to_the_end(play, chance)
    assert play.is_completed


def is_over(play: Play, left: StepLeft) -> bool:
    """Whether that is a processor's step that has been left and not opened again."""
    return isinstance(play.definition.step(left.step).work, Process) and left.run not in play.state.runs


@often
@given(documents(EVERYTHING), flags, chance)
def test_the_same_events_give_the_same_states_and_intents(
    document: dict[str, Any], flags: dict[str, bool], chance: random.Random
) -> None:
    definition = parse(document)
    first, second = Play(definition).start(**flags), Play(parse(document))
    play_to_the_end(first, chance)
    for event in first.events:
        second.happen(event)
    assert (second.state, second.told) == (first.state, first.told)


@often
@given(documents(DEPENDENT), chance)
def test_each_step_opens_exactly_once_and_only_after_all_it_depends_on(
    document: dict[str, Any], chance: random.Random
) -> None:
    play = Play(parse(document)).start()
    play_to_the_end(play, chance, dict.fromkeys(play.definition.graph.steps, ""))
    assert Counter(play.entered) == Counter(list(play.definition.graph.steps))
    left: set[str] = set()
    for intent in play.told:
        if isinstance(intent, StepLeft):
            left.add(intent.step)
        elif isinstance(intent, StepEntered):
            assert left.issuperset(play.definition.step(intent.step).depends_on)


@often
@given(documents(ACYCLIC), flags, chance)
def test_without_loops_no_join_opens_twice_and_none_opens_while_something_may_still_come(
    document: dict[str, Any], flags: dict[str, bool], chance: random.Random
) -> None:
    definition = parse(document)
    play = Play(definition).start(**flags)
    while play.state.is_running:
        one_step(play, chance)
        for intent in play.all_of(StepEntered, last=True):
            gate = definition.gates.at(intent.step)
            if gate and len(came(play, intent.step)) < gate.needed:
                assert not any(reaches(definition, key, intent.step) for key in before_last(play))
    assert max(play.state.visits.values()) == 1


def came(play: Play, join: str) -> set[str]:
    """The ways into the join that have been used: steps that are done and led, or were depended on, by it."""
    return {source for source in play.definition.graph.sources[join] if source in play.state.visits} - set(play.open)


def before_last(play: Play) -> set[str]:
    """The steps that are open and were not opened by the last event."""
    opened = {intent.run for intent in play.all_of(StepEntered, last=True)}
    return {run.step for run in play.state.runs.values() if run.id not in opened}


def reaches(definition: Definition, source: str, target: str) -> bool:
    """Whether a way leads there, looked for step by step."""
    seen, left = {source}, [source]
    while left:
        for key in definition.graph.onward[left.pop()]:
            if key == target:
                return True
            if key not in seen:
                seen.add(key)
                left.append(key)
    return False


@often
@given(documents(ACYCLIC), flags, chance, chance)
def test_without_loops_the_order_of_work_does_not_change_what_is_done(
    document: dict[str, Any], flags: dict[str, bool], one: random.Random, other: random.Random
) -> None:
    definition = parse(document)
    first = Play(definition).start(**flags)
    chosen = {key: choose_any(definition, key, one) for key in definition.graph.steps}
    play_to_the_end(first, one, chosen)
    second = Play(definition).start(**flags)
    play_to_the_end(second, other, chosen)
    assert first.state.visits == second.state.visits


def choose_any(definition: Definition, key: str, chance: random.Random) -> str:
    codes = [result.code for result in definition.step(key).results]
    return chance.choice(codes) if codes else ""
