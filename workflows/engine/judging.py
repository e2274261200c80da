"""Whether the data of a processor step will do: the same question, whether a processor or a person has given it.

Fields are cleaned as those of any form; rules are asked over what fits, beside the instance's variables.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from tasks.domain import answers

from .conditions import ExpressionError, evaluate, holds
from .definition import Definition
from .issues import INVALID, MISSING, RULE, Issue
from .state import State
from .steps import Process

Scope = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`data` is by field what fits, None for what does not; `faults` say what is wrong."""

    data: dict[str, Any]
    faults: tuple[Issue, ...]

    def by_field(self) -> dict[str, list[str]]:
        """The words by field; under '' those that are of no field."""
        found: dict[str, list[str]] = {}
        for fault in self.faults:
            found.setdefault(fault.field or "", []).append(fault.message)
        return found


def judge(
    work: Process, given: Mapping[str, Any], found: Mapping[str, Any] | None, variables: Scope, now: datetime
) -> Judgement:
    """What is wrong with the answers `given` to the fields, beside what was `found` beyond them. All of it at once."""
    cleaned, unfit = answers.clean(work.fields, given)
    data = {name: None if name in unfit else value for name, value in cleaned.items()}
    faults = [_unfit(name, given, words) for name, words in unfit.items()]
    faults += _broken(work, scope({**(found or {}), **data}, variables, now), is_fit=not unfit)
    return Judgement(data, tuple(faults))


def filtered(work: Process, over: Scope) -> tuple[str | None, list[str]]:
    """The reason of the first filter that holds, None if none does; and why some could not be judged."""
    untold = []
    for each in work.filters:
        holding, reason = holds(each.when, over)
        if reason:
            untold.append(reason)
        if holding:
            return each.reason or f"'{each.when}' holds.", untold
    return None, untold


def scope(data: Mapping[str, Any], variables: Scope, now: datetime, **more: Any) -> Scope:
    """What rules and filters see: the data by name and as `data`, then the variables."""
    return ChainMap({**data, "now": now, "data": dict(data), **more}, cast(dict[str, Any], variables))


def review(definition: Definition, state: State, run_id: str, data: Mapping[str, Any], now: datetime) -> Judgement:
    """How a person's data for an open run that is before people would be judged. Raises KeyError for another run."""
    run = state.runs[run_id]
    work = definition.step(run.step).work
    if not isinstance(work, Process) or not run.presented:
        raise KeyError(run_id)
    return judge(work, data, run.found, state.variables, now)


def _unfit(name: str, given: Mapping[str, Any], words: str) -> Issue:
    value = given.get(name)
    is_missing = value is None or (isinstance(value, str) and not value.strip())
    return Issue(MISSING if is_missing else INVALID, words, name)


def _broken(work: Process, over: Scope, *, is_fit: bool) -> Iterator[Issue]:
    """A rule that cannot be judged is broken, unless that is because some field has no value that fits."""
    for rule in work.rules:
        try:
            held = evaluate(rule.must, over)
        except ExpressionError as error:
            if is_fit:
                yield Issue(RULE, str(error), rule.field or None)
            continue
        if held is not True:
            yield Issue(RULE, rule.message or f"'{rule.must}' does not hold.", rule.field or None)
