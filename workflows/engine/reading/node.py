"""Reads one mapping of a document: takes what is asked for by key and type, and notes a fault where it is otherwise.

Every reader answers something usable, so that reading goes on and finds the next fault too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from tasks.domain import plain
from workflows.engine import values
from workflows.engine.conditions import Expression, ExpressionError, expression
from workflows.engine.durations import parse_duration
from workflows.engine.faults import Faults

T = TypeVar("T")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", re.ASCII)
MAX_KEY = 63
KEY_RULE = "must be a word of 1 to 63 letters, digits, '-' and '_'"


class Node:
    """A mapping at `path`. Ask for all its keys, then `close()` it: what is left is unknown."""

    def __init__(self, value: Any, path: str, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self._value: Mapping[Any, Any] = value if isinstance(value, Mapping) else {}
        self._left = dict.fromkeys(self._value)
        self.is_mapping = isinstance(value, Mapping)
        if not self.is_mapping:
            faults.add(path, "must be a mapping")

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def at(self, key: str) -> str:
        """The path of what stands under `key`."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, message: str) -> None:
        """Note a fault of what stands under `key`."""
        self.faults.add(self.at(key), message)

    def take(self, key: str) -> Any:
        """What stands under `key`, None if nothing does."""
        self._left.pop(key, None)
        return self._value.get(key)

    def one_of(self, key: str, known: Mapping[str, T]) -> T | None:
        """What `known` has for the word under `key`."""
        word = self.take(key)
        if word is None:
            return None
        if not isinstance(word, str) or word not in known:
            self.fault(key, f"must be one of {', '.join(known)}")
            return None
        return known[word]

    def text(self, key: str, *, most: int = 200, required: bool = False) -> str:
        """The text under `key`, else ''."""
        value = self.take(key)
        if value is None and not required:
            return ""
        return text(value, self.at(key), self.faults, most=most, required=required)

    def key(self, key: str, *, required: bool = True) -> str:
        """The key of something, like a step's, that stands under `key`."""
        word = self.text(key, most=MAX_KEY, required=required)
        if word and _KEY.fullmatch(word) is None:
            self.fault(key, KEY_RULE)
        return word

    def flag(self, key: str) -> bool:
        """The boolean under `key`, else False."""
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "must be true or false")
        return value is True

    def whole(self, key: str, *, least: int, most: int) -> int | None:
        """The whole number under `key`."""
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(key, f"must be a whole number from {least:,} to {most:,}")
            return None
        return value

    def number(self, key: str, *, most: float) -> float | None:
        """The number greater than 0 under `key`."""
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            self.fault(key, f"must be a number greater than 0 and at most {most:,}")
            return None
        return value

    def duration(self, key: str) -> timedelta | None:
        """The ISO 8601 duration under `key`."""
        return self._parsed(key, parse_duration, "must be an ISO 8601 duration, like PT48H")

    def expression(self, key: str) -> Expression | None:
        """The CEL expression under `key`, compiled."""
        return self._parsed(key, expression, "must be a CEL expression")

    def own_expression(self, key: str, seen: set[str]) -> Expression | None:
        """The CEL expression that must stand under `key`, and in none that was `seen` before."""
        found = self.expression(key)
        if key not in self and self.is_mapping:
            self.fault(key, "is missing")
        if found and found.source in seen:
            self.fault(key, "stands twice")
        seen.update([found.source] if found else [])
        return found

    def plain(self, key: str) -> Any:
        """Any plain value under `key`."""
        try:
            return values.plain(self.take(key))
        except ValueError as error:
            self.fault(key, str(error))
            return None

    def node(self, key: str) -> "Node":
        """The mapping under `key`."""
        return Node(self.take(key), self.at(key), self.faults)

    def items(self, key: str, *, most: int, required: bool = False) -> Iterator[tuple[str, Any]]:
        """Path and value of each element of the list under `key`."""
        value = self.take(key)
        if required and value in (None, [], ()):
            self.fault(key, "is missing" if value is None else "must not be empty")
        yield from elements(value, self.at(key), self.faults, most=most)

    def nodes(self, key: str, *, most: int, required: bool = False) -> Iterator["Node"]:
        """Each mapping of the list under `key`."""
        for path, value in self.items(key, most=most, required=required):
            yield Node(value, path, self.faults)

    def expressions(self, key: str, *, most: int = 100) -> tuple[tuple[str, Expression], ...]:
        """Name and expression of each entry of the mapping under `key`; its names are of variables."""
        if key not in self:
            return ()
        node = self.node(key)
        found = []
        for name in node.names(most=most):
            made = node.expression(name)
            if made is not None:
                found.append((name, made))
        return tuple(found)

    def names(self, *, most: int) -> list[str]:
        """The keys of this mapping, if each may be the name of a variable."""
        if len(self._value) > most:
            self.faults.add(self.path, f"has more than {most} entries")
            self._left.clear()
            return []
        good = [key for key in self._value if isinstance(key, str) and values.is_name(key)]
        for key in self._value.keys() - set(good):
            self.faults.add(self.at(str(key)[:80]), "is no name for a variable")
            self._left.pop(key)
        return good

    def close(self) -> None:
        """Refuse whatever nobody has asked for."""
        for key in self._left:
            self.faults.add(self.at(str(key)[:80]), "is not known here")

    def _parsed(self, key: str, parse: Callable[[str], T], rule: str) -> T | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(key, rule)
            return None
        try:
            return parse(value)
        except (ValueError, ExpressionError) as error:
            self.fault(key, str(error))
            return None


def text(value: Any, path: str, faults: Faults, *, most: int, required: bool = True) -> str:
    """`value` if it is a text within bounds, else ''."""
    if value is None:
        faults.add(path, "is missing")
    elif not isinstance(value, str):
        faults.add(path, "must be a text")
    elif required and not value.strip():
        faults.add(path, "must not be empty")
    elif len(value) > most:
        faults.add(path, f"has more than {most:,} characters")
    else:
        try:
            return plain.text(value)
        except ValueError as error:
            faults.add(path, str(error))
    return ""


def elements(value: Any, path: str, faults: Faults, *, most: int) -> Iterator[tuple[str, Any]]:
    """Path and value of each element of a list."""
    if value is None:
        return
    if not isinstance(value, list | tuple):
        faults.add(path, "must be a list")
    elif len(value) > most:
        faults.add(path, f"has {len(value):,} entries; {most:,} are the most")
    else:
        for place, element in enumerate(value):
            yield f"{path}[{place}]", element
