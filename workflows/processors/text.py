"""The processor `text`: fills the fields of its step with what the document says, and tells how sure it is.

Options: `fields` (field name -> pattern, or `{pattern, confidence}`; its first group is the value), `sure` (below it a
person is asked to look: 0.8), `dates` (`dmy` or `mdy`: what 03/04/2026 means). A field without a pattern takes the fact
of its name (`pages`, `title`, `width`...) or what stands beside its label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.domain.form import Field
from workflows.processing.registry import Call, Input, Issue, Output

from . import patterns
from .files import facts, notes, read
from .labels import Labels
from .meaning import meaning
from .options import Options
from .reading.content import Content

SURE = 0.8
_BY_PATTERN = 0.95
_SEVERAL = 0.7
"""How sure a pattern is at most that holds at several places and says different things there."""
_PLACES = 20


@dataclass(frozen=True, slots=True)
class _Plan:
    """The options, read."""

    patterns: Mapping[str, tuple[Any, float]]
    sure: float
    month_first: bool


@dataclass(slots=True)
class _Filled:
    """What has been found so far."""

    data: dict[str, Any] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    confidence: dict[str, float] = field(default_factory=dict)


def check(options: Mapping[str, Any], fields: Sequence[Field]) -> None:
    """Raise ValueError for options that mean nothing."""
    plan = _plan(options)
    known = {one.name for one in fields}
    for name in plan.patterns:
        if name not in known:
            raise ValueError(f"'fields.{name}': the step has no such field.")


def text(work: Input, call: Call) -> Output:
    """Raises Unreadable."""
    plan = _plan(work.options)
    content = read(work)
    labels = Labels(content)
    filled = _Filled(issues=notes(content))
    for one in work.fields:
        found = _by_pattern(plan, one, content) if one.name in plan.patterns else _found(one, content, labels)
        if found is not None:
            _fill(filled, one, *found, plan)
    return Output(filled.data, filled.issues, facts(content) | {"confidence": filled.confidence})


def _plan(said: Mapping[str, Any]) -> _Plan:
    options = Options(said)
    options.only("fields", "sure", "dates")
    inner = options.inner("fields")
    return _Plan(
        {name: _pattern(inner, name) for name in inner.names()},
        options.share("sure", SURE),
        options.one_of("dates", "dmy", "mdy") == "mdy",
    )


def _pattern(fields: Options, name: str) -> tuple[Any, float]:
    if isinstance(fields.get(name), str):
        return fields.pattern(name), _BY_PATTERN
    rule = fields.inner(name)
    rule.only("pattern", "confidence")
    pattern = rule.pattern("pattern")
    if pattern is None:
        raise ValueError(f"'fields.{name}' has no pattern.")
    return pattern, rule.share("confidence", _BY_PATTERN)


def _by_pattern(plan: _Plan, one: Field, content: Content) -> tuple[Any, float] | None:
    pattern, sure = plan.patterns[one.name]
    found = patterns.each(pattern, content.text, _PLACES)
    if not found:
        return None
    return found[0], sure if len(set(found)) == 1 else min(sure, _SEVERAL)


def _found(one: Field, content: Content, labels: Labels) -> tuple[Any, float] | None:
    if one.name in content.facts:
        return content.facts[one.name], 1.0
    return labels.find(name for name in (one.label, one.name) if name)


def _fill(filled: _Filled, one: Field, raw: Any, sure: float, plan: _Plan) -> None:
    try:
        value, meant = meaning(one, str(raw), month_first=plan.month_first)
    except ValueError as error:
        filled.issues.append(Issue("invalid", f"The document says: {error}.", one.name))
        return
    confidence = round(min(sure, meant), 2)
    filled.data[one.name] = value
    filled.confidence[one.name] = confidence
    if confidence < plan.sure:
        filled.issues.append(Issue("low_confidence", "Please compare this with the document.", one.name, confidence))
