"""Parts for values that are lists or mappings of short texts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from taskhub.processes.definitions.source import Unreadable, read, write

from .parts import NOTHING, Part, Place
from .posted import Posted
from .shown import Control, Row, Rows, Set, Widget, World


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs(Part):
    """A mapping of names to expressions, in order. A name that stands twice is marked, so that nothing is lost."""

    add: str
    named: str = "Variable"
    valued: str = "Value"

    def show(self, value: Any, place: Place, world: World) -> Rows:
        given = list(value.items()) if isinstance(value, Mapping) else []
        blank = [("", "")] if world.adds == place.name or (self.marks and not given) else []
        rows = tuple(
            self._row(str(name), text, place, number, number >= len(given) > 0, world)
            for number, (name, text) in enumerate(given + blank)
        )
        return Rows(place.name, place.path, self.label, rows, self.add, self.hint, "pairs", faults=world.of(place.path))

    def _row(self, name: str, value: Any, place: Place, number: int, is_new: bool, world: World) -> Row:
        inner = Place(f"{place.name}[{number}]", place.path).at(name)
        at = f"{place.name}[{number}]"
        text = value if isinstance(value, str) else ""
        many = Widget.BLOCK if "\n" in text else Widget.CODE
        parts = (
            Control(f"{at}.name", "", self.named, Widget.CODE, (name,)),
            Control(f"{at}.value", inner.path, self.valued, many, (text,), faults=world.of(inner.path)),
        )
        return Row(at, inner.path, number + 1, parts, is_new)

    def read(self, posted: Posted, place: Place) -> Any:
        found: dict[str, str] = {}
        for row in posted.rows(place.name):
            name, value = posted.text(f"{row}.name"), posted.text(f"{row}.value")
            while (name or value) and name in found:
                name += "'"
            if name or value:
                found[name] = value
        return found if found or self.marks else NOTHING

    def normal(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return Part.normal(self, value)
        said = {name: each.strip() if isinstance(each, str) else each for name, each in value.items()}
        return said if said or self.marks else NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines(Part):
    """A list of options, each a line: `value`, or `value | label`."""

    def show(self, value: Any, place: Place, world: World) -> Control:
        given = value if isinstance(value, list) else []
        text = "\n".join(map(_line, given))
        return Control(
            place.name, place.path, self.label, Widget.BLOCK, (text,), hint=self.hint, faults=world.of(place.path)
        )

    def read(self, posted: Posted, place: Place) -> Any:
        lines = [line.strip() for line in posted.typed(place.name).split("\n")]
        return [_option(line) for line in lines if line] or NOTHING

    def normal(self, value: Any) -> Any:
        if not isinstance(value, list):
            return Part.normal(self, value)
        return [_plain(each) for each in value] or NOTHING


def _line(option: Any) -> str:
    if isinstance(option, Mapping):
        return f"{option.get('value', '')} | {option.get('label', '')}"
    return str(option)


def _option(line: str) -> Any:
    value, bar, label = (part.strip() for part in line.partition("|"))
    return _plain({"value": value, "label": label}) if bar else value


def _plain(option: Any) -> Any:
    """A word where the label says nothing else."""
    if isinstance(option, int) and not isinstance(option, bool):
        return str(option)
    if isinstance(option, Mapping) and option.keys() == {"value", "label"} and option["label"] in ("", option["value"]):
        return option["value"]
    return option


@dataclass(frozen=True, kw_only=True, slots=True)
class Block(Part):
    """Any plain value, as YAML."""

    def show(self, value: Any, place: Place, world: World) -> Control:
        text = value if isinstance(value, str) else "" if value is None else write(value)
        return Control(
            place.name, place.path, self.label, Widget.BLOCK, (text,), hint=self.hint, faults=world.of(place.path)
        )

    def read(self, posted: Posted, place: Place) -> Any:
        text = posted.typed(place.name)
        try:
            value = read(text)
        except Unreadable as error:
            posted.unreadable[place.path] = str(error)
            return text
        # A text stands as it was typed: written again without its quotes it could mean something else.
        return self.normal(text.strip() if isinstance(value, str) else value)

    def normal(self, value: Any) -> Any:
        return NOTHING if value is None or value == "" or value == {} else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits(Part):
    """The steps that must be left before; or an empty list, which says on purpose that there are none."""

    MOST_PICKS: ClassVar[int] = 60

    def show(self, value: Any, place: Place, world: World) -> Set:
        given = value if isinstance(value, list) else []
        words = tuple(each for each in given if isinstance(each, str))
        on = ("true",) if value == [] else ()
        begins = Control(f"{place.name}.none", "", "Waits for nothing and starts at once", Widget.FLAG, on)
        return Set("", "", (self._steps(words, place, world), begins))

    def _steps(self, words: tuple[str, ...], place: Place, world: World) -> Control:
        known = {key for key, _ in world.steps}
        offered = (*world.steps, *((word, f"{word} (unknown)") for word in words if word not in known))
        control = Control(
            place.name, place.path, self.label, Widget.PICKS, words, offered, self.hint, faults=world.of(place.path)
        )
        if len(world.steps) <= self.MOST_PICKS:
            return control
        return replace(control, widget=Widget.CODE, values=(" ".join(words),), options=())

    def read(self, posted: Posted, place: Place) -> Any:
        words = list(dict.fromkeys(posted.many(place.name)))
        return words or ([] if posted.has(f"{place.name}.none") else NOTHING)

    def normal(self, value: Any) -> Any:
        return NOTHING if value is None else value
