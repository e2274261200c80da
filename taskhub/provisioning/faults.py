"""What is wrong with a file, by the path of what is wrong. Values are never repeated: some of them are secrets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from accounts.errors import DomainError
from workflows.engine.faults import InvalidDefinition
from workflows.rules import InvalidRule

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    path: Path
    text: str

    def __str__(self) -> str:
        return f"{spell(self.path)}: {self.text}"


class Faulty(Exception):
    """The file cannot be applied; nothing of it has been."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def spell(path: Path) -> str:
    """`organizations[0].users[2].role`; the whole file is `.`."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".") or "."


@contextmanager
def gathered(faults: list[Fault], path: Path) -> Iterator[None]:
    """Notes what commands refuse as a fault of `path`, so that all of them are told at once."""
    try:
        yield
    except Faulty as error:
        faults.extend(error.faults)
    except (InvalidDefinition, InvalidRule) as error:
        faults.extend(Fault((*path, each.path) if each.path else path, each.message) for each in error.faults)
    except DomainError as error:
        field = getattr(error, "field", "") or error.facts.get("field", "")
        faults.append(Fault((*path, str(field)) if field else path, error.message))
