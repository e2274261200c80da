"""What changed between two versions, by step, in words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from workflows.engine.definition import Definition
from workflows.engine.diff import Change, ChangeKind, diff

from . import source
from .form.parts import Group, ListOf, Part
from .form.schema import DESCRIPTION, HEAD, KINDS, NAME, NEXT, ORDER, RESULTS

MOST = 500
"""How many differences a page shows."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is other than before."""

    kind: str
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the differences are about: a step, or the definition itself. `kind` is changed, unless all of it is new."""

    key: str
    name: str
    kind: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything, or as much as a page holds; `count` is of all."""

    subjects: tuple[Subject, ...]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > MOST


def compared(old: Definition, new: Definition) -> Comparison:
    """What is different in `new`."""
    changes = diff(old, new)
    names = {step.key: step.name for each in (old, new) for step in each.steps}
    shown = groupby(changes[:MOST], key=lambda change: change.step)
    return Comparison(tuple(_subject(step, names, list(found)) for step, found in shown), len(changes))


def _subject(step: str, names: dict[str, str], changes: list[Change]) -> Subject:
    name = names.get(step, step) if step else "About the workflow"
    if step and not changes[0].field:
        whole = changes[0]
        value = whole.after if whole.kind == ChangeKind.ADDED else whole.before
        return Subject(step, name, whole.kind.value, tuple(_of_step(whole.kind, value)))
    return Subject(step, name, ChangeKind.CHANGED.value, tuple(map(_difference, changes)))


def _of_step(kind: ChangeKind, step: dict[str, Any]) -> Iterator[Difference]:
    """What a step that came or went says, part by part."""
    for key, value in step.items():
        if key not in ("key", "name"):
            said = _text(value)
            yield Difference(kind.value, worded(key), *((said, "") if kind == ChangeKind.REMOVED else ("", said)))


def _difference(change: Change) -> Difference:
    before = "" if change.kind == ChangeKind.ADDED else _text(change.before)
    after = "" if change.kind == ChangeKind.REMOVED else _text(change.after)
    return Difference(change.kind.value, worded(change.field), before, after)


def worded(field: str) -> str:
    """The words of the editor for a dotted field: "results.approved.next" -> "Results › approved › Leads to"."""
    return " › ".join(_LABELS.get(word, word.replace("_", " ")) for word in field.split("."))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else source.write(value).strip()


def _labels(parts: tuple[Part, ...]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if part.key:
            yield part.key, part.label
        if isinstance(part, Group):
            yield from _labels(part.parts)
        elif isinstance(part, ListOf):
            yield from _labels(part.row.parts)


_OWN = tuple(part for kind in KINDS.values() for part in kind.parts)
_LABELS = {**dict(_labels((*_OWN, RESULTS, *ORDER, *HEAD.parts))), **dict(_labels((*NAME, DESCRIPTION, NEXT)))}
_LABELS |= {"type": "What it does", "order of steps": "Order of steps", "user": "Person", "team": "Team"}
