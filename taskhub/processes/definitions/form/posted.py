"""What a browser sent, by the names of the inputs, and which row was to be taken out or moved up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .shown import counter

MAX_ROWS = 500


@dataclass(slots=True)
class Posted:
    """The values of each name. Notes in `unreadable` what could not even become a value, by its path."""

    values: Mapping[str, Sequence[str]]
    dropped: str = ""
    raised: str = ""
    unreadable: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed, with line ends as everything but a browser writes them."""
        return self.typed(name).strip()

    def typed(self, name: str) -> str:
        values = self.values.get(name) or [""]
        return values[-1].replace("\r\n", "\n").replace("\0", "")

    def many(self, name: str) -> list[str]:
        """The words under a name: each that was ticked, or one text of several."""
        return [word for value in self.values.get(name, ()) for word in value.replace(",", " ").split()]

    def has(self, name: str) -> bool:
        return bool(self.values.get(name))

    def rows(self, name: str) -> Iterator[str]:
        """The name of each row under `name`, in the order that is wanted."""
        count = self.text(counter(name))
        total = min(int(count), MAX_ROWS) if count.isdecimal() and len(count) < 6 else 0
        names = [f"{name}[{number}]" for number in range(total)]
        place = names.index(self.raised) if self.raised in names else 0
        if place:
            names.insert(place - 1, names.pop(place))
        return (row for row in names if row != self.dropped)
