"""What has changed between two definitions, by step and field, for people who decide whether to publish."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .definition import Definition
from .document import step_document, to_document


class ChangeKind(StrEnum):
    """What happened to a step or a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `step` is empty for the definition itself, `field` for a whole step.

    Fields are dotted; results go by their code, form fields by their id, rules and filters by what they look at:
    `results.approved.next`.
    """

    kind: ChangeKind
    step: str
    field: str
    before: Any = None
    after: Any = None


_NOTHING = object()
_IDENTITY = {"results": "code", "fields": "id", "rules": "must", "filters": "when"}


def diff(old: Definition, new: Definition) -> tuple[Change, ...]:
    """Every difference: of the definition itself, then step by step in the new order, removed steps last."""
    return (*_changes("", _head(old), _head(new)), *_order(old, new), *_steps(old, new))


def _head(definition: Definition) -> dict[str, Any]:
    return {key: value for key, value in to_document(definition).items() if key != "steps"}


def _order(old: Definition, new: Definition) -> Iterator[Change]:
    """The order of the steps that both have: it says where an instance begins."""
    both = set(old.graph.steps) & set(new.graph.steps)
    before, after = ([step.key for step in each.steps if step.key in both] for each in (old, new))
    if before != after:
        yield Change(ChangeKind.CHANGED, "", "order of steps", before, after)


def _steps(old: Definition, new: Definition) -> Iterator[Change]:
    for step in new.steps:
        if step.key not in old.graph.steps:
            yield Change(ChangeKind.ADDED, step.key, "", after=step_document(step))
        else:
            yield from _changes(step.key, step_document(old.step(step.key)), step_document(step))
    for step in old.steps:
        if step.key not in new.graph.steps:
            yield Change(ChangeKind.REMOVED, step.key, "", before=step_document(step))


def _changes(step: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """A result or field that only one side has is one change; within those that both have, each leaf is."""
    old, new = dict(_leaves(before, "", after)), dict(_leaves(after, "", before))
    for path in dict.fromkeys((*new, *old)):
        was, is_ = old.get(path, _NOTHING), new.get(path, _NOTHING)
        if was is _NOTHING:
            yield Change(ChangeKind.ADDED, step, path, after=is_)
        elif is_ is _NOTHING:
            yield Change(ChangeKind.REMOVED, step, path, before=was)
        elif was != is_:
            yield Change(ChangeKind.CHANGED, step, path, was, is_)


def _leaves(entries: Mapping[str, Any], path: str, other: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in entries.items():
        named, twin = _named(key, value), _named(key, other.get(key))
        if isinstance(named, dict) and isinstance(twin, dict):
            yield from _leaves(named, f"{path}{key}.", twin)
        else:
            yield f"{path}{key}", value


def _named(key: str, value: Any) -> Any:
    """Lists whose entries have a name of their own are compared by it, not by place."""
    identity = _IDENTITY.get(key)
    if identity and isinstance(value, list) and all(isinstance(entry, dict) and identity in entry for entry in value):
        named = {str(entry[identity]): entry for entry in value}
        return named if len(named) == len(value) else value
    return value
