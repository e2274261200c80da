"""The parts a form is made of. Each knows one key of a mapping: how its value is shown, and read back.

`normal` is the value as `read` would write it, so that a value that says the same in other words is no surprise.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .posted import Posted
from .shown import Control, Options, Row, Rows, Set, Shown, Widget, World, offered

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


class Nothing:
    """Where a mapping has no such key."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: the name of its input, and the path by which the engine names it."""

    name: str = ""
    path: str = ""

    def at(self, key: str) -> "Place":
        return Place(_under(self.name, key), _under(self.path, key))


def _under(parent: str, key: str) -> str:
    return f"{parent}.{key}" if parent else key


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(ABC):
    """The value under one key. A key that marks what a step does is written even if nothing is typed."""

    key: str
    label: str
    hint: str = ""
    marks: bool = False

    @abstractmethod
    def show(self, value: Any, place: Place, world: World) -> Shown:
        """How the value is shown at its place."""

    @abstractmethod
    def read(self, posted: Posted, place: Place) -> Any:
        """The value that was posted for its place."""

    def normal(self, value: Any) -> Any:
        return NOTHING if value is None or (value == "" and not self.marks) else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Text(Part):
    """One line, or a few where the value has some."""

    widget: Widget = Widget.TEXT
    suggests: str = ""

    def show(self, value: Any, place: Place, world: World) -> Control:
        text = value if isinstance(value, str) else ""
        widget = Widget.BLOCK if "\n" in text else self.widget
        return Control(
            place.name,
            place.path,
            self.label,
            widget,
            (text,),
            hint=self.hint,
            suggests=self.suggests,
            faults=world.of(place.path),
        )

    def read(self, posted: Posted, place: Place) -> Any:
        return self.normal(posted.text(place.name))

    def normal(self, value: Any) -> Any:
        return Part.normal(self, value.strip() if isinstance(value, str) else value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose(Part):
    """Several lines, as they are."""

    def show(self, value: Any, place: Place, world: World) -> Control:
        text = value if isinstance(value, str) else ""
        return Control(
            place.name, place.path, self.label, Widget.PROSE, (text,), hint=self.hint, faults=world.of(place.path)
        )

    def read(self, posted: Posted, place: Place) -> Any:
        return self.normal(posted.typed(place.name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Number(Part):
    """A number; what is none stays the text that was typed."""

    def show(self, value: Any, place: Place, world: World) -> Control:
        return Control(
            place.name, place.path, self.label, values=(spell(value),), hint=self.hint, faults=world.of(place.path)
        )

    def read(self, posted: Posted, place: Place) -> Any:
        return self.normal(number(posted.text(place.name)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag(Part):
    """Yes, or nothing."""

    def show(self, value: Any, place: Place, world: World) -> Control:
        values = ("true",) if value is True else ()
        return Control(
            place.name, place.path, self.label, Widget.FLAG, values, hint=self.hint, faults=world.of(place.path)
        )

    def read(self, posted: Posted, place: Place) -> Any:
        return True if posted.has(place.name) else NOTHING

    def normal(self, value: Any) -> Any:
        return NOTHING if value is None or value is False else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice(Part):
    """One of some words; `usual` is what nothing means. A word that is not offered is kept."""

    options: Options
    usual: str = ""
    redraws: bool = False

    def show(self, value: Any, place: Place, world: World) -> Control:
        word = value if isinstance(value, str) else self.usual
        return Control(
            place.name,
            place.path,
            self.label,
            Widget.SELECT,
            (word,),
            offered(self.options, word),
            self.hint,
            faults=world.of(place.path),
            redraws=self.redraws,
        )

    def read(self, posted: Posted, place: Place) -> Any:
        return self.normal(posted.text(place.name))

    def normal(self, value: Any) -> Any:
        return NOTHING if value == self.usual else Part.normal(self, value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Part):
    """A mapping with parts of its own. Keys that no part knows stay, so that `fits` notices them."""

    parts: tuple[Part, ...]
    is_rare: bool = False
    """Whether its inputs are folded away while they say nothing."""

    @property
    def leaves(self) -> tuple[Part, ...]:
        """The parts that have a key; a group without one only frames inputs of the mapping around it."""
        return tuple(
            leaf
            for part in self.parts
            for leaf in (part.leaves if isinstance(part, Group) and not part.key else (part,))
        )

    def show(self, value: Any, place: Place, world: World) -> Shown:
        path = place.path if self.key else ""
        return Set(path, self.label, self.show_all(value, place, world), world.of(path), is_rare=self.is_rare)

    def show_all(self, value: Any, place: Place, world: World) -> tuple[Shown, ...]:
        """The parts without a frame around them."""
        given = value if isinstance(value, Mapping) else {}
        return tuple(
            part.show(given.get(part.key), place.at(part.key), world) if part.key else part.show(given, place, world)
            for part in self.parts
        )

    def read(self, posted: Posted, place: Place) -> Any:
        found = {part.key: part.read(posted, place.at(part.key)) for part in self.leaves}
        said = {key: value for key, value in found.items() if value is not NOTHING}
        return said or NOTHING

    def normal(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return Part.normal(self, value)
        found = {part.key: part.normal(value.get(part.key)) for part in self.leaves}
        said = {key: each for key, each in found.items() if each is not NOTHING}
        said |= {key: each for key, each in value.items() if key not in found}
        return said or NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class ListOf(Part):
    """A list of mappings alike. A row in which nothing is typed is none."""

    row: Group
    add: str
    look: str = "cards"

    def show(self, value: Any, place: Place, world: World) -> Rows:
        given = value if isinstance(value, list) else []
        rows = [self._row(each, place, number, world) for number, each in enumerate(given)]
        if world.adds == place.name:
            rows.append(replace(self._row({}, place, len(rows), world), is_new=True))
        return Rows(
            place.name, place.path, self.label, tuple(rows), self.add, self.hint, self.look, faults=world.of(place.path)
        )

    def _row(self, value: Any, place: Place, number: int, world: World) -> Row:
        inner = Place(f"{place.name}[{number}]", f"{place.path}[{number}]")
        return Row(
            inner.name, inner.path, number + 1, self.row.show_all(value, inner, world), faults=world.of(inner.path)
        )

    def read(self, posted: Posted, place: Place) -> Any:
        said: list[Any] = []
        for name in posted.rows(place.name):
            row = self.row.read(posted, Place(name, f"{place.path}[{len(said)}]"))
            said += [] if row is NOTHING else [row]
        return said if said or self.marks else NOTHING

    def normal(self, value: Any) -> Any:
        if not isinstance(value, list):
            return Part.normal(self, value)
        rows = [self.row.normal(each) for each in value]
        return [{} if row is NOTHING else row for row in rows] if rows or self.marks else NOTHING


def spell(value: Any) -> str:
    """A plain scalar as one types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def number(text: str) -> Any:
    """The number that `text` says, else the text."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal; a number is neither a text nor a truth."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)
