"""Options of a step, read for a processor. What does not fit raises ValueError, with words that name the option."""

from collections.abc import Mapping
from typing import Any

from . import patterns


class Options:
    """A mapping that is asked for values of a kind. `path` is how messages call what stands in it."""

    def __init__(self, said: object, path: str = "") -> None:
        if not isinstance(said, Mapping):
            raise ValueError(f"'{path}' must be a mapping.")
        self._said, self._path = said, path

    def only(self, *names: str) -> None:
        """Refuse what nobody would ask for: most often a name that was misspelt."""
        for name in self._said:
            if name not in names:
                raise ValueError(f"There is no option '{self._called(name)}'.")

    def names(self) -> list[str]:
        return [str(name) for name in self._said]

    def get(self, name: str) -> Any:
        return self._said.get(name)

    def text(self, name: str, usual: str = "", most: int = 200) -> str:
        value = self._said.get(name, usual)
        if not isinstance(value, str) or len(value) > most:
            raise ValueError(f"'{self._called(name)}' must be a text of at most {most} characters.")
        return value

    def one_of(self, name: str, *words: str) -> str:
        """One of the words; the first is the usual one."""
        value = self.text(name, words[0])
        if value not in words:
            raise ValueError(f"'{self._called(name)}' must be one of: {', '.join(words)}.")
        return value

    def flag(self, name: str, usual: bool) -> bool:
        value = self._said.get(name, usual)
        if not isinstance(value, bool):
            raise ValueError(f"'{self._called(name)}' must be true or false.")
        return value

    def share(self, name: str, usual: float) -> float:
        """A number from 0 to 1."""
        value = self._said.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ValueError(f"'{self._called(name)}' must be a number from 0 to 1.")
        return float(value)

    def texts(self, name: str, most: int = 100) -> tuple[str, ...]:
        value = self._said.get(name, [])
        fits = isinstance(value, list | tuple) and len(value) <= most
        if not fits or not all(isinstance(word, str) and 0 < len(word.strip()) <= 200 for word in value):
            raise ValueError(f"'{self._called(name)}' must be a list of at most {most} texts.")
        return tuple(value)

    def inner(self, name: str) -> "Options":
        """The mapping under a name; empty where there is none."""
        return Options(self._said.get(name, {}), self._called(name))

    def each(self, name: str, most: int = 100) -> list["Options"]:
        value = self._said.get(name)
        if not isinstance(value, list | tuple) or not 0 < len(value) <= most:
            raise ValueError(f"'{self._called(name)}' must be a list of 1 to {most} mappings.")
        return [Options(one, f"{self._called(name)}[{place}]") for place, one in enumerate(value)]

    def pattern(self, name: str) -> Any:
        """The pattern under a name, compiled; None where there is none."""
        value = self._said.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError(f"'{self._called(name)}' must be a text.")
        try:
            return patterns.compiled(value)
        except ValueError as error:
            raise ValueError(f"'{self._called(name)}': {error}") from None

    def _called(self, name: object) -> str:
        return f"{self._path}.{str(name)[:80]}" if self._path else str(name)[:80]
