"""What a template prints of a form: inputs, and rows of them. Plain values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

Options = tuple[tuple[str, str], ...]


class Widget(StrEnum):
    """How an input looks."""

    TEXT = "text"
    CODE = "code"
    PROSE = "prose"
    BLOCK = "block"
    SELECT = "select"
    FLAG = "flag"
    PICKS = "picks"


@dataclass(frozen=True, slots=True)
class Control:
    """One input. `path` is where the engine names what is wrong with it."""

    shape: ClassVar[str] = "control"
    name: str
    path: str
    label: str
    widget: Widget = Widget.TEXT
    values: tuple[str, ...] = ()
    options: Options = ()
    hint: str = ""
    suggests: str = ""
    """The id of the list that suggests what may be typed."""
    faults: tuple[str, ...] = ()
    redraws: bool = False
    """Whether other inputs are needed when this one changes."""
    is_fixed: bool = False
    parts: tuple["Shown", ...] = ()

    @property
    def id(self) -> str:
        return ident(self.name)

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def described(self) -> str:
        """The ids of what explains the input: its hint, and where its faults stand."""
        return " ".join([f"{self.id}_helptext"] * bool(self.hint) + [f"{self.id}_error"] * bool(self.path))


@dataclass(frozen=True, slots=True)
class Row:
    """One of several alike."""

    shape: ClassVar[str] = "row"
    name: str
    path: str
    number: int
    parts: tuple["Shown", ...]
    is_new: bool = False
    faults: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return ident(self.name)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list that grows: its rows, and inputs that concern all of them before and behind. `add` names the button."""

    shape: ClassVar[str] = "rows"
    name: str
    path: str
    label: str
    rows: tuple[Row, ...]
    add: str
    hint: str = ""
    look: str = "cards"
    before: tuple[Control, ...] = ()
    after: tuple[Control, ...] = ()
    faults: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return ident(self.name)

    @property
    def counter(self) -> str:
        """The name of the input that says how many rows were sent."""
        return counter(self.name)

    @property
    def parts(self) -> tuple["Shown", ...]:
        return (*self.before, *self.rows, *self.after)


@dataclass(frozen=True, slots=True)
class Set:
    """Inputs that belong together."""

    shape: ClassVar[str] = "set"
    path: str
    label: str
    parts: tuple["Shown", ...]
    faults: tuple[str, ...] = ()
    is_rare: bool = False
    """Whether it is folded while it says nothing."""
    values: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        said = any(any(value for value in each.values) for each in walk(self.parts))
        return said or any(each.faults for each in walk(self.parts))


Shown = Control | Rows | Row | Set


@dataclass(frozen=True, slots=True)
class World:
    """What the inputs offer, and what is wrong: faults by the path of the input that shows them."""

    steps: Options = ()
    people: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    adds: str = ""
    """The name of the rows that get an empty one more."""

    def of(self, path: str) -> tuple[str, ...]:
        return self.faults.get(path, ()) if path else ()


def ident(name: str) -> str:
    """An id for the input of that name."""
    return "f-" + re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


def offered(options: Options, word: str) -> Options:
    """The options, and the word if it is none of them: what somebody wrote is not lost by looking at it."""
    return options if any(word == known for known, _ in options) else (*options, (word, f"{word} (unknown)"))


def counter(name: str) -> str:
    return f"{name}[#]"


def walk(parts: tuple[Shown, ...]) -> Iterator[Shown]:
    """Every part, those within others too."""
    for part in parts:
        yield part
        yield from walk(part.parts)


def sent(parts: tuple[Shown, ...]) -> dict[str, list[str]]:
    """What a browser would send of it, untouched."""
    values: dict[str, list[str]] = {}
    for part in walk(parts):
        if isinstance(part, Rows):
            values[part.counter] = [str(len(part.rows))]
        elif isinstance(part, Control) and (part.values or part.widget not in (Widget.FLAG, Widget.PICKS)):
            values[part.name] = list(part.values) or [""]
    return values
