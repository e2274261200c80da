"""The processor `classify`: says what kind of document it is, by rules that people wrote.

Options: `classes`, each `{label, any: [words], all: [words], pattern}`: all that it names must hold, and of `any` one.
`otherwise` is the label where none holds, `in` a variable to look at instead of the document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.domain.form import Field
from tasks.domain.placeholders import look_up
from workflows.processing.registry import Call, Input, Issue, Output

from . import patterns
from .files import facts, notes, read
from .options import Options

ANSWER = "label"
_ALONE = 0.95
"""How sure the only class is that holds; of several, each by its share of all that was found."""
_SURE = 0.8


@dataclass(frozen=True, slots=True)
class _Class:
    label: str
    any: tuple[str, ...]
    all: tuple[str, ...]
    pattern: Any

    def hits(self, text: str, folded: str) -> int:
        """How much of it was found; 0 where something is missing."""
        some = sum(_has(folded, word) for word in self.any)
        every = all(_has(folded, word) for word in self.all)
        if not every or (self.any and not some):
            return 0
        if self.pattern is not None and patterns.first(self.pattern, text) is None:
            return 0
        return some + len(self.all) + (self.pattern is not None)


@dataclass(frozen=True, slots=True)
class _Plan:
    classes: tuple[_Class, ...]
    otherwise: str
    variable: str


def check(options: Mapping[str, Any], fields: Sequence[Field]) -> None:
    """Raise ValueError for options that mean nothing."""
    _plan(options)


def classify(work: Input, call: Call) -> Output:
    """Raises Unreadable."""
    plan = _plan(work.options)
    text, metadata, issues = _looked_at(work, plan)
    folded = text.casefold()
    hits = {one.label: count for one in plan.classes if (count := one.hits(text, folded))}
    if not hits:
        issues.append(Issue("low_confidence", "None of the known classes fits.", ANSWER, 0.0))
        return Output({ANSWER: plan.otherwise or None}, issues, metadata | {"confidence": {ANSWER: 0.0}})
    label = max(hits, key=lambda one: hits[one])
    confidence = _ALONE if len(hits) == 1 else round(hits[label] / sum(hits.values()), 2)
    if confidence < _SURE:
        others = ", ".join(other for other in hits if other != label)
        issues.append(Issue("low_confidence", f"It could also be: {others[:500]}.", ANSWER, confidence))
    return Output({ANSWER: label}, issues, metadata | {"confidence": {ANSWER: confidence}, "candidates": hits})


def _looked_at(work: Input, plan: _Plan) -> tuple[str, dict[str, Any], list[Issue]]:
    if plan.variable:
        value = look_up(plan.variable, work.variables)
        return "" if value is None else str(value), {}, []
    content = read(work)
    return content.text, facts(content), notes(content)


def _plan(said: Mapping[str, Any]) -> _Plan:
    options = Options(said)
    options.only("classes", "otherwise", "in")
    classes = tuple(_class(one) for one in options.each("classes"))
    return _Plan(classes, options.text("otherwise"), options.text("in"))


def _class(options: Options) -> _Class:
    options.only("label", "any", "all", "pattern")
    one = _Class(options.text("label"), options.texts("any"), options.texts("all"), options.pattern("pattern"))
    if not one.label:
        raise ValueError("A class needs a label.")
    if not (one.any or one.all or one.pattern is not None):
        raise ValueError(f"The class '{one.label}' names nothing to look for.")
    return one


def _has(folded: str, word: str) -> bool:
    """Whether the text has the word by itself, not as a part of another; the sign before and after decides."""
    wanted = word.casefold()
    place = folded.find(wanted)
    while place >= 0:
        end = place + len(wanted)
        before, after = folded[place - 1 : place] if place else "", folded[end : end + 1]
        if not (before.isalnum() and wanted[0].isalnum()) and not (after.isalnum() and wanted[-1].isalnum()):
            return True
        place = folded.find(wanted, place + 1)
    return False
