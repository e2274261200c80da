"""What the bench says: figures, ratios against the goals, and how noisy the machine was."""

import json
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .goals import EIGHT, FLOOR, PRODUCT, SMALL, Verdict, cpu, p50, rate, spread
from .measuring import Measured, Round

MARKERS = ("<!-- bench -->", "<!-- /bench -->")
FIGURES = ("", "req/s", "p50", "p95", "p99", "8: req/s", "CPU", "floor: req/s", "CPU", "small: p50")
SAID = {True: "reached", False: "MISSED", None: "too noisy to tell"}


def p95(each: Round) -> float:
    return each.reading.p95


def p99(each: Round) -> float:
    return each.reading.p99


def figures(cases: Iterable[Measured]) -> list[Sequence[str]]:
    """A line for each case; milliseconds, where it is not said."""
    return [FIGURES, *(_figures(measured) for measured in cases)]


def _figures(measured: Measured) -> Sequence[str]:
    here = [f"{measured.median(PRODUCT, what):.1f}" for what in (p50, p95, p99)]
    rates = [f"{measured.median(side, rate):,.0f}" if side in measured.rounds else "-" for side in (PRODUCT, EIGHT)]
    floor = ["-", "-"]
    if measured.case.floor:
        floor = [f"{measured.median(FLOOR, rate):,.0f}", f"{measured.median(FLOOR, cpu):.2f}"]
    own = f"{measured.median(PRODUCT, cpu):.2f}"
    return (measured.case.name, rates[0], *here, rates[1], own, *floor, f"{measured.median(SMALL, p50):.1f}")


def verdicts(found: Iterable[Verdict]) -> list[Sequence[str]]:
    """A line for each goal."""
    lines: list[Sequence[str]] = [("goal", "", "found", "spread", "bar", "")]
    for each in found:
        bar = f"{'at most' if each.at_most else 'at least'} {each.bar:g}"
        lines.append(
            (each.goal, each.about, f"{each.value:.2f} {each.unit}", f"{each.spread:.0%}", bar, SAID[each.reached])
        )
    return lines


def noise(cases: Sequence[Measured]) -> str:
    """How far the floor's own rounds lay apart, which is the machine's doing."""
    floors = [case.rounds[FLOOR] for case in cases if FLOOR in case.rounds]
    spreads = sorted(spread([rate(each) for each in rounds]) for rounds in floors)
    if not spreads:
        return "no floor was measured"
    return (
        f"spread of the floor's rounds: {spreads[len(spreads) // 2]:.0%} (median of cases), {spreads[-1]:.0%} (worst)"
    )


def table(lines: Sequence[Sequence[str]]) -> str:
    """Columns for a terminal."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """The same for a page."""
    first, *rest = lines
    rows = [first, ["---"] * len(first), *rest]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write_json(path: Path, about: dict[str, Any], cases: Iterable[Measured], found: Iterable[Verdict]) -> None:
    """Everything that was measured, round by round."""
    rounds = {
        measured.case.name: [
            {**asdict(side), "rounds": [asdict(each.reading) | {"cpu": each.cpu} for each in given]}
            for side, given in measured.rounds.items()
        ]
        for measured in cases
    }
    verdicts = [asdict(each) | {"reached": each.reached} for each in found]
    path.write_text(json.dumps({"about": about, "cases": rounds, "goals": verdicts}, indent=1) + "\n")


def machine() -> str:
    """What it ran on."""
    import os

    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def renew(page: Path, text: str) -> None:
    """Replaces what stands between the markers of a page."""
    before, after = (re.escape(marker) for marker in MARKERS)
    old = page.read_text()
    new, count = re.subn(f"{before}.*?{after}", lambda _: f"{MARKERS[0]}\n{text}\n{MARKERS[1]}", old, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"bin/bench: {page.name} needs {MARKERS[0]} and {MARKERS[1]} once")
    page.write_text(new)
