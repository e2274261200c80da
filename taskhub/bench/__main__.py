"""What `bin/bench` runs once the environment is there.

    python -m taskhub.bench [--quick | --large] [--tasks N] [--rounds N] [--only WORDS] [--markdown] [--json FILE]

Exit 1 if a goal was missed or something could not be measured; a goal that the machine was too noisy for is named, and
is no failure.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from taskhub.testing import programs
from taskhub.testing.migrated import ROOT
from taskhub.testing.services import postgresql, redis_server

from . import documents, goals, report, sizes, works
from .cases import CASES, Case, named
from .goals import Verdict
from .measuring import Bench, Broken, Measured
from .seeding import seed
from .sizes import Plan
from .systems import System, system
from .usage import memory

NEEDED = (programs.POSTGRESQL, programs.REDIS, programs.WRK)
SETTINGS = {"shared_buffers": "512MB", "autovacuum": "off", "max_wal_size": "4GB", "checkpoint_timeout": "1h"}
"""Nothing that PostgreSQL does by itself at a moment of its choosing falls into somebody's round."""


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    lacking = [program for program in NEEDED if program.find() is None]
    programs.install(lacking)
    still = [program.name for program in lacking if program.find() is None]
    if still:
        print(f"bin/bench: this machine lacks {', '.join(still)}", file=sys.stderr)
        return 2
    plan = next((found for name, found in _PLANS.items() if getattr(options, name)), sizes.USUAL)
    plan = replace(plan, rounds=options.rounds or plan.rounds, large=options.tasks or plan.large)
    cases = list(named(options.only)) if options.only else list(CASES)
    with tempfile.TemporaryDirectory(prefix="taskhub-bench-") as folder:
        found, measured, about = _run(plan, cases, Path(folder), whole=not options.only)
    _tell(found, measured, about, options)
    missed = any(each.reached is False for each in found) or len(measured) < len(cases)
    return 1 if missed else 0


_PLANS = {"quick": sizes.QUICK, "large": sizes.LARGE, "tiny": sizes.TINY}


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="How fast TaskHub is beside a floor.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="twenty thousand tasks: to try something, in minutes")
    size.add_argument("--large", action="store_true", help="five million tasks instead of one")
    size.add_argument("--tiny", action="store_true", help="only proves that the bench works")
    parser.add_argument("--only", metavar="WORDS", help="only cases whose names have these words; no sweep, no outbox")
    parser.add_argument("--tasks", type=int, metavar="N", help="how many there are in the larger system")
    parser.add_argument("--rounds", type=int, help="rounds a case (five)")
    parser.add_argument("--markdown", action="store_true", help="renew the tables in the README")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where all readings go (var/bench.json)")
    return parser.parse_args(arguments)


def _run(
    plan: Plan, cases: Sequence[Case], folder: Path, *, whole: bool
) -> tuple[list[Verdict], list[Measured], dict[str, object]]:
    about: dict[str, object] = {"machine": report.machine(), "tasks": plan.large, "smallest": plan.small}
    measured: list[Measured] = []
    found: list[Verdict] = []
    with ExitStack() as stack:
        postgres = stack.enter_context(postgresql(**SETTINGS))
        redis = stack.enter_context(redis_server())
        systems: dict[str, System] = {}
        for number, count in enumerate(sorted({plan.small, plan.large}), start=1):
            made = stack.enter_context(system(folder / str(count), postgres, redis, number))
            seconds = seed(made, count, plan)
            _say(f"seeded {count:,} tasks in {seconds:.0f} s")
            about[f"seconds to seed {count}"] = round(seconds)
            systems |= {name: made for name, size in (("small", plan.small), ("large", plan.large)) if size == count}
        about["load before"] = os.getloadavg()[0]
        bench = Bench(systems, plan, folder)
        for case in cases:
            _say(case.name)
            try:
                measured.append(bench.measure(case))
            except Broken as broken:
                _say(f"NOT MEASURED: {broken}")
                continue
            found += goals.of_case(measured[-1])
        found += goals.between({each.case.name: each for each in measured})
        if whole:
            found += _work(systems["large"], plan, folder, about)
        about["load after"] = os.getloadavg()[0]
        about["noise"] = report.noise(measured)
    return found, measured, about


def _work(large: System, plan: Plan, folder: Path, about: dict[str, object]) -> list[Verdict]:
    web = memory(large.product.pid)
    worker = works.workers(large)
    drained = works.drain(large, worker, plan.due)
    _say("outbox")
    read = documents.read(large, worker, plan.documents)
    _say("documents")
    stepped = works.steps(large, plan.steps, plan.rounds)
    _say("steps beside SpiffWorkflow")
    swept = works.sweep(large, plan.due, plan.rounds)
    _say("sweep")
    about["memory"] = {"web": web, "worker": drained.memory}
    about["sweep"] = {"due": swept.due, "swept": swept.swept, "marked": swept.marked}
    about["documents"] = {"a second": read.rate, "early": read.early, "late": read.late}
    embedded = works.embedded_memory(folder / "embedded")
    return goals.of_work(swept, drained, stepped, web, embedded) + goals.of_documents(read)


def _say(what: str) -> None:
    print(f"bin/bench: {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _tell(
    found: list[Verdict], measured: list[Measured], about: dict[str, object], options: argparse.Namespace
) -> None:
    figures, verdicts = report.figures(measured), report.verdicts(found)
    said = (
        f"{about['tasks']:,} tasks; growth is against {about['smallest']:,}. {about['machine']}; load"
        f" {about['load before']:.1f} before and {about['load after']:.1f} after; {about['noise']}."
    )
    print(f"\n{report.table(figures)}\n\n{report.table(verdicts)}\n\n{said}")
    path = options.json or ROOT / "var" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    report.write_json(path, about, measured, found)
    if options.markdown:
        text = f"{said}\n\n{report.markdown(figures)}\n\n{report.markdown(verdicts)}"
        report.renew(ROOT / "README.md", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
