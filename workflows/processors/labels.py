"""Values that stand beside their labels, as in "Total: 12.50": how people write documents that others fill in by."""

import re
from collections import defaultdict
from collections.abc import Iterable

from .reading.content import Content

MAX_LINES = 20_000
MAX_LINE = 2_000
MAX_LABEL = 80
_GAP = re.compile(r"\t+| {3,}")
Found = tuple[str, float]
"""A text, and how sure it is that it belongs to the label."""


class Labels:
    """Everything in a document that has a label, found in one pass."""

    def __init__(self, content: Content) -> None:
        self._found: dict[str, list[Found]] = defaultdict(list)
        for label, value in content.pairs:
            self._add(label, value, 0.95)
        self._lines = [line[:MAX_LINE].strip() for line in content.text.split("\n", MAX_LINES)[:MAX_LINES]]
        for place, line in enumerate(self._lines):
            self._read(line, place)

    def find(self, names: Iterable[str]) -> Found | None:
        """The value of the first of these labels that has one. Where several stand, the first, and less surely."""
        for name in names:
            if found := self._found.get(_plain(name)) or self._after(_plain(name)):
                text, sure = max(found, key=lambda one: one[1])
                return text, sure if len({one for one, _ in found}) == 1 else min(sure, 0.6)
        return None

    def _read(self, line: str, place: int) -> None:
        label, colon, value = line.partition(":")
        if colon and value.strip():
            self._add(label, value, 0.9)
        elif colon and place + 1 < len(self._lines) and ":" not in self._lines[place + 1]:
            self._add(label, self._lines[place + 1], 0.7)
        elif not colon and len(parts := _GAP.split(line, maxsplit=1)) == 2:
            self._add(parts[0], parts[1], 0.8)

    def _add(self, label: str, value: str, sure: float) -> None:
        if value.strip() and len(label) <= MAX_LABEL and (name := _plain(label)):
            self._found[name].append((value.strip(), sure))

    def _after(self, name: str) -> list[Found]:
        """What follows the words of the label where only a space parts them: "Total 12.50"."""
        start, size = name + " ", len(name) + 1
        return [(line[size:].strip(), 0.6) for line in self._lines if line.casefold().startswith(start)]


def _plain(label: str) -> str:
    return " ".join(label.replace("_", " ").casefold().split()).strip("*-.•# ")
