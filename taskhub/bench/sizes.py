"""How much is seeded and how long is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of the bench. Growth is what the largest size costs more than the smallest."""

    small: int
    large: int
    rounds: int
    seconds: float
    due: int
    """Deadlines that the sweep finds, and in the outbox as many entries."""
    documents: int = 1_000
    """Of one upload."""

    steps: int = 200
    """Of workflows, a round, beside another engine."""

    least: int = 20
    """Requests of a round: of fewer, those that are under way at its end would blur what each has cost."""

    @property
    def pool(self) -> int:
        """Tasks of each kind that are made to be worked on: as many as the floor could do in all rounds."""
        return int((2 * self.rounds + 2) * self.seconds * 1500)


USUAL = Plan(small=10_000, large=1_000_000, rounds=5, seconds=1.0, due=100_000)
LARGE = Plan(small=10_000, large=5_000_000, rounds=5, seconds=1.0, due=100_000)
QUICK = Plan(small=2_000, large=20_000, rounds=5, seconds=0.4, due=5_000, documents=300)
TINY = Plan(small=500, large=500, rounds=1, seconds=0.1, due=300, least=1, steps=10)
"""Proves that the bench works, on one system, and says nothing about speed: for the test suite."""
