"""Where a step leads: `next` of a step or of a result. Each form says one thing, so that a reader cannot be wrong.

- `next: b`: that step; `end` ends this path.
- `next: [b, c]`: both, in parallel.
- `next: [{step: b, when: "amount > 1000"}, {step: c}]`: the first whose condition holds.
- `next: {all: [{step: b, when: "amount > 1000"}, {step: c, when: "rush"}], otherwise: d}`: every one whose condition
  holds; `otherwise` if none does.
"""

from dataclasses import dataclass
from enum import StrEnum

from .conditions import Expression

END = "end"


class Mode(StrEnum):
    """How many of the branches are taken."""

    TO = "to"
    FIRST = "first"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on; without `when` it is always open."""

    step: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """All ways on from a step, or from one of its results."""

    mode: Mode
    branches: tuple[Branch, ...]
    otherwise: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Every step key it may lead to, and `end`, each once."""
        named = [branch.step for branch in self.branches] + ([self.otherwise] if self.otherwise else [])
        return tuple(dict.fromkeys(named))
