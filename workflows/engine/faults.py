"""What is wrong with a definition: every fault, each named by its path. Knows nothing of how definitions look."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.domain.errors import InvalidInput

MAX_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `path` is where it stands: `steps[2].results[0].next`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidDefinition(InvalidInput):
    """The definition cannot be used. `faults` has all there is to mend; the fact `faults` says it in plain values."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(
            f"{faults[0]}{more}",
            field=faults[0].path or "definition",
            code="invalid_definition",
            faults=[{"path": fault.path, "message": fault.message} for fault in faults],
        )
        self.faults = tuple(faults)


class Faults:
    """Collects faults while a definition is read, so that its author mends them all at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, path: str, message: str) -> None:
        """Note a fault. Past MAX_FAULTS nobody reads on."""
        if len(self._found) < MAX_FAULTS:
            self._found.append(Fault(path, message))

    def raise_any(self) -> None:
        """Raise InvalidDefinition if anything has been found."""
        if self._found:
            raise InvalidDefinition(self._found)
