"""What `bin/test` runs once the environment is there: services, then pytest once on SQLite and once on PostgreSQL.

    python -m taskhub.testing [--require-services] [arguments of pytest]

The last line adds both runs up and names what the machine lacks.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from . import programs
from .migrated import migrated
from .services import POSTGRES_VARIABLE, REDIS_VARIABLE, TALLY_VARIABLE, Missing, postgresql, redis_server

NOTHING_COLLECTED = 5
LOOKING_CLOSELY = ("-n", "--numprocesses", "--pdb", "-s", "--capture=no", "--collect-only", "--co", "--headed")
"""With one of these the caller wants to see one process at work."""


@dataclass
class Outcome:
    """What the runs came to."""

    codes: list[int] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """A run of nothing is no failure as long as the other one ran something: arguments may select tests of one."""
        return all(code == NOTHING_COLLECTED for code in self.codes) or any(
            code not in (0, NOTHING_COLLECTED) for code in self.codes
        )


def main(arguments: list[str]) -> int:
    required = "--require-services" in arguments
    wanted = [argument for argument in arguments if argument != "--require-services"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    lacking = programs.missing()
    if lacking:
        programs.install(lacking)
        lacking = programs.missing()
    names = [program.name for program in lacking]
    if names and required:
        print(f"bin/test: FAILED: this machine lacks {', '.join(names)}", flush=True)
        return 1
    outcome = _runs(wanted)
    _last_line(outcome, names)
    return 1 if outcome.failed else 0


def _runs(arguments: list[str]) -> Outcome:
    outcome = Outcome()
    with ExitStack() as stack:
        services = _started(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="taskhub-migrated-")))
        services |= migrated(folder, services.get(POSTGRES_VARIABLE, ""))
        embedded = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        _run("SQLite", arguments, embedded | services, outcome)
        if POSTGRES_VARIABLE in services:
            grown_up = {"DATABASE_URL": services[POSTGRES_VARIABLE], "REDIS_URL": services.get(REDIS_VARIABLE, "")}
            _run("PostgreSQL", arguments, embedded | services | grown_up, outcome)
    return outcome


def _started(stack: ExitStack) -> dict[str, str]:
    """The services that could be started, as the variables that tell test processes of them."""
    started: dict[str, str] = {}
    for variable, service in ((POSTGRES_VARIABLE, postgresql), (REDIS_VARIABLE, redis_server)):
        try:
            started[variable] = stack.enter_context(service())
        except Missing:
            continue
    return started


def _run(database: str, arguments: list[str], environment: dict[str, str], outcome: Outcome) -> None:
    # One more than there are cores: tests of browsers and of processes wait more than they compute.
    workers = str((os.cpu_count() or 1) + 1)
    parallel = [] if _looks_closely(arguments) else ["-n", workers, "--dist", "worksteal"]
    print(f"bin/test: on {database}", flush=True)
    with tempfile.TemporaryDirectory(prefix="taskhub-tally-") as folder:
        tally = Path(folder) / "tally.json"
        command = [sys.executable, "-m", "pytest", *parallel, *arguments]
        outcome.codes.append(_attended(command, environment | {TALLY_VARIABLE: str(tally)}))
        if tally.exists():
            told = json.loads(tally.read_text())
            outcome.counts.update(told["counts"])
            outcome.seconds += told["seconds"]


def _looks_closely(arguments: list[str]) -> bool:
    return any(argument.split("=")[0] in LOOKING_CLOSELY or argument in LOOKING_CLOSELY for argument in arguments)


def _attended(command: list[str], environment: dict[str, str]) -> int:
    """Runs it; when we are ended it is interrupted, so that its fixtures stop what they started."""
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        raise


def _last_line(outcome: Outcome, lacking: list[str]) -> None:
    """In pytest's own form, over both runs."""
    counts = {name.replace("error", "errors"): number for name, number in outcome.counts.items() if number}
    order = ("failed", "passed", "skipped", "errors")
    summary = ", ".join(f"{counts[name]} {name}" for name in order if name in counts) or "no tests ran"
    print(f"{f' {summary} in {outcome.seconds:.2f}s ':=^100}", flush=True)
    if lacking:
        print(f"bin/test: NOT TESTED, for this machine lacks it: {', '.join(lacking)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
