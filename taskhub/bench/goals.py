"""The goals, and whether they are reached: by ratios of one run, where the machine was quiet enough to tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

from .documents import Read
from .measuring import Measured, Round, Side
from .works import Drain, Sweep

WIDE = 0.35
"""A ratio whose middle half spreads over more than this part of its median says nothing."""
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal: what was found, the bar, and whether it holds. `spread` is of the ratio's rounds."""

    goal: str
    about: str
    value: float
    bar: float
    at_most: bool
    unit: str = "x"
    spread: float = 0.0

    @property
    def reached(self) -> bool | None:
        """None where the spread is too wide to tell."""
        if self.spread > WIDE:
            return None
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def rate(each: Round) -> float:
    return each.reading.rate


def p50(each: Round) -> float:
    return each.reading.p50


def cpu(each: Round) -> float:
    return each.cpu


def spread(values: Sequence[float]) -> float:
    """How far apart the middle half lies, as a part of the median. Of two or fewer nobody can say."""
    if len(values) <= 2:
        return inf
    ordered = sorted(values)
    quarter = len(ordered) // 4
    inner = ordered[quarter : len(ordered) - quarter]
    return (inner[-1] - inner[0]) / median(ordered)


FLOOR, PRODUCT, SMALL = Side("floor", "large", 1), Side("product", "large", 1), Side("product", "small", 1)
EIGHT = Side("product", "large", 8)
BESIDE_FLOOR: dict[str, tuple[Callable[[Round], float], float, bool]] = {
    "G1": (cpu, 1.3, True),
    "G2": (cpu, 1.6, True),
    "G3": (rate, 0.7, False),
    "G4": (rate, 0.7, False),
    "G15": (cpu, 3.0, True),
}
"""Goal -> what is compared, the bar, and whether it is the most."""


def of_case(measured: Measured) -> list[Verdict]:
    """What one case says: beside its floor, grown, and with eight clients."""
    name, found = measured.case.name, []
    if measured.case.goal in BESIDE_FLOOR:
        what, bar, at_most = BESIDE_FLOOR[measured.case.goal]
        unit = "x CPU" if what is cpu else "x requests/s"
        found.append(_ratio(measured.case.goal, name, measured.ratios(PRODUCT, FLOOR, what), bar, at_most, unit))
    if measured.case.goal == "G17":
        found.append(Verdict("G17", name, measured.median(PRODUCT, p50), 300, True, "ms"))
    else:
        grown = measured.ratios(PRODUCT, SMALL, p50)
        goal = "G6" if measured.case.pool or "create" in name else "G5"
        found.append(_ratio(goal, f"{name}: growth of p50", grown, 1.3, True))
    if EIGHT in measured.rounds:
        crowd = measured.ratios(EIGHT, PRODUCT, rate)
        found.append(_ratio("G14", f"{name}: 8 clients against 1", crowd, 0.9, False, "x requests/s"))
        slowest = [each.reading.p99 / each.reading.p50 for each in measured.rounds[EIGHT]]
        found.append(_ratio("G14", f"{name}: p99 against p50, 8 clients", slowest, 4.0, True))
    return found


def between(cases: dict[str, Measured]) -> list[Verdict]:
    """What two cases say together."""
    pairs = (
        ("G7", "page: empty inbox", "page: inbox", 1.0),
        ("G11", "worklist: complete a step of 1,000", "worklist: complete a step of 10", 1.2),
    )
    return [
        _ratio(goal, f"{one} against {other.split(': ')[1]}", _across(cases[one], cases[other]), bar, True)
        for goal, one, other, bar in pairs
        if one in cases and other in cases
    ]


def of_work(sweep: Sweep, drain: Drain, steps: Sequence[float], web: list[int], embedded: int) -> list[Verdict]:
    """What happens without anybody asking, and memory."""
    return [
        _ratio("G9", f"sweep of {sweep.due:,} due against marking rows", sweep.ratios, 3.0, False),
        Verdict("G9", "its longest batch", max(sweep.batches) * 1000, 50, True, "ms"),
        Verdict("G9", "sweep with nothing due", median(sweep.nothing) * 1000, 2, True, "ms"),
        _ratio("G10", "a step beside SpiffWorkflow with JSON in the database", steps, 1.0, False, "x steps/s"),
        Verdict("G16", "outbox to deliveries, two processes", drain.rate, 2000, False, "a second"),
        Verdict("G18", "largest web process", max(web) / MEGABYTE, 150, True, "MB"),
        Verdict("G18", "bin/run in all", embedded / MEGABYTE, 250, True, "MB"),
    ]


def of_documents(read: Read) -> list[Verdict]:
    """A large upload: how fast its documents come before people, and whether memory is flat in their number."""
    return [
        Verdict(
            "documents",
            f"{read.documents:,} PDF read and presented: the workers",
            read.cost * 1000,
            100,
            True,
            "ms CPU",
        ),
        Verdict("documents", "growth of the workers after the first hundred", read.growth, 1.2, True),
    ]


def _across(one: Measured, other: Measured) -> list[float]:
    pairs = zip(one.rounds[PRODUCT], other.rounds[PRODUCT], strict=True)
    return [p50(a) / p50(b) for a, b in pairs]


def _ratio(goal: str, about: str, ratios: Sequence[float], bar: float, at_most: bool, unit: str = "x") -> Verdict:
    return Verdict(goal, about, median(ratios), bar, at_most, unit, spread(ratios))
