"""The processor `segment`: finds where in a scanned pile one document ends and the next begins.

Options: `blank` (whether an empty page parts documents and belongs to none: true), `separator` (a page on which this
pattern holds does the same), `first_page` (a page on which it holds begins a document). A pattern's first group becomes
the label. Without any match all pages are one segment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.domain.form import Field
from workflows.processing.registry import Call, Input, Output

from . import patterns
from .files import facts, notes, read
from .options import Options
from .reading.content import Content

ANSWER = "segments"
MAX_LABEL = 200


@dataclass(frozen=True, slots=True)
class _Plan:
    blank: bool
    separator: Any
    first_page: Any


@dataclass(slots=True)
class _Pile:
    """The segments so far. `label` is for the next one; `is_parted` says that the next page begins it."""

    segments: list[dict[str, Any]] = field(default_factory=list)
    label: str = ""
    is_parted: bool = True

    def part(self, label: str = "") -> None:
        self.is_parted, self.label = True, label[:MAX_LABEL].strip() or self.label

    def add(self, page: int) -> None:
        if self.is_parted:
            self.segments.append({"first_page": page, "last_page": page, "label": self.label})
            self.is_parted, self.label = False, ""
        self.segments[-1]["last_page"] = page


def check(options: Mapping[str, Any], fields: Sequence[Field]) -> None:
    """Raise ValueError for options that mean nothing."""
    _plan(options)


def segment(work: Input, call: Call) -> Output:
    """Raises Unreadable."""
    plan = _plan(work.options)
    content = read(work)
    segments = _segments(content, plan)
    return Output({ANSWER: segments}, notes(content), facts(content) | {"blank_pages": list(content.blank)})


def _segments(content: Content, plan: _Plan) -> list[dict[str, Any]]:
    pile, blank = _Pile(), set(content.blank) if plan.blank else set()
    for number, text in enumerate(content.pages, start=1):
        if number in blank:
            pile.part()
        elif plan.separator is not None and (label := patterns.first(plan.separator, text)) is not None:
            pile.part(_own(plan.separator, label))
        else:
            if plan.first_page is not None and (label := patterns.first(plan.first_page, text)) is not None:
                pile.part(_own(plan.first_page, label))
            pile.add(number)
    return pile.segments


def _own(pattern: Any, label: str) -> str:
    """Only a group is a label; a whole match is just a sign."""
    return label if pattern.groups else ""


def _plan(said: Mapping[str, Any]) -> _Plan:
    options = Options(said)
    options.only("blank", "separator", "first_page")
    return _Plan(options.flag("blank", True), options.pattern("separator"), options.pattern("first_page"))
