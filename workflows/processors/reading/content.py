"""What was read of a file, as plain values that travel between processes."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .bounds import MAX_FACT

_UNKEPT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Broken(Exception):
    """Nobody can read this content. The words are for a person, and repeat nothing of the file."""


@dataclass(frozen=True, slots=True)
class Content:
    """The text of each page, and what the file says of itself (`facts`: pages, title, width...).

    `pairs` are values that the format itself gives a label, as a table of one row does. `blank` numbers the pages that
    show nothing, from 1. `is_cut` says that there was more.
    """

    kind: str
    pages: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    blank: tuple[int, ...] = ()
    is_cut: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Content":
        pairs = tuple((label, value) for label, value in said["pairs"])
        return cls(**{**said, "pages": tuple(said["pages"]), "pairs": pairs, "blank": tuple(said["blank"])})


def clean(text: str) -> str:
    """Text that can be kept anywhere: one kind of line end, no controls, no half characters."""
    return _UNKEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fact(value: object) -> str:
    """A text that a file tells of itself, on one line and short."""
    words = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return " ".join(clean(words[: 4 * MAX_FACT]).split())[:MAX_FACT]
