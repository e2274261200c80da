"""Asks a server for a moment, as one client or several, and says how it went. The asking is done by wrk."""

import json
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from taskhub.testing import programs
from taskhub.testing.services import Missing

SCRIPT = Path(__file__).with_name("script.lua")
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Request:
    """One request, without the headers that all of a case have."""

    method: str
    path: str
    body: str = ""

    @property
    def line(self) -> str:
        return f"{self.method}\t{self.path}\t{self.body}\n"


@dataclass(frozen=True, slots=True)
class Reading:
    """What wrk has seen. Times in milliseconds; `failed` answers had another status than 2xx or 3xx; it `ran_out`
    of requests before the time was over."""

    requests: int
    seconds: float
    failed: int
    broken: int
    ran_out: bool
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def ask(
    url: str,
    requests: Sequence[Request],
    headers: Mapping[str, str],
    *,
    clients: int,
    seconds: float,
    again: bool,
    folder: Path,
) -> Reading:
    """Sends the requests one after the other, from the beginning again if `again`, until the time is over."""
    wrk = programs.WRK.find()
    if wrk is None:
        raise Missing("wrk")
    names, lines = folder / "headers", folder / "requests"
    names.write_text("".join(f"{name}\t{value}\n" for name, value in headers.items()))
    lines.write_text("".join(request.line for request in requests))
    command = [str(wrk), "--threads", "1", "--connections", str(clients), "--duration", "1h", "--timeout", "30s"]
    command += ["--script", str(SCRIPT), url, "--", str(names), str(lines), "again" if again else "once"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(seconds)
        return Reading(**json.loads(_told(process).strip().splitlines()[-1]))
    finally:
        process.kill()


def _told(process: subprocess.Popen[str]) -> str:
    """What wrk says once it is interrupted. Said again while it does not hear: it may only just have begun."""
    for _ in range(PATIENCE_SECONDS):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=1)[0]
    raise TimeoutError("wrk does not end")
